/// The name of a user or an item: a 64-bit integer, or any UTF-8 string.
///
/// Literals work where an identifier is asked for: `model.recommend(user: 13085)`, `model.similar(item: "85123A")`.
public enum Identifier: Hashable, Sendable {
  /// An integer.
  case integer(Int64)
  /// A string.
  case string(String)

  /// The identifier that `text` stands for in a file or on a command line: an integer when it is written in the one
  /// canonical way (no sign but a minus, no leading zeros), otherwise a string.
  public init(_ text: some StringProtocol) {
    let text = String(text)
    if let number = Int64(text), String(number) == text {
      self = .integer(number)
    } else {
      self = .string(text)
    }
  }
}

extension Identifier: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  /// An integer identifier.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A string identifier, or an integer one when the text is a canonical integer.
  public init(stringLiteral value: String) { self.init(value) }
}

extension Identifier: CustomStringConvertible {
  /// The identifier as files and command lines write it.
  public var description: String {
    switch self {
    case .integer(let number): String(number)
    case .string(let text): text
    }
  }
}
