#if canImport(FoundationEssentials)
  public import struct FoundationEssentials.Date
#else
  public import struct Foundation.Date
#endif

/// A type whose values can say how much an interaction is, how much it counts, or when it was: integers, floating-point
/// numbers and `Date`.
public protocol InteractionNumber: Sendable {
  /// The value; of a date, seconds since 1970.
  var number: Double { get }
}

extension InteractionNumber where Self: BinaryInteger {
  /// The nearest number.
  @inlinable public var number: Double { Double(self) }
}

extension Int: InteractionNumber {}
extension Int8: InteractionNumber {}
extension Int16: InteractionNumber {}
extension Int32: InteractionNumber {}
extension Int64: InteractionNumber {}
extension UInt: InteractionNumber {}
extension UInt8: InteractionNumber {}
extension UInt16: InteractionNumber {}
extension UInt32: InteractionNumber {}
extension UInt64: InteractionNumber {}

extension Float: InteractionNumber {
  /// Itself.
  @inlinable public var number: Double { Double(self) }
}

extension Double: InteractionNumber {
  /// Itself.
  @inlinable public var number: Double { self }
}

extension Date: InteractionNumber {
  /// Seconds since 1970.
  @inlinable public var number: Double { timeIntervalSince1970 }
}
