/// Whether `bytes` are whole UTF-8 sequences: no overlong forms, surrogates or code points above U+10FFFF.
///
/// - Complexity: O(bytes), eight at a time where they are ASCII.
package func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  let raw = UnsafeRawBufferPointer(bytes)
  var next = 0
  while next < bytes.count {
    if next + 8 <= bytes.count, raw.loadUnaligned(fromByteOffset: next, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
      next += 8
    } else if bytes[next] < 0x80 {
      next += 1
    } else {
      guard let length = sequenceLength(bytes[next...]) else { return false }
      next += length
    }
  }
  return true
}

/// The length of the multi-byte sequence that `bytes` begin with; `nil` when it is none.
///
/// See table 3-7 of the Unicode standard.
private func sequenceLength(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
  let first = bytes.startIndex
  let (length, second): (Int, ClosedRange<UInt8>) =
    switch bytes[first] {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: (0, 0x80...0xBF)
    }
  guard length > 0, bytes.count >= length, second.contains(bytes[first + 1]),
    bytes[first + 1..<first + length].allSatisfy({ $0 & 0xC0 == 0x80 })
  else { return nil }
  return length
}
