import ALSPlatform

extension InputHead {
  /// An error in a line.
  func failure(_ reason: String, _ line: Int) -> ALSError {
    ALSError(.data, "line \(line): \(reason)", at: file.path)
  }

  /// Calls `body` with the fields of each row and its line.
  func forEachRecord(skippingFirstRow: Bool, _ body: ([String], Int) throws -> Void) throws {
    var scratch = FieldScratch()
    var fields: [String] = []
    try forEachRow(skippingFirstRow: skippingFirstRow) { row, feed, line in
      fields.removeAll(keepingCapacity: true)
      var start = row
      while true {
        guard let stop = grammar.fieldEnd(start, end: feed + 1) else {
          throw failure(RowFailure.Reason.unterminatedQuote.unplaced, line)
        }
        guard case .bytes(let bytes) = grammar.content(start, stop, scratch: &scratch) else {
          throw failure(
            "text follows the closing quote of column \(fields.count + 1). Double the quotes in the text.", line)
        }
        guard let field = String(validating: bytes, as: UTF8.self) else {
          throw failure("column \(fields.count + 1) is not UTF-8 text. Convert the file with iconv.", line)
        }
        fields.append(field)
        if stop == feed { break }
        start = stop + grammar.delimiterLength
      }
      try body(fields, line)
    }
  }

  /// The same for rows after the first, which names their columns; each has as many fields.
  func forEachWideRecord(_ body: ([String], Int) throws -> Void) throws {
    let columnCount = fields.count
    try forEachRecord(skippingFirstRow: true) { fields, line in
      guard fields.count == columnCount else {
        throw failure(
          "\(fields.count) field\(fields.count == 1 ? "" : "s"), but the header names \(columnCount) columns ("
            + "\(DelimitedFormat.separation(by: grammar.delimiter))). Correct the line, or quote fields that have the "
            + "delimiter in them.", line)
      }
      try body(fields, line)
    }
  }
}
