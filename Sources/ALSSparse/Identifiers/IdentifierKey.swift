#if canImport(FoundationEssentials)
  public import struct FoundationEssentials.UUID
#else
  public import struct Foundation.UUID
#endif

/// A type whose values can name users and items: strings, integers, `UUID`, and ``Identifier`` itself.
///
/// A type of your own conforms by saying so when its raw value does:
///
///     struct CustomerID: RawRepresentable, IdentifierKey { let rawValue: UUID }
public protocol IdentifierKey: Hashable, Sendable {
  /// The identifier that this value stands for.
  var identifier: Identifier { get }
}

extension Identifier: IdentifierKey {
  /// Itself.
  @inlinable public var identifier: Identifier { self }
}

extension IdentifierKey where Self: StringProtocol {
  /// A string identifier, or an integer one when the text is a canonical integer.
  @inlinable public var identifier: Identifier { Identifier(self) }
}

extension String: IdentifierKey {}
extension Substring: IdentifierKey {}

extension IdentifierKey where Self: FixedWidthInteger {
  /// An integer identifier, or the digits of a number that 64 bits do not hold.
  @inlinable public var identifier: Identifier {
    if let number = Int64(exactly: self) { .integer(number) } else { .string(String(self)) }
  }
}

extension Int: IdentifierKey {}
extension Int8: IdentifierKey {}
extension Int16: IdentifierKey {}
extension Int32: IdentifierKey {}
extension Int64: IdentifierKey {}
extension UInt: IdentifierKey {}
extension UInt8: IdentifierKey {}
extension UInt16: IdentifierKey {}
extension UInt32: IdentifierKey {}
extension UInt64: IdentifierKey {}

extension UUID: IdentifierKey {
  /// The text with small letters, as databases, Python and RFC 9562 write it.
  public var identifier: Identifier { .string(uuidString.lowercased()) }
}

extension IdentifierKey where Self: RawRepresentable, RawValue: IdentifierKey {
  /// That of the raw value.
  @inlinable public var identifier: Identifier { rawValue.identifier }
}
