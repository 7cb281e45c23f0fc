/// A number type that `.npy` files know, with its name there.
package protocol NumPyElement: BitwiseCopyable, Sendable {
  /// The byte order (all machines that we run on are little-endian), the kind and the size in bytes.
  static var descriptor: String { get }
}

extension Float: NumPyElement {
  package static var descriptor: String { "<f4" }
}

extension Double: NumPyElement {
  package static var descriptor: String { "<f8" }
}

extension Int32: NumPyElement {
  package static var descriptor: String { "<i4" }
}

extension Int64: NumPyElement {
  package static var descriptor: String { "<i8" }
}

extension UInt8: NumPyElement {
  package static var descriptor: String { "|u1" }
}
