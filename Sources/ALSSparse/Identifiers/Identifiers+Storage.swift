import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Identifiers.Storage {
  var count: Int {
    switch self {
    case .integers(let values): values.count
    case .strings(_, let offsets): offsets.count - 1
    }
  }

  /// Whether both lie in the same memory.
  func isIdentical(to other: Self) -> Bool {
    switch (self, other) {
    case (.integers(let x), .integers(let y)): x === y
    case (.strings(let x, let xs), .strings(let y, let ys)): x === y && xs === ys
    default: false
    }
  }

  subscript(index: Int) -> Identifier {
    switch self {
    case .integers(let values): .integer(values.pointer[index])
    case .strings: .string(String(decoding: text(index), as: UTF8.self))
    }
  }

  /// The bytes of a string.
  func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    guard case .strings(let bytes, let offsets) = self else { preconditionFailure("integers have no text") }
    let (start, end) = (Int(offsets.pointer[index]), Int(offsets.pointer[index + 1]))
    return UnsafeBufferPointer(start: bytes.pointer + start, count: end - start)
  }

  /// Negative, zero or positive as the identifier at `a` comes before, equals or comes after the one at `b`.
  func order(_ a: Int, _ b: Int) -> Int {
    switch self {
    case .integers(let values):
      let (x, y) = (values.pointer[a], values.pointer[b])
      return x < y ? -1 : x == y ? 0 : 1
    case .strings: return compareBytes(text(a), text(b))
    }
  }

  /// The same for the string at `a` and the bytes of another.
  func order(_ a: Int, _ other: UnsafeBufferPointer<UInt8>) -> Int { compareBytes(text(a), other) }

  /// What keeps this from being a table, or `nil`.
  ///
  /// - Complexity: O(1) for integers, O(bytes) for strings.
  func brokenInvariant() -> String? {
    guard case .strings(let bytes, let offsets) = self else {
      return count > Int(Int32.max) ? "there are more than \(Int32.max) identifiers" : nil
    }
    let limits = offsets.elements
    guard limits.first == 0, limits.count - 1 <= Int(Int32.max), limits[limits.count - 1] == Int64(bytes.count) else {
      return "the offsets of identifiers do not go from 0 to the \(bytes.count) bytes that there are"
    }
    guard zip(limits, limits.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      return "the offsets of identifiers are out of order"
    }
    let text = bytes.elements
    // Whole sequences in all, and none that is divided.
    guard isUTF8(text), limits.allSatisfy({ $0 == limits[limits.count - 1] || text[Int($0)] & 0xC0 != 0x80 }) else {
      let broken = (0..<count).first { !isUTF8(self.text($0)) } ?? 0
      return "identifier \(broken) is not UTF-8"
    }
    return nil
  }

  var isStrictlyAscending: Bool {
    guard count > 1 else { return true }
    return (1..<count).allSatisfy { order($0 - 1, $0) < 0 }
  }
}

/// Compares by unsigned bytes; a prefix comes first.
package func compareBytes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
  let common = min(a.count, b.count)
  if common > 0, let x = a.baseAddress, let y = b.baseAddress {
    let order = memcmp(x, y, common)
    if order != 0 { return Int(order) }
  }
  return a.count - b.count
}
