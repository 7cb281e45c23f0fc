import ALSPlatform

/// The beginning of an input, up to its first row: what a layout is guessed from.
struct InputHead {
  let file: ByteInput
  let grammar: RowGrammar
  /// The first row that is not blank, with its line feed; empty when there is none.
  let firstRow: [UInt8]
  /// How many lines come before the first row, and how many it takes.
  let linesBefore: Int
  let linesOfFirstRow: Int
  /// What was read after the first row.
  private let rest: [UInt8]
  private let isAtEnd: Bool
  private let blockSize: Int
  private let rowLimit: Int

  /// Opens `path`, skips a byte-order mark, and reads the first row.
  init(path: String, delimiter: String?, blockSize: Int, rowLimit: Int = BlockReader.mostBytesOfRow) throws {
    try self.init(ByteInput(path: path), delimiter: delimiter, blockSize: blockSize, rowLimit: rowLimit)
  }

  /// Skips a byte-order mark and reads the first row.
  init(_ input: ByteInput, delimiter: String?, blockSize: Int, rowLimit: Int = BlockReader.mostBytesOfRow) throws {
    file = input
    self.rowLimit = rowLimit
    self.blockSize = blockSize
    if let delimiter { _ = try RowGrammar(delimiter: delimiter) }
    var input = Lookahead(file: file, blockSize: blockSize, rowLimit: rowLimit)
    try input.read(atLeast: 4)
    try input.skipByteOrderMark()
    while try input.nextLine() == .blank {}
    let grammar = try RowGrammar(delimiter: delimiter ?? input.guessedDelimiter())
    self.grammar = grammar
    linesBefore = input.blankLines
    firstRow = try input.takeRow(grammar)
    linesOfFirstRow = firstRow.withUnsafeBufferPointer { row in
      row.baseAddress.map { RowGrammar.lineFeedCount(from: $0, to: $0 + row.count) } ?? 0
    }
    rest = input.remaining
    isAtEnd = input.isAtEnd
  }

  /// The fields of the first row.
  var fields: [String] { grammar.fields(ofRow: firstRow) }

  /// The fields of the line after the first row, when it has been read.
  var nextFields: [String] {
    rest.firstIndex(of: RowGrammar.lineFeed).map { grammar.fields(ofRow: Array(rest[...$0])) } ?? []
  }

  /// The rest of the input, from the first row on or after it.
  func blocks(skippingFirstRow: Bool) -> BlockReader {
    BlockReader(
      file: file, grammar: grammar, blockSize: blockSize, rowLimit: rowLimit,
      carry: skippingFirstRow ? rest : firstRow + rest, isAtEnd: isAtEnd)
  }

  /// How many lines come before the first of `blocks(skippingFirstRow:)`.
  func lineCount(skippingFirstRow: Bool) -> Int { linesBefore + (skippingFirstRow ? linesOfFirstRow : 0) }
}

/// Bytes read ahead until they hold what is looked for.
private struct Lookahead {
  enum Line { case blank, text, none }

  let file: ByteInput
  let blockSize: Int
  let rowLimit: Int
  private var bytes: [UInt8] = []
  private var position = 0
  private(set) var isAtEnd = false
  private(set) var blankLines = 0

  init(file: ByteInput, blockSize: Int, rowLimit: Int) {
    self.rowLimit = rowLimit
    self.file = file
    self.blockSize = max(blockSize, 1)
  }

  var remaining: [UInt8] { Array(bytes[position...]) }

  mutating func read(atLeast count: Int) throws {
    while !isAtEnd, bytes.count - position < count { try readMore() }
  }

  /// As much again as there is: searches that start over stay linear.
  private mutating func readMore() throws {
    let wanted = max(blockSize, bytes.count)
    let known = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: wanted))
    let got = try bytes.withUnsafeMutableBytes {
      try file.fill(UnsafeMutableRawBufferPointer(rebasing: $0[known...]))
    }
    bytes.removeLast(wanted - got)
    if got < wanted {
      isAtEnd = true
      if bytes.count > position, bytes.last != RowGrammar.lineFeed { bytes.append(RowGrammar.lineFeed) }
    }
  }

  private static let archives: [(magic: [UInt8], name: String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "zip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58], "xz"),
    ([0x42, 0x5A, 0x68], "bzip2"),
  ]

  mutating func skipByteOrderMark() throws {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw ALSError(
        .data, "\(file.path): is UTF-16 text. Convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8.")
    } else if let archive = Self.archives.first(where: { bytes.starts(with: $0.magic) })?.name {
      throw ALSError(.data, "\(file.path): is compressed (\(archive)). Unpack it, or compress it with gzip.")
    }
  }

  /// Makes sure of one whole line at the position, and goes past it when it is blank.
  mutating func nextLine() throws -> Line {
    while true {
      if let feed = bytes[position...].firstIndex(of: RowGrammar.lineFeed) {
        let blanks = [RowGrammar.space, RowGrammar.carriageReturn]
        if bytes[position..<feed].contains(where: { !blanks.contains($0) }) { return .text }
        position = feed + 1
        blankLines += 1
        return .blank
      }
      if isAtEnd { return .none }
      try checkLength()
      try readMore()
    }
  }

  func guessedDelimiter() -> String {
    let line = bytes[position...].prefix { $0 != RowGrammar.lineFeed }
    return Array(line).withUnsafeBufferPointer(DelimitedFormat.guessedDelimiter(for:))
  }

  /// The row at the position, with its line feed; the position moves past it.
  mutating func takeRow(_ grammar: RowGrammar) throws -> [UInt8] {
    while true {
      if position == bytes.count, isAtEnd { return [] }
      let (length, quote) = bytes[position...].withUnsafeBufferPointer { rest -> (Int?, Int?) in
        guard let start = rest.baseAddress else { return (nil, nil) }
        let (feed, open) = grammar.rowEnd(start, rowStart: start, end: start + rest.count)
        let quoteLine = open.map { RowGrammar.lineFeedCount(from: start, to: $0) }
        return (feed.map { $0 + 1 - start }, quoteLine)
      }
      if let length {
        defer { position += length }
        return Array(bytes[position..<position + length])
      }
      if isAtEnd {
        throw ALSError(
          .data, "\(file.path): line \(blankLines + (quote ?? 0) + 1): \(RowFailure.Reason.unterminatedQuote.unplaced)")
      }
      try checkLength()
      try readMore()
    }
  }

  private func checkLength() throws {
    guard bytes.count - position > rowLimit else { return }
    throw ALSError(.data, "\(file.path): line \(blankLines + 1): \(RowFailure.Reason.rowTooLong.unplaced)")
  }
}
