import ALSPlatform

/// The beginning of an input: what a layout is guessed from.
struct InputHead {
  let file: ByteInput
  let grammar: RowGrammar
  /// The first row that is not blank, with its line feed; empty when there is none.
  let firstRow: [UInt8]
  /// The fields of the first row and of some that follow it.
  let sample: [[String]]
  /// How many lines come before the first row, and how many it takes.
  let linesBefore: Int
  let linesOfFirstRow: Int
  /// What was read after the first row.
  private let rest: [UInt8]
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
    try input.read(atLeast: ForeignForm.startLength)
    try input.skipByteOrderMark()
    while try input.nextLine() == .blank {}
    let lines = try input.sampleLines()
    let grammar = try RowGrammar(delimiter: delimiter ?? DelimiterGuess(sample: lines).delimiter)
    self.grammar = grammar
    sample = grammar.rows(of: lines, most: DelimiterGuess.mostRows)
    linesBefore = input.blankLines
    firstRow = try input.takeRow(grammar)
    linesOfFirstRow = firstRow.withUnsafeBufferPointer { row in
      row.baseAddress.map { RowGrammar.lineFeedCount(from: $0, to: $0 + row.count) } ?? 0
    }
    rest = input.remaining
  }

  /// The fields of the first row.
  var fields: [String] { grammar.fields(ofRow: firstRow) }

  /// The rest of the input, from the first row on or after it.
  func blocks(skippingFirstRow: Bool) -> BlockReader {
    BlockReader(
      file: ReplayedInput(file, after: skippingFirstRow ? rest : firstRow + rest), grammar: grammar,
      blockSize: blockSize, rowLimit: rowLimit)
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
    let more = try [UInt8](unsafeUninitializedCapacity: wanted) { memory, count in
      count = try file.fill(UnsafeMutableRawBufferPointer(memory))
    }
    bytes += more
    if more.count < wanted {
      isAtEnd = true
      if bytes.count > position, bytes.last != RowGrammar.lineFeed { bytes.append(RowGrammar.lineFeed) }
    }
  }

  mutating func skipByteOrderMark() throws {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw ALSError(
        .data, "is UTF-16 text. Convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8.", at: file.path)
    } else if let reason = ForeignForm.reason(ofRefusing: bytes, path: file.path) {
      throw ALSError(.data, reason, at: file.path)
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

  /// How much of an input a layout is guessed from, where lines are not longer.
  private static var sampleBytes: Int { 1 << 16 }

  /// Whole lines from the position on: those of the first ``sampleBytes``, but two at least where there are as many.
  ///
  /// The same, whatever was read at a time.
  mutating func sampleLines() throws -> [UInt8] {
    try read(atLeast: Self.sampleBytes)
    func lines(_ bytes: ArraySlice<UInt8>) -> (count: Int, second: Int?) {
      var (count, second): (Int, Int?) = (0, nil)
      for (index, byte) in zip(bytes.indices, bytes) where byte == RowGrammar.lineFeed {
        count += 1
        if count == 2 { second = index + 1 }
      }
      return (count, second)
    }
    while true {
      let sample = bytes[position...].prefix(Self.sampleBytes)
      if lines(sample).count >= 2 {
        return Array(sample[...(sample.lastIndex(of: RowGrammar.lineFeed) ?? sample.startIndex)])
      }
      if let second = lines(bytes[position...]).second { return Array(bytes[position..<second]) }
      // A single line, or one that is longer than any should be, which is told later.
      if isAtEnd || bytes.count - position > rowLimit {
        return Array(bytes[position...].prefix { $0 != RowGrammar.lineFeed }) + [RowGrammar.lineFeed]
      }
      try readMore()
    }
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
          .data, "line \(blankLines + (quote ?? 0) + 1): \(RowFailure.Reason.unterminatedQuote.unplaced)", at: file.path
        )
      }
      try checkLength()
      try readMore()
    }
  }

  private func checkLength() throws {
    guard bytes.count - position > rowLimit else { return }
    throw ALSError(.data, "line \(blankLines + 1): \(RowFailure.Reason.rowTooLong.unplaced)", at: file.path)
  }
}
