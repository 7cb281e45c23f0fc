/// Which column of a delimited file: by its name in the header, or by its position.
public enum Column: Hashable, Sendable {
  /// The column with this name in the header, in upper or lower case.
  case name(String)
  /// The column at this position, counted from 1.
  case number(Int)

  /// The column that `text` stands for on a command line: `3` is a position, anything else a name.
  public init(_ text: some StringProtocol) {
    if let number = Int(text), number > 0 {
      self = .number(number)
    } else {
      self = .name(String(text))
    }
  }
}

extension Column: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// A column by name, or by position when the text is a positive integer.
  public init(stringLiteral value: String) { self.init(value) }
  /// A column by position, counted from 1.
  public init(integerLiteral value: Int) { self = .number(value) }
}

extension Column: CustomStringConvertible {
  /// The name in quotes, or the position.
  public var description: String {
    switch self {
    case .name(let name): "\"\(name)\""
    case .number(let number): String(number)
    }
  }
}
