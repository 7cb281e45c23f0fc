import ALSPlatform
public import ALSSparse

extension ItemTable {
  /// The table of a file, or of standard input when `path` is `-`: text, also compressed with gzip, with a header that names the
  /// columns and a line for each item.
  ///
  /// Quotes and delimiters are as in files of interactions. A column has numbers where all its fields are some, but for those that are
  /// empty, or nan; whole numbers above 2⁵³ are texts. Columns without a name are left out.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - itemColumn: The column of the items; the first when `nil`.
  ///   - delimiter: What separates fields; guessed when `nil`.
  /// - Throws: `ALSError` that names the file, the line and the remedy.
  /// - Complexity: O(bytes + n log n) for n items.
  public init(contentsOf path: String, itemColumn: Column? = nil, delimiter: String? = nil) throws {
    let head = try InputHead(path: path, delimiter: delimiter, blockSize: 1 << 18)
    let (name, fields) = (head.file.path, head.fields)
    guard !fields.isEmpty else {
      throw ALSError(.data, "is empty. Give a header, and an item and what is known of it per line.", at: name)
    }
    let resolver = LayoutResolver(
      path: name, format: DelimitedFormat(), delimiter: head.grammar.delimiter, sample: head.sample)
    let id = try itemColumn.map { try resolver.position(of: $0, "item", hasHeader: true) - 1 } ?? 0
    let columns = fields.indices.filter { $0 != id && !fields[$0].isEmpty }
    var builder = try ItemTableBuilder(columns: columns.map { KnownColumns.untyped(fields[$0]) }, at: name)
    try head.forEachWideRecord { fields, line in
      if fields[id].isEmpty {
        throw head.failure("the item (column \(id + 1)) is empty. Fill it in, or remove the line.", line)
      }
      builder.begin(Identifier(fields[id]), at: "line \(line)")
      for (place, column) in columns.enumerated() {
        let text = fields[column]
        if !text.isEmpty, text.lowercased() != "nan" { try builder.add(.text(text), to: place) }
      }
    }
    self = try builder.table(readsNumbers: true, at: name)
  }
}
