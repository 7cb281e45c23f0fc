import ALSPlatform

/// Damages bytes in the ways that break readers.
struct Mutator {
  var random: RandomGenerator

  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 127, 128, 255, 256, 65535, 65536, 1 << 24, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 47,
    1 << 62, 1 << 63 - 1, 1 << 63, .max,
  ]
  private static let words = [
    "-1", "0", "1e999", "nan", "2147483648", "99999999999999999999", "\"", "\"\"", "\n", "\r\n", ",", "::", "%%", "%",
    "(", ")", "'", "\0", "\u{FEFF}", "é", "pattern", "symmetric", "array", "<f4", ">i8", "|O", "|S1", "True",
  ]

  /// A copy of `bytes` with some damage; never the same.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var damaged = bytes
    repeat {
      for _ in 0...random.nextIndex(below: 4) { damage(&damaged) }
    } while damaged == bytes
    return damaged
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes = [UInt8(random.nextIndex(below: 256))] }
    let position = random.nextIndex(below: bytes.count)
    let length = min(bytes.count - position, 1 + random.nextIndex(below: random.nextIndex(below: 3) == 0 ? 64 : 4))
    switch random.nextIndex(below: 9) {
    case 0: bytes[position] ^= 1 << UInt8(random.nextIndex(below: 8))
    case 1: bytes[position] = UInt8(random.nextIndex(below: 256))
    case 2: bytes.removeSubrange(position..<position + length)
    case 3: bytes.insert(contentsOf: bytes[position..<position + length], at: random.nextIndex(below: bytes.count))
    case 4: bytes.removeLast(bytes.count - position)
    case 5, 6:
      let word = Array(Self.words[random.nextIndex(below: Self.words.count)].utf8)
      if random.nextIndex(below: 2) == 0 {
        bytes.insert(contentsOf: word, at: position)
      } else {
        bytes.replaceSubrange(position..<min(bytes.count, position + word.count), with: word)
      }
    default:
      let number = Self.numbers[random.nextIndex(below: Self.numbers.count)]
      let width = [2, 4, 8][random.nextIndex(below: 3)]
      for byte in 0..<width where position + byte < bytes.count {
        bytes[position + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))
      }
    }
  }
}
