/// What one attribute of a user or an item is.
///
/// Literals work where a value is asked for: `["brand": "Acme", "price": 9.5, "organic": true]`.
public enum FeatureValue: Hashable, Sendable {
  /// One of several kinds, each of which is a feature of its own: `brand=Acme`.
  case category(String)
  /// A number that every entity has, known or not: taken less its mean and divided by its standard deviation; where it is
  /// not known, it is the mean.
  case number(Double)
  /// How much of something an entity has, of which most have nothing: a tag, whose amount is 1, or a weight; divided by its
  /// root mean square.
  case amount(Double)
}

extension FeatureValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  /// A category.
  public init(stringLiteral value: String) { self = .category(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A number.
  public init(integerLiteral value: Int64) { self = .number(Double(value)) }
  /// A tag, which is there or not.
  public init(booleanLiteral value: Bool) { self = .amount(value ? 1 : 0) }
}
