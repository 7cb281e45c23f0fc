/// A 64-bit checksum of a stream of bytes: four interleaved multiply–rotate lanes, about as fast as memory.
///
/// Each step is a bijection of the lane's state for a given word and of the word for a given state, and so is the
/// final mix, so a change within any one 8-byte word always changes the result; other damage escapes with
/// probability 2⁻⁶⁴. It guards against accidents, not against attackers.
package struct Checksum {
  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  private var tail: [UInt8] = []
  private var length: UInt64 = 0

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var bytes = bytes
    if !tail.isEmpty {
      let missing = min(32 - tail.count, bytes.count)
      tail.append(contentsOf: bytes.prefix(missing))
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(missing))
      if tail.count < 32 { return }
      tail.withUnsafeBytes { absorb($0) }
      tail.removeAll(keepingCapacity: true)
    }
    let whole = bytes.count & ~31
    absorb(UnsafeRawBufferPointer(rebasing: bytes[..<whole]))
    tail.append(contentsOf: bytes[whole...])
  }

  package var value: UInt64 {
    var copy = self
    copy.tail.append(contentsOf: repeatElement(0, count: (32 - copy.tail.count) % 32))
    copy.tail.withUnsafeBytes { copy.absorb($0) }
    var result = length
    for lane in [copy.lanes.0, copy.lanes.1, copy.lanes.2, copy.lanes.3] { result = Self.step(result, lane) }
    result ^= result >> 32
    return result
  }

  /// The value as 16 hexadecimal digits.
  package var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// What another process needs to go on: ten words.
  package var state: [UInt64] {
    var words = [lanes.0, lanes.1, lanes.2, lanes.3, length, UInt64(tail.count)]
    for start in stride(from: 0, to: 32, by: 8) {
      words.append((start..<start + 8).reduce(0) { $0 << 8 | UInt64($1 < tail.count ? tail[$1] : 0) })
    }
    return words
  }

  /// Goes on where another process was.
  package init(state: [UInt64]) {
    precondition(state.count == 10)
    (lanes, length) = ((state[0], state[1], state[2], state[3]), state[4])
    tail = (0..<Int(state[5])).map { UInt8(truncatingIfNeeded: state[6 + $0 / 8] >> UInt64(56 - 8 * ($0 % 8))) }
  }

  private mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = lanes
    for offset in stride(from: 0, to: bytes.count, by: 32) {
      a = Self.step(a, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
      b = Self.step(b, bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self).littleEndian)
      c = Self.step(c, bytes.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self).littleEndian)
      d = Self.step(d, bytes.loadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self).littleEndian)
    }
    lanes = (a, b, c, d)
  }

  private static func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
    return (mixed << 29) | (mixed >> 35)
  }
}
