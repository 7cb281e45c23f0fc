/// The name of a user or an item: a 64-bit integer, or any UTF-8 string.
///
/// An integer and its canonical text are equal: `.integer(7) == .string("7")`, but `.string("007")` is another. Strings are
/// equal when their UTF-8 bytes are: an é of one code point and one of two are different identifiers, as they are in files.
///
/// Literals work where an identifier is asked for: `model.recommend(user: 13085)`, `model.similar(item: "85123A")`.
public enum Identifier: Sendable {
  /// An integer.
  case integer(Int64)
  /// A string.
  case string(String)

  /// The identifier that `text` stands for in a file or on a command line: an integer when it is written in the one
  /// canonical way (no sign but a minus, no leading zeros), otherwise a string.
  public init(_ text: some StringProtocol) {
    let text = String(text)
    // Most texts that are no integers say so at once.
    if let first = text.utf8.first, first <= UInt8(ascii: "9"), let number = Int64(text),
      String(number).utf8.elementsEqual(text.utf8)
    {
      self = .integer(number)
    } else {
      self = .string(text)
    }
  }
}

extension Identifier: Hashable {
  /// The integer that this is, however it is stored.
  private var integer: Int64? {
    switch self {
    case .integer(let number): number
    case .string(let text): if case .integer(let number) = Identifier(text) { number } else { nil }
    }
  }

  /// Whether both are the same identifier.
  public static func == (a: Identifier, b: Identifier) -> Bool {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): x == y
    case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
    default: a.integer == b.integer && a.integer != nil
    }
  }

  /// Feeds `hasher` with what equal identifiers have in common.
  public func hash(into hasher: inout Hasher) {
    if let integer { return hasher.combine(integer) }
    var text = description
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
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
