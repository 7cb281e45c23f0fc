/// An element type, such as `<f4`: the byte order, the kind, the size.
struct NumPyType: Equatable {
  enum Kind: String {
    case boolean = "truth values"
    case signed = "integers"
    case unsigned = "unsigned integers"
    case float = "floating-point numbers"
    case bytes = "byte strings"
    case unicode = "strings"
  }

  let kind: Kind
  /// In bytes.
  let size: Int
  /// Whether elements are written with their highest byte first.
  let isSwapped: Bool

  init?(_ descriptor: String) {
    let characters = Array(descriptor.utf8)
    guard characters.count >= 3, let number = Int(String(decoding: characters[2...], as: UTF8.self)),
      (0...1 << 24).contains(number), [0x3C, 0x3E, 0x7C, 0x3D].contains(characters[0])
    else { return nil }
    isSwapped = characters[0] == UInt8(ascii: ">")
    switch (characters[1], number) {
    case (UInt8(ascii: "b"), 1): (kind, size) = (.boolean, 1)
    case (UInt8(ascii: "i"), 1), (UInt8(ascii: "i"), 2), (UInt8(ascii: "i"), 4), (UInt8(ascii: "i"), 8):
      (kind, size) = (.signed, number)
    case (UInt8(ascii: "u"), 1), (UInt8(ascii: "u"), 2), (UInt8(ascii: "u"), 4), (UInt8(ascii: "u"), 8):
      (kind, size) = (.unsigned, number)
    case (UInt8(ascii: "f"), 2), (UInt8(ascii: "f"), 4), (UInt8(ascii: "f"), 8): (kind, size) = (.float, number)
    case (UInt8(ascii: "S"), 1...): (kind, size) = (.bytes, number)
    case (UInt8(ascii: "U"), 1...): (kind, size) = (.unicode, number * 4)
    default: return nil
    }
  }
}
