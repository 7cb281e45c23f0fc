/// How a file of features is laid out, as far as it is not to be guessed.
public struct FeatureFormat: Hashable, Sendable {
  /// What a line holds, after the user or the item in the first column.
  public enum Form: String, CaseIterable, Hashable, Sendable {
    /// An attribute and perhaps its value: `item,attribute` or `item,attribute,value`. A value is how much of it there is, or
    /// one of several kinds where not all values of the attribute are numbers.
    case long
    /// A value of each attribute, in a column that a header names: numbers, or one of several kinds where not all are.
    case wide
  }

  /// What a line holds; `nil` to guess.
  ///
  /// Wide where a header names columns, but those of an attribute and its value.
  public var form: Form?
  /// Attributes whose values are kinds even where all are numbers.
  public var categories: Set<String>
  /// What separates fields; `nil` to guess.
  public var delimiter: String?
  /// Whether the first line names the columns; `nil` to guess.
  public var hasHeader: Bool?

  /// A layout.
  public init(
    form: Form? = nil, categories: Set<String> = [], delimiter: String? = nil, hasHeader: Bool? = nil
  ) {
    (self.form, self.categories, self.delimiter, self.hasHeader) = (form, categories, delimiter, hasHeader)
  }
}

extension FeatureFormat {
  /// The names of a column of attributes.
  private static let attributeNames: Set<String> = [
    "attribute", "attributes", "feature", "features", "tag", "tags", "keyword", "keywords", "key", "property", "genre",
    "genres", "category", "categories", "label", "labels", "word", "term",
  ]

  static func isAttribute(_ name: String) -> Bool {
    attributeNames.contains(KnownColumns.untyped(name).lowercased().filter { $0 != "_" && $0 != " " })
  }

  /// Whether a column of numbers with this name has numbers of things, and not how much of something there is.
  static func isIdentifier(_ name: String) -> Bool {
    let name = name.lowercased()
    return name == "id" || ["_id", " id", "-id", "code", "zip"].contains { name.hasSuffix($0) } || name.hasSuffix("Id")
  }
}
