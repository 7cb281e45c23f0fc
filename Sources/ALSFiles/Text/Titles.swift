import ALSPlatform
public import ALSSparse

/// Names for identifiers, such as the titles of films: a look-up table read from a delimited file.
public struct Titles: Sendable {
  /// The title of each identifier that the file has.
  public let all: [Identifier: String]

  /// The title of `identifier`; `nil` when the file has none.
  ///
  /// An integer and its canonical text are the same identifier.
  ///
  /// - Complexity: O(1).
  public subscript(identifier: Identifier) -> String? { all[Identifier(identifier.description)] }

  /// Reads a file, or standard input when `path` is `-`.
  ///
  /// Quotes, delimiters and headers are as in ``DelimitedReader``. Of several titles of one identifier the last counts.
  /// Titles that are not UTF-8 are taken to be Latin-1, as older MovieLens files have them.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - idColumn: The column of the identifiers; the first when `nil`.
  ///   - titleColumn: The column of the titles; when `nil` the one that a header calls so, or else the one after the
  ///     identifiers.
  ///   - delimiter: What separates fields; guessed when `nil`.
  ///   - hasHeader: Whether the first line names the columns; guessed when `nil`.
  /// - Throws: `ALSError` when the file cannot be read, is empty, lacks a column, or has a malformed line.
  /// - Complexity: O(bytes).
  public init(
    contentsOf path: String, idColumn: Column? = nil, titleColumn: Column? = nil, delimiter: String? = nil,
    hasHeader: Bool? = nil
  ) throws {
    let head = try InputHead(path: path, delimiter: delimiter, blockSize: 1 << 18)
    let name = head.file.path
    let fields = head.fields
    guard !fields.isEmpty else {
      throw ALSError(.data, "is empty. Give one identifier and its title per line.", at: name)
    }
    let columns = [idColumn, titleColumn].compactMap { $0 }
    let isNamed = columns.contains { if case .name = $0 { true } else { false } }
    let skipsFirst =
      hasHeader ?? (isNamed || fields.contains { KnownColumns.isIdentifier($0) || KnownColumns.isTitle($0) })
    let resolver = LayoutResolver(
      path: name, format: DelimitedFormat(), delimiter: head.grammar.delimiter, sample: head.sample)
    let id = try idColumn.map { try resolver.position(of: $0, "identifier", hasHeader: skipsFirst) } ?? 1
    let named = skipsFirst ? fields.firstIndex(where: KnownColumns.isTitle).map { $0 + 1 } : nil
    let title =
      try titleColumn.map { try resolver.position(of: $0, "title", hasHeader: skipsFirst) }
      ?? named.flatMap { $0 == id ? nil : $0 } ?? id + 1
    all = try head.titles(skippingFirstRow: skipsFirst, id: id, title: title)
  }
}

extension InputHead {
  /// The titles in columns counted from 1.
  fileprivate func titles(skippingFirstRow: Bool, id: Int, title: Int) throws -> [Identifier: String] {
    var titles: [Identifier: String] = [:]
    var scratch = FieldScratch()
    try forEachRow(skippingFirstRow: skippingFirstRow) { row, feed, line in
      func failure(_ reason: String) -> ALSError { ALSError(.data, "line \(line): \(reason)", at: file.path) }
      var found: (id: String?, title: String?)
      var (start, column) = (row, 1)
      while true {
        guard let stop = grammar.fieldEnd(start, end: feed + 1) else {
          throw failure(RowFailure.Reason.unterminatedQuote.unplaced)
        }
        if column == id || column == title {
          guard case .bytes(let bytes) = grammar.content(start, stop, scratch: &scratch) else {
            throw failure("text follows the closing quote of column \(column). Double the quotes in the text.")
          }
          if column == id { found.id = String(validating: bytes, as: UTF8.self) }
          if column == title { found.title = String(validating: bytes, as: UTF8.self) ?? latin1(bytes) }
        }
        if stop == feed || column == max(id, title) { break }
        start = stop + grammar.delimiterLength
        column += 1
      }
      guard column == max(id, title) else {
        let separation = DelimitedFormat.separation(by: grammar.delimiter)
        throw failure(
          "only \(column) \(column == 1 ? "field" : "fields"), but column \(max(id, title)) is needed (\(separation)). "
            + "Complete the line, or name the delimiter and the columns.")
      }
      guard let key = found.id, !key.isEmpty else {
        throw failure("the identifier (column \(id)) is empty or not UTF-8 text. Correct it, or remove the line.")
      }
      titles[Identifier(key)] = found.title
    }
    return titles
  }
}

/// Every byte as the character of that number.
private func latin1(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}
