import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns blocks of rows into columns of codes, values and times: the loop where reading spends its time.
struct RowParser: Sendable {
  let grammar: RowGrammar
  private let userField: Int
  private let itemField: Int
  private let valueField: Int?
  private let timeField: Int?
  /// Fields after this one are not looked at.
  private let lastField: Int

  init(grammar: RowGrammar, layout: DelimitedLayout) {
    self.grammar = grammar
    userField = layout.userColumn - 1
    itemField = layout.itemColumn - 1
    valueField = layout.valueColumn.map { $0 - 1 }
    timeField = layout.timeColumn.map { $0 - 1 }
    lastField = max(userField, itemField, valueField ?? 0, timeField ?? 0)
  }

  /// What a worker keeps from block to block.
  final class Worker: @unchecked Sendable {
    let number: Int
    let users: TokenTableBox
    let items: TokenTableBox
    let block: Block
    fileprivate var scratch = FieldScratch()
    var parsed: [ParsedBlock] = []

    init(number: Int, blockSize: Int, identifierLimit: Int) {
      self.number = number
      users = TokenTableBox(limit: identifierLimit)
      items = TokenTableBox(limit: identifierLimit)
      block = Block(capacity: blockSize + 1)
    }
  }

  /// Parses the block of `worker` up to its end or its first bad row.
  func parse(_ worker: Worker) -> ParsedBlock {
    let block = worker.block
    let columns = ParsedBlock(
      number: block.number, worker: worker.number,
      lineCount: RowGrammar.lineFeedCount(from: block.start, to: block.end),
      hasValues: valueField != nil, hasTimes: timeField != nil)
    withUnsafeTemporaryAllocation(of: FieldRange.self, capacity: lastField + 1) { fields in
      guard let fields = fields.baseAddress else { return }
      do throws(MisplacedFailure) {
        try parse(
          block, into: columns, fields: fields, users: &worker.users.table, items: &worker.items.table,
          scratch: &worker.scratch)
      } catch {
        let line = RowGrammar.lineFeedCount(from: block.start, to: error.place)
        columns.failure = RowFailure(line: line, reason: error.reason)
      }
    }
    return columns
  }

  /// A failure, by its place in the block, which it does not outlive.
  private struct MisplacedFailure: Error, @unchecked Sendable {
    let reason: RowFailure.Reason
    let place: UnsafePointer<UInt8>
  }

  private struct FieldRange {
    var start: UnsafePointer<UInt8>
    var end: UnsafePointer<UInt8>
  }

  private func parse(
    _ block: Block, into columns: ParsedBlock, fields: UnsafeMutablePointer<FieldRange>,
    users: inout TokenTable, items: inout TokenTable, scratch: inout FieldScratch
  ) throws(MisplacedFailure) {
    let end = block.end
    let hasQuotes = RowGrammar.find(RowGrammar.quote, from: block.start, to: end) != nil
    guard let userCodes = columns.users?.pointer, let itemCodes = columns.items?.pointer else { return }
    let values = columns.values?.pointer
    let times = columns.times?.pointer
    var start = block.start
    var row = 0
    while start < end {
      if start[0] <= RowGrammar.space, let next = grammar.lineAfterBlank(start) {
        start = next
        continue
      }
      let stop = try split(start, end: end, into: fields)
      userCodes[row] = try code(fields[userField], .user, in: &users, scratch: &scratch)
      itemCodes[row] = try code(fields[itemField], .item, in: &items, scratch: &scratch)
      if let values, let valueField { values[row] = try value(fields[valueField], scratch: &scratch) }
      if let times, let timeField { times[row] = try time(fields[timeField], scratch: &scratch) }
      row += 1
      if stop[0] == RowGrammar.lineFeed {
        start = stop + 1
      } else if !hasQuotes {
        guard let feed = RowGrammar.find(RowGrammar.lineFeed, from: stop, to: end) else { break }
        start = feed + 1
      } else {
        let (feed, quote) = grammar.rowEnd(stop, rowStart: start, end: end)
        guard let feed else { throw MisplacedFailure(reason: .unterminatedQuote, place: quote ?? start) }
        start = feed + 1
      }
    }
    columns.rowCount = row
  }

  /// Finds the fields of a row up to the last that is needed, and returns the end of that one.
  @inline(__always)
  private func split(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, into fields: UnsafeMutablePointer<FieldRange>
  ) throws(MisplacedFailure) -> UnsafePointer<UInt8> {
    var from = start
    var field = 0
    while true {
      guard let stop = grammar.fieldEnd(from, end: end) else {
        throw MisplacedFailure(reason: .unterminatedQuote, place: grammar.openingQuote(from) ?? from)
      }
      fields[field] = FieldRange(start: from, end: stop)
      if field == lastField { return stop }
      field += 1
      if stop[0] == RowGrammar.lineFeed {
        throw MisplacedFailure(reason: .fewFields(count: field, missing: firstRole(after: field)), place: start)
      }
      from = stop + grammar.delimiterLength
    }
  }

  /// The content of a field, which as a rule is the field.
  @inline(__always)
  private func content(
    _ field: FieldRange, _ role: ColumnRole, scratch: inout FieldScratch
  ) throws(MisplacedFailure) -> UnsafeBufferPointer<UInt8> {
    if field.start < field.end, field.start[0] > RowGrammar.quote, field.end[-1] > RowGrammar.space {
      return UnsafeBufferPointer(start: field.start, count: field.end - field.start)
    }
    switch grammar.content(field.start, field.end, scratch: &scratch) {
    case .bytes(let bytes): return bytes
    case .malformed: throw MisplacedFailure(reason: .textAfterQuote(role), place: field.start)
    }
  }

  @inline(__always)
  private func code(
    _ field: FieldRange, _ role: ColumnRole, in table: inout TokenTable, scratch: inout FieldScratch
  ) throws(MisplacedFailure) -> Int32 {
    let bytes = try content(field, role, scratch: &scratch)
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      throw MisplacedFailure(reason: .emptyIdentifier(role), place: field.start)
    }
    let code = table.code(base, bytes.count)
    if code >= 0 { return code }
    throw MisplacedFailure(
      reason: code == TokenTable.notUTF8 ? .notUTF8(role) : .tooManyIdentifiers(role), place: field.start)
  }

  @inline(__always)
  private func value(_ field: FieldRange, scratch: inout FieldScratch) throws(MisplacedFailure) -> Float {
    let bytes = try content(field, .value, scratch: &scratch)
    guard let number = decimalNumber(bytes) else {
      throw MisplacedFailure(reason: .notANumber(Array(bytes)), place: field.start)
    }
    let value = Float(number)
    if value.isFinite { return value }
    throw MisplacedFailure(reason: .notFinite(Array(bytes)), place: field.start)
  }

  private func time(_ field: FieldRange, scratch: inout FieldScratch) throws(MisplacedFailure) -> Double {
    let bytes = try content(field, .time, scratch: &scratch)
    if let time = timestamp(bytes), time.isFinite { return time }
    throw MisplacedFailure(reason: .notATime(Array(bytes)), place: field.start)
  }

  /// What the first missing column holds when a row has `count` fields.
  private func firstRole(after count: Int) -> ColumnRole {
    let fields: [(ColumnRole, Int?)] = [
      (.user, userField), (.item, itemField), (.value, valueField), (.time, timeField),
    ]
    let missing = fields.compactMap { role, field in field.flatMap { $0 >= count ? (role, $0) : nil } }
    return missing.min { $0.1 < $1.1 }?.0 ?? .item
  }
}
