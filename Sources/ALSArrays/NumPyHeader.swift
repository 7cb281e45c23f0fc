import ALSPlatform

/// What an `.npy` file says of its array before the data.
///
/// The magic bytes, a version, the length of the rest, and that rest: a Python dictionary such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, padded with spaces and ended by a line feed.
struct NumPyHeader: Equatable {
  var descriptor: String
  var isColumnMajor = false
  var shape: [Int]

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The header, padded so that the data are aligned to 64 bytes in a file of their own.
  var encoded: [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    var text =
      "{'descr': '\(descriptor)', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': (\(extents)), }"
    text += String(repeating: " ", count: 63 - (Self.magic.count + 4 + text.utf8.count) % 64) + "\n"
    return Self.magic + [1, 0, UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)] + Array(text.utf8)
  }

  /// Reads the header that `bytes` begin with, and tells where the data begin; `nil` when it is not one.
  static func parse(_ bytes: UnsafeRawBufferPointer) -> (header: NumPyHeader, dataStart: Int)? {
    guard bytes.count >= 10, bytes.starts(with: magic) else { return nil }
    let isLong = bytes[6] >= 2
    guard (1...3).contains(bytes[6]), bytes.count >= (isLong ? 12 : 10) else { return nil }
    let length =
      isLong
      ? Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      : Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    let start = isLong ? 12 : 10
    // Headers of structured types may be long; those of plain arrays are not.
    guard length <= 1 << 16, length <= bytes.count - start else { return nil }
    var parser = LiteralParser(text: Array(bytes[start..<start + length]))
    guard let header = parser.header() else { return nil }
    return (header, start + length)
  }
}

/// Reads the few forms of Python literals that such a header is made of.
private struct LiteralParser {
  let text: [UInt8]
  private var position = 0

  init(text: [UInt8]) { self.text = text }

  mutating func header() -> NumPyHeader? {
    var (descriptor, isColumnMajor, shape): (String?, Bool?, [Int]?) = (nil, nil, nil)
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = string(), take(":") else { return nil }
      switch key {
      case "descr": descriptor = string()
      case "fortran_order": isColumnMajor = boolean()
      case "shape": shape = tuple()
      default: return nil
      }
      _ = take(",")
    }
    skipSpaces()
    guard position == text.count, let descriptor, let isColumnMajor, let shape else { return nil }
    return NumPyHeader(descriptor: descriptor, isColumnMajor: isColumnMajor, shape: shape)
  }

  private mutating func skipSpaces() {
    while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
  }

  private mutating func take(_ word: String) -> Bool {
    skipSpaces()
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func string() -> String? {
    guard let quote = ["'", "\""].first(where: { take($0) }) else { return nil }
    let rest = text[position...]
    guard let end = rest.firstIndex(of: Array(quote.utf8)[0]) else { return nil }
    position = end + 1
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  private mutating func boolean() -> Bool? { take("True") ? true : take("False") ? false : nil }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var extents: [Int] = []
    while !take(")") {
      skipSpaces()
      let digits = text[position...].prefix { (0x30...0x39).contains($0) }
      guard let extent = Int(String(decoding: digits, as: UTF8.self)), extents.count < 32 else { return nil }
      position = digits.endIndex
      _ = take("L")
      extents.append(extent)
      guard take(",") || text[position...].first == 0x29 else { return nil }
    }
    return extents
  }
}
