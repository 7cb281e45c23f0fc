import ALSPlatform
import ALSSparse

/// Reads Matrix Market files: rows are users, columns are items, called by their numbers, 1 and on.
struct MatrixMarketReader {
  let input: ByteInput

  /// - Complexity: O(bytes), on the calling thread.
  func read() throws -> (events: Events, header: MatrixMarket.Header) {
    let grammar = try RowGrammar(delimiter: " ")
    var blocks = BlockReader(
      file: ReplayedInput(input), grammar: grammar, blockSize: 1 << 20, rowLimit: 1 << 24)
    var entries = MatrixMarketEntries()
    let block = Block(capacity: 1 << 20)
    var line = 1
    do {
      while try blocks.read(into: block) {
        var start = block.start
        while start < block.end {
          guard let feed = RowGrammar.find(RowGrammar.lineFeed, from: start, to: block.end) else { break }
          try entries.add(start, feed)
          start = feed + 1
          line += 1
        }
      }
    } catch let problem as MatrixMarket.Problem {
      throw ALSError(.data, "line \(line): \(problem.text)", at: input.path)
    } catch is RowTooLong {
      throw ALSError(.data, "line \(line): is too long for an entry of a matrix. Check the file.", at: input.path)
    }
    do {
      return try entries.finish(input.path)
    } catch let problem as MatrixMarket.Problem {
      throw ALSError(.data, problem.text, at: input.path)
    }
  }
}

/// The entries that have been read so far.
private struct MatrixMarketEntries {
  private var header: MatrixMarket.Header?
  private var size: (rows: Int, columns: Int, entries: Int)?
  private var read = 0
  private var rows: [Int32] = []
  private var columns: [Int32] = []
  private var values: [Float] = []

  /// Takes in the line `start..<feed`.
  mutating func add(_ start: UnsafePointer<UInt8>, _ feed: UnsafePointer<UInt8>) throws {
    var cursor = EntryCursor(byte: start, end: feed)
    guard let header else {
      let line = String(decoding: UnsafeBufferPointer(start: start, count: feed - start), as: UTF8.self)
      self.header = try MatrixMarket.Header(banner: line)
      return
    }
    if cursor.isAtEnd || cursor.byte[0] == UInt8(ascii: "%") { return }
    guard let size else {
      guard let rows = cursor.integer(), let columns = cursor.integer(), let entries = cursor.integer(), cursor.isAtEnd
      else { throw MatrixMarket.Problem("the size must be three whole numbers: rows, columns, entries.") }
      if header.symmetry != .general, rows != columns {
        throw MatrixMarket.Problem(
          "a \(header.symmetry.rawValue) matrix cannot have \(rows) rows and \(columns) columns.")
      }
      self.size = (rows, columns, entries)
      return
    }
    guard let row = cursor.integer(), let column = cursor.integer(), (1...max(size.rows, 1)).contains(row),
      (1...max(size.columns, 1)).contains(column), row <= size.rows, column <= size.columns
    else {
      throw MatrixMarket.Problem(
        "an entry must begin with its row, from 1 to \(size.rows), and its column, from 1 to \(size.columns).")
    }
    guard row <= Int(Int32.max), column <= Int(Int32.max) else {
      throw MatrixMarket.Problem("there are more than \(Int32.max) rows or columns. Use fewer.")
    }
    var value: Float = 1
    if header.field != .pattern {
      guard let number = cursor.number(), Float(number).isFinite else {
        throw MatrixMarket.Problem("the value is not a finite 32-bit number.")
      }
      value = Float(number)
    }
    guard cursor.isAtEnd else { throw MatrixMarket.Problem("text follows the entry.") }
    guard read < size.entries else {
      throw MatrixMarket.Problem("there are more entries than the \(size.entries) that the size line promises.")
    }
    read += 1
    append(row, column, value)
    if header.symmetry != .general, row != column { append(column, row, header.symmetry == .skew ? -value : value) }
  }

  private mutating func append(_ row: Int, _ column: Int, _ value: Float) {
    rows.append(Int32(truncatingIfNeeded: row - 1))
    columns.append(Int32(truncatingIfNeeded: column - 1))
    if header?.field != .pattern { values.append(value) }
  }

  func finish(_ path: String) throws -> (events: Events, header: MatrixMarket.Header) {
    guard let header, let size else { throw MatrixMarket.Problem("ends before the size of the matrix.") }
    guard read == size.entries else {
      throw MatrixMarket.Problem("has \(read) entries, but the size line promises \(size.entries). Copy it again.")
    }
    guard read > 0 else { throw MatrixMarket.Problem("is a matrix without entries.") }
    let events = Events(
      users: try countedIdentifiers(size.rows, from: 1, entries: rows.count, "rows", path),
      items: try countedIdentifiers(size.columns, from: 1, entries: rows.count, "columns", path),
      userIndices: Buffer(rows), itemIndices: Buffer(columns), values: header.field == .pattern ? nil : Buffer(values),
      times: nil)
    return (events, header)
  }
}

/// Reads numbers between blanks.
private struct EntryCursor {
  var byte: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  init(byte: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
    self.byte = byte
    self.end = end
    skipBlanks()
  }

  var isAtEnd: Bool { byte == end }

  @inline(__always)
  private mutating func skipBlanks() {
    while byte < end, byte[0] == 0x20 || byte[0] == 0x09 || byte[0] == 0x0D { byte += 1 }
  }

  mutating func integer() -> Int? {
    let first = byte
    var number = 0
    while byte < end, let digit = decimalDigit(byte[0]), number < 1 << 50 {
      number = number * 10 + Int(digit)
      byte += 1
    }
    guard byte > first, isAtEnd || byte[0] <= 0x20 else { return nil }
    skipBlanks()
    return number
  }

  mutating func number() -> Double? {
    let first = byte
    while byte < end, byte[0] > 0x20 { byte += 1 }
    let number = decimalNumber(UnsafeBufferPointer(start: first, count: byte - first))
    skipBlanks()
    return number
  }
}
