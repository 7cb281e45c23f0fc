import ALSPlatform
import ALSSparse

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns blocks of rows into columns of codes, values, times and weights: the loop where reading spends its time.
struct RowParser: Sendable {
  let grammar: RowGrammar
  private let userField: Int
  private let itemField: Int
  private let valueField: Int?
  private let timeField: Int?
  private let weightField: Int?
  private let eventField: Int?
  private let types: EventTypes
  private let keepsWeightless: Bool
  /// Fields after this one are only counted.
  private let lastField: Int
  private let isLists: Bool
  private let leastFieldCount: Int?
  private let mostFieldCount: Int?
  private let mayHaveDecimalCommas: Bool
  private let channels: EventChannels

  /// Events of weight 0 are left out unless they are to be kept.
  init(grammar: RowGrammar, layout: DelimitedLayout, eventWeights: [String: Float], keepingWeightless: Bool) {
    self.grammar = grammar
    userField = layout.userColumn - 1
    itemField = layout.itemColumn - 1
    valueField = layout.valueColumn.map { $0 - 1 }
    timeField = layout.timeColumn.map { $0 - 1 }
    weightField = layout.weightColumn.map { $0 - 1 }
    eventField = layout.eventColumn.map { $0 - 1 }
    types = EventTypes(eventWeights)
    keepsWeightless = keepingWeightless
    channels = layout.channels
    lastField = max(userField, itemField, valueField ?? 0, timeField ?? 0, weightField ?? 0, eventField ?? 0)
    isLists = layout.form == .lists
    (leastFieldCount, mostFieldCount) = (layout.leastFieldCount, layout.mostFieldCount)
    mayHaveDecimalCommas = layout.delimiter == ";"
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
      // An item of a list takes two bytes at least.
      capacity: isLists ? (block.end - block.start) / 2 + 1 : nil, channels: channels)
    withUnsafeTemporaryAllocation(of: FieldRange.self, capacity: lastField + 1) { fields in
      guard let fields = fields.baseAddress else { return }
      do throws(MisplacedFailure) {
        if isLists {
          try parseLists(
            block, into: columns, users: &worker.users.table, items: &worker.items.table, scratch: &worker.scratch)
        } else {
          try parse(
            block, into: columns, fields: fields, users: &worker.users.table, items: &worker.items.table,
            scratch: &worker.scratch)
        }
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
    let weights = columns.weights?.pointer
    var start = block.start
    var row = 0
    while start < end {
      if start[0] <= RowGrammar.space, let next = grammar.lineAfterBlank(start) {
        start = next
        continue
      }
      let stop = try split(start, end: end, into: fields)
      var counts = true
      if let weights {
        weights[row] = try weight(fields, in: columns, block, scratch: &scratch)
        counts = weights[row] > 0 || keepsWeightless
        if !counts { columns.weightMarks.weightlessCount += 1 }
      }
      if counts {
        userCodes[row] = try code(fields[userField], .user, in: &users, scratch: &scratch)
        itemCodes[row] = try code(fields[itemField], .item, in: &items, scratch: &scratch)
        if let values, let valueField {
          values[row] = try value(fields[valueField], in: columns, block, scratch: &scratch)
        }
        if let times, let timeField { times[row] = try time(fields[timeField], scratch: &scratch) }
        row += 1
      }
      if mostFieldCount != nil {
        start = try checkFieldCount(start, stop, end: end) + 1
      } else if stop[0] == RowGrammar.lineFeed {
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

  /// Counts the fields of a row after the last that is needed, which ends at `stop`, and returns the row's end.
  ///
  /// Empty fields at the end are none too many, so that a delimiter may end a line.
  @inline(__always)
  private func checkFieldCount(
    _ start: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) throws(MisplacedFailure) -> UnsafePointer<UInt8> {
    var (stop, count, last) = (stop, lastField + 1, lastField + 1)
    while stop[0] != RowGrammar.lineFeed {
      let from = stop + grammar.delimiterLength
      guard let next = grammar.fieldEnd(from, end: end) else {
        throw MisplacedFailure(reason: .unterminatedQuote, place: grammar.openingQuote(from) ?? from)
      }
      count += 1
      if !isEmpty(from, next) { last = count }
      stop = next
    }
    if let mostFieldCount, last > mostFieldCount {
      throw MisplacedFailure(reason: .unequalFields(count: last), place: start)
    }
    if let leastFieldCount, count < leastFieldCount {
      throw MisplacedFailure(reason: .unequalFields(count: count), place: start)
    }
    return stop
  }

  /// Whether there is nothing but spaces and a carriage return.
  @inline(__always)
  private func isEmpty(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    var byte = start
    while byte < end, byte[0] == RowGrammar.space || byte[0] == RowGrammar.carriageReturn { byte += 1 }
    return byte == end
  }

  /// Parses rows of a user and any number of items; empty fields are none.
  private func parseLists(
    _ block: Block, into columns: ParsedBlock, users: inout TokenTable, items: inout TokenTable,
    scratch: inout FieldScratch
  ) throws(MisplacedFailure) {
    guard let userCodes = columns.users?.pointer, let itemCodes = columns.items?.pointer else { return }
    var (start, row) = (block.start, 0)
    while start < block.end {
      if start[0] <= RowGrammar.space, let next = grammar.lineAfterBlank(start) {
        start = next
        continue
      }
      var (from, user): (UnsafePointer<UInt8>, Int32?) = (start, nil)
      while true {
        guard let stop = grammar.fieldEnd(from, end: block.end) else {
          throw MisplacedFailure(reason: .unterminatedQuote, place: grammar.openingQuote(from) ?? from)
        }
        let field = FieldRange(start: from, end: stop)
        if let user {
          if !isEmpty(from, stop) {
            userCodes[row] = user
            itemCodes[row] = try code(field, .item, in: &items, scratch: &scratch)
            row += 1
          }
        } else {
          user = try code(field, .user, in: &users, scratch: &scratch)
        }
        if stop[0] == RowGrammar.lineFeed {
          start = stop + 1
          break
        }
        from = stop + grammar.delimiterLength
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
  private func value(
    _ field: FieldRange, in columns: ParsedBlock, _ block: Block, scratch: inout FieldScratch
  ) throws(MisplacedFailure) -> Float {
    let bytes = try content(field, .value, scratch: &scratch)
    guard let number = number(bytes, field.start, in: columns, block) else {
      throw MisplacedFailure(reason: .notANumber(Array(bytes)), place: field.start)
    }
    let value = Float(number)
    if value.isFinite { return value }
    throw MisplacedFailure(reason: .notFinite(Array(bytes)), place: field.start)
  }

  @inline(__always)
  private func number(
    _ text: UnsafeBufferPointer<UInt8>, _ place: UnsafePointer<UInt8>, in columns: ParsedBlock, _ block: Block
  ) -> Double? {
    mayHaveDecimalCommas ? markedNumber(text, place, in: columns, block) : decimalNumber(text)
  }

  /// How much a row counts: its weight times that of its type.
  private func weight(
    _ fields: UnsafeMutablePointer<FieldRange>, in columns: ParsedBlock, _ block: Block, scratch: inout FieldScratch
  ) throws(MisplacedFailure) -> Float {
    var weight: Float = 1
    if let weightField {
      let field = fields[weightField]
      let bytes = try content(field, .weight, scratch: &scratch)
      guard let number = number(bytes, field.start, in: columns, block), isWeight(Float(number)) else {
        throw MisplacedFailure(reason: .notAWeight(Array(bytes)), place: field.start)
      }
      weight = Float(number)
    }
    if let eventField {
      let field = fields[eventField]
      let type = try content(field, .event, scratch: &scratch)
      guard let factor = types.weight(of: type) else {
        columns.noteUnknownType(type, line: RowGrammar.lineFeedCount(from: block.start, to: field.start))
        return 0
      }
      // What has some weight keeps some.
      weight = weight > 0 && factor > 0 ? max(weight * factor, .leastNormalMagnitude) : 0
      if !weight.isFinite { throw MisplacedFailure(reason: .hugeWeight, place: field.start) }
    }
    if weight != 1 { columns.weightMarks.hasOthersThanOne = true }
    return weight
  }

  /// A number with a decimal point or a decimal comma, of which the first of each kind is remembered.
  private func markedNumber(
    _ text: UnsafeBufferPointer<UInt8>, _ place: UnsafePointer<UInt8>, in columns: ParsedBlock, _ block: Block
  ) -> Double? {
    func line() -> Int { RowGrammar.lineFeedCount(from: block.start, to: place) }
    if let number = decimalNumber(text) {
      if columns.decimals.point == nil, text.contains(UInt8(ascii: ".")) { columns.decimals.point = line() }
      return number
    }
    guard let number = numberWithDecimalComma(text) else { return nil }
    if columns.decimals.comma == nil { columns.decimals.comma = line() }
    return number
  }

  private func time(_ field: FieldRange, scratch: inout FieldScratch) throws(MisplacedFailure) -> Double {
    let bytes = try content(field, .time, scratch: &scratch)
    if let time = timestamp(bytes), time.isFinite { return time }
    throw MisplacedFailure(reason: .notATime(Array(bytes)), place: field.start)
  }

  /// What the first missing column holds when a row has `count` fields.
  private func firstRole(after count: Int) -> ColumnRole {
    let fields: [(ColumnRole, Int?)] = [
      (.user, userField), (.item, itemField), (.value, valueField), (.time, timeField), (.weight, weightField),
      (.event, eventField),
    ]
    let missing = fields.compactMap { role, field in field.flatMap { $0 >= count ? (role, $0) : nil } }
    return missing.min { $0.1 < $1.1 }?.0 ?? .item
  }
}
