import ALSPlatform
import ALSSparse

/// Draws items that are not among a user's own.
struct SampledItems {
  private let itemCount: Int
  /// Ascending; an item may be in both.
  private let own: [UnsafeBufferPointer<Int32>]
  private var generator: RandomGenerator
  /// How many items there are to draw from.
  private let available: Int

  init(itemCount: Int, notIn own: [UnsafeBufferPointer<Int32>], seed: UInt64, user: Int) {
    self.itemCount = itemCount
    self.own = own
    generator = RandomGenerator(seed: seed, stream: UInt64(user))
    available = itemCount - Set(own.joined()).count
  }

  /// `count` different items, or all there are if they are no more.
  mutating func draw(_ count: Int) -> [Int32] {
    // With few to choose from most attempts would be in vain.
    if (available + 1) / 2 <= count {
      var all = (0..<Int32(itemCount)).filter { !isOwn($0) }
      for place in 0..<min(count, all.count) {
        all.swapAt(place, place + generator.nextIndex(below: all.count - place))
      }
      return Array(all.prefix(count))
    }
    var drawn: Set<Int32> = []
    while drawn.count < count {
      let item = Int32(generator.nextIndex(below: itemCount))
      if !isOwn(item) { drawn.insert(item) }
    }
    return Array(drawn)
  }

  private func isOwn(_ item: Int32) -> Bool { own.contains { $0.containsSorted(item) } }
}
