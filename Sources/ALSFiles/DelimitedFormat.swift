/// How a delimited text file (CSV, TSV and relatives) is laid out; what is `nil` is guessed from its first line.
public struct DelimitedFormat: Hashable, Sendable {
  /// The column of the users.
  public var userColumn: Column?
  /// The column of the items.
  public var itemColumn: Column?
  /// The column of the values: ratings, counts, weights.
  public var valueColumn: Column?
  /// The column of the times.
  public var timeColumn: Column?
  /// What separates fields: one or two ASCII characters other than quotes and line breaks, such as `,` or `::`.
  public var delimiter: String?
  /// Whether the first line names the columns.
  public var hasHeader: Bool?

  /// A format of which everything that is not given is guessed.
  public init(
    userColumn: Column? = nil, itemColumn: Column? = nil, valueColumn: Column? = nil, timeColumn: Column? = nil,
    delimiter: String? = nil, hasHeader: Bool? = nil
  ) {
    self.userColumn = userColumn
    self.itemColumn = itemColumn
    self.valueColumn = valueColumn
    self.timeColumn = timeColumn
    self.delimiter = delimiter
    self.hasHeader = hasHeader
  }
}

extension DelimitedFormat {
  /// The delimiter that a word on a command line stands for: `tab`, `comma`, `semicolon`, `space`, `pipe`, `\t`, or
  /// the delimiter itself.
  public static func delimiter(named text: String) -> String {
    if text == "\\t" { return "\t" }
    let word = text.lowercased()
    return delimiterNames.first { $0.name == word }?.delimiter ?? text
  }

  /// "comma-separated", or the delimiter in quotes when it has no name.
  static func separation(by delimiter: String) -> String {
    let name = delimiterNames.first { $0.delimiter == delimiter }?.name
    return (name ?? "\"\(delimiter)\"") + "-separated"
  }

  private static let delimiterNames = [
    (name: "comma", delimiter: ","), (name: "tab", delimiter: "\t"), (name: "semicolon", delimiter: ";"),
    (name: "space", delimiter: " "), (name: "pipe", delimiter: "|"),
  ]

  /// The delimiter of a file that begins with `line`: the first of a list that occurs outside of quotes.
  static func guessedDelimiter(for line: UnsafeBufferPointer<UInt8>) -> String {
    var unquoted: [UInt8] = []
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted { unquoted.append(byte) }
    }
    let colon = UInt8(ascii: ":")
    if zip(unquoted, unquoted.dropFirst()).contains(where: { $0 == (colon, colon) }) { return "::" }
    let text = unquoted.drop { $0 == UInt8(ascii: " ") }
    return ["\t", ",", ";", "|", " "].first { delimiter in delimiter.utf8.allSatisfy(text.contains) } ?? ","
  }
}
