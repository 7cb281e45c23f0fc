/// What an item has in a column of an ``ItemTable``.
///
/// Literals work where a value is asked for: `ItemColumn("stock") > 0`, `ItemColumn("category") == "toys"`.
public enum ItemValue: Hashable, Sendable {
  /// A number.
  case number(Double)
  /// A text.
  case text(String)
}

extension ItemValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A number.
  public init(integerLiteral value: Int64) { self = .number(Double(value)) }
}

extension ItemValue: CustomStringConvertible {
  /// The value as a predicate has it.
  public var description: String {
    switch self {
    case .number(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    case .text(let text): "'\(text.replacing("'", with: "''"))'"
    }
  }
}
