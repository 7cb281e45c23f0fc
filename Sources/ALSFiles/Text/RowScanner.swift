import ALSPlatform

/// Goes through a delimited file row by row, in order, with the rows that ``DelimitedReader`` sees.
///
/// The n-th row here is the n-th of the events that were read with the same layout, so that lines can be copied to
/// other files as they are.
public struct RowScanner: Sendable {
  /// The file; never standard input, which cannot be read twice.
  public let path: String
  /// How the file is laid out.
  public let layout: DelimitedLayout
  /// The bytes of the header without the line feed; `nil` when the file has none.
  public let header: [UInt8]?
  package var blockSize = 1 << 20

  /// A scanner of a file that was read before.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - layout: What ``DelimitedReader/read(_:)`` made of it.
  /// - Throws: `ALSError` when `path` is not a regular file or cannot be read.
  /// - Complexity: O(length of the first row).
  public init(path: String, layout: DelimitedLayout) throws {
    self.path = path
    self.layout = layout
    guard path != "-", try ReadableFile(path: path).size != nil else {
      let name = path == "-" ? "standard input" : path
      throw ALSError(.unreadable, "must be read twice, which a pipe cannot. Save it to a file first.", at: name)
    }
    let head = try InputHead(path: path, delimiter: layout.delimiter, blockSize: blockSize)
    header = layout.hasHeader ? head.firstRow.dropLast() : nil
  }

  /// Calls `body` with the bytes of each row, blank lines and the header left out.
  ///
  /// A row goes up to its line feed, which does not belong to it, while a carriage return before it does: rows written
  /// with a line feed after each are what the file has. The bytes are valid until `body` returns.
  ///
  /// - Throws: What `body` throws; `ALSError` when reading fails, and for a quoted field that never ends.
  /// - Complexity: O(bytes), on the calling thread.
  public func forEachRow(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let head = try InputHead(path: path, delimiter: layout.delimiter, blockSize: blockSize)
    try head.forEachRow(skippingFirstRow: layout.hasHeader) { start, feed, _ in
      try body(UnsafeRawBufferPointer(start: start, count: feed - start))
    }
  }
}

extension InputHead {
  /// Calls `body` with the start, the line feed and the line number of each row that is not blank.
  func forEachRow(
    skippingFirstRow: Bool,
    _ body: (_ start: UnsafePointer<UInt8>, _ feed: UnsafePointer<UInt8>, _ line: Int) throws -> Void
  ) throws {
    var reader = blocks(skippingFirstRow: skippingFirstRow)
    var line = lineCount(skippingFirstRow: skippingFirstRow) + 1
    let block = Block(capacity: 0)
    func failure(_ reason: RowFailure.Reason, _ line: Int) -> ALSError {
      ALSError(.data, "line \(line): \(reason.unplaced)", at: file.path)
    }
    do {
      while try reader.read(into: block) {
        var start = block.start
        while start < block.end {
          if let next = grammar.lineAfterBlank(start) {
            line += 1
            start = next
            continue
          }
          let (feed, quote) = grammar.rowEnd(start, rowStart: start, end: block.end)
          guard let feed else {
            throw failure(.unterminatedQuote, line + (quote.map { RowGrammar.lineFeedCount(from: start, to: $0) } ?? 0))
          }
          try body(start, feed, line)
          line += RowGrammar.lineFeedCount(from: start, to: feed + 1)
          start = feed + 1
        }
      }
    } catch is RowTooLong {
      throw failure(.rowTooLong, line)
    }
  }
}
