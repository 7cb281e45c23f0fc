import ALSPlatform
import Foundation

/// Alters numbers and fields in the ways that break whoever trusts them.
struct FieldMutator {
  var random: RandomGenerator

  mutating func choose<Element>(_ elements: [Element]) -> Element { elements[random.nextIndex(below: elements.count)] }

  /// Alters an element of `bytes[extent]`, whose elements are of the type that safetensors calls `type`.
  mutating func alter(_ bytes: inout [UInt8], _ extent: Range<Int>, type: String) {
    func write(_ pattern: UInt64, _ width: Int, at offset: Int) {
      for byte in 0..<width { bytes[offset + byte] = UInt8(truncatingIfNeeded: pattern >> UInt64(8 * byte)) }
    }
    func read(_ width: Int, at offset: Int) -> UInt64 {
      (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
    let width = ["F64": 8, "I64": 8, "F32": 4, "I32": 4][type] ?? 1
    let count = extent.count / width
    if count == 0 { return }
    let offset = extent.lowerBound + width * random.nextIndex(below: count)
    let old = read(width, at: offset)
    let new: UInt64
    switch type {
    case "F64":
      new =
        choose([
          Double.nan, .infinity, -.infinity, 1e308, -1e308, 1e200, 1e100, .leastNonzeroMagnitude, 0, -0.0, -1, 2.5,
        ]).bitPattern
    case "F32":
      new = UInt64(
        choose([Float.nan, .infinity, -.infinity, 3e38, -3e38, 1e20, 1e14, .leastNonzeroMagnitude, 0, -0.0, -1, 7])
          .bitPattern)
    case "I64":
      new = choose([
        0, 1, 2, UInt64.max, 1 << 31, 1 << 32, UInt64(Int64.max), 1 << 63, old &+ 1, old &- 1, UInt64(count),
        UInt64(count) &- 1, UInt64(random.nextIndex(below: 100)),
      ])
    case "I32":
      new = choose([
        0, 1, UInt64(UInt32.max), 1 << 31 - 1, 1 << 31, old &+ 1, old &- 1, UInt64(random.nextIndex(below: 16)),
      ])
    default: new = choose([0, 0x0A, 0x22, 0x41, 0x7F, 0x80, 0xC3, 0xE2, 0xF5, 0xFF, old &+ 1])
    }
    write(new, width, at: offset)
    // Neighbours that change places keep sums and sets.
    if random.nextIndex(below: 4) == 0, count > 1 {
      let other = extent.lowerBound + width * random.nextIndex(below: count)
      let (a, b) = (random.nextIndex(below: 2) == 0 ? old : read(width, at: offset), read(width, at: other))
      write(a, width, at: other)
      write(b, width, at: offset)
    }
  }

  /// A copy of a JSON value with one leaf, key or element altered; JSON within text is altered as such.
  mutating func altered(_ json: Any) -> Any {
    switch json {
    case var object as [String: Any]:
      guard !object.isEmpty else { return object }
      let key = choose(object.keys.sorted())
      if random.nextIndex(below: 24) == 0 {
        object[key] = nil
      } else {
        object[key] = altered(object[key] ?? 0)
      }
      return object
    case var array as [Any]:
      guard !array.isEmpty else { return [0] }
      let index = random.nextIndex(below: array.count)
      switch random.nextIndex(below: 12) {
      case 0: array.remove(at: index)
      case 1: array.append(array[index])
      default: array[index] = altered(array[index])
      }
      return array
    case let text as String:
      if text.hasPrefix("{") || text.hasPrefix("["),
        let inner = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
        let bytes = try? JSONSerialization.data(withJSONObject: altered(inner), options: [.sortedKeys])
      {
        return String(decoding: bytes, as: UTF8.self)
      }
      return choose(["", "0", "F32", "F64", "I64", "U8", "implicit", "\u{0}", "swift-als-model", text + "x"])
    case let number as NSNumber:
      let old = number.int64Value
      return choose(
        [
          0, -1, 1, 2, 3, old &+ 1, old &- 1, old &* 2, .max, .min, 1 << 31, 1 << 62, 1 << 40,
        ].map { NSNumber(value: $0 as Int64) } + [0.5, 1e300, -1e300, 1e18].map { NSNumber(value: $0 as Double) })
    default: return NSNumber(value: 1)
    }
  }
}
