/// How a delimited text file (CSV, TSV and relatives) is laid out; what is `nil` is guessed from the lines it begins with.
public struct DelimitedFormat: Hashable, Sendable {
  /// What a line holds.
  public enum Form: String, CaseIterable, Hashable, Sendable {
    /// One interaction: a user, an item, perhaps a value and a time.
    case rows
    /// All interactions of a user: the user, and then the items.
    case lists
  }

  /// What a line holds.
  ///
  /// Guessed to be lists where lines differ in length, some have more than four fields, and all fields are whole numbers;
  /// otherwise such lines are refused.
  public var form: Form?
  /// The column of the users.
  public var userColumn: Column?
  /// The column of the items.
  public var itemColumn: Column?
  /// The column of the values: ratings or counts.
  public var valueColumn: Column?
  /// The column of the times.
  public var timeColumn: Column?
  /// The column of the weights, 0 or more: how much each event counts; never guessed.
  public var weightColumn: Column?
  /// The column of the types of events, whose weights ``EventWeighting/eventWeights`` are; never guessed.
  public var eventColumn: Column?
  /// What separates fields: one or two ASCII characters other than quotes and line breaks, such as `,` or `::`.
  public var delimiter: String?
  /// Whether the first line names the columns.
  public var hasHeader: Bool?

  /// A format of which everything that is not given is guessed.
  public init(
    userColumn: Column? = nil, itemColumn: Column? = nil, valueColumn: Column? = nil, timeColumn: Column? = nil,
    weightColumn: Column? = nil, eventColumn: Column? = nil, delimiter: String? = nil, hasHeader: Bool? = nil,
    form: Form? = nil
  ) {
    self.form = form
    self.userColumn = userColumn
    self.itemColumn = itemColumn
    self.valueColumn = valueColumn
    self.timeColumn = timeColumn
    self.weightColumn = weightColumn
    self.eventColumn = eventColumn
    self.delimiter = delimiter
    self.hasHeader = hasHeader
  }

  func column(of role: ColumnRole) -> Column? {
    [userColumn, itemColumn, valueColumn, timeColumn, weightColumn, eventColumn][role.rawValue]
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
}
