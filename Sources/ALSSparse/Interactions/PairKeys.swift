import ALSPlatform

/// Random 64-bit keys of one user's items, which depend on nothing but the seed, the user and the item.
///
/// Different items of a user have different keys: each step of the generator is a bijection of its state. Ranking by
/// key is therefore a random order without ties.
package struct PairKeys {
  private let salt: UInt64

  package init(seed: UInt64, user: Int32) {
    var generator = RandomGenerator(seed: seed, stream: UInt64(UInt32(bitPattern: user)))
    salt = generator.next()
  }

  @inline(__always)
  package subscript(item: Int32) -> UInt64 {
    var generator = RandomGenerator(seed: salt ^ UInt64(UInt32(bitPattern: item)))
    return generator.next()
  }
}

/// The seed of keys for so many events, which their number is part of.
///
/// So the same seed draws anew when a part is divided again: with the keys of the whole, what remained after every pair
/// with a low key was held out would have none to hold out.
package func keySeed(_ seed: UInt64, eventCount: Int) -> UInt64 {
  var generator = RandomGenerator(seed: seed, stream: UInt64(eventCount))
  return generator.next()
}

extension Events {
  /// The seed of keys for these events.
  package func keySeed(_ seed: UInt64) -> UInt64 { ALSSparse.keySeed(seed, eventCount: count) }
}

/// Every pair of user and item with a probability, independently of all others.
package struct RandomPairs: Sendable {
  private let fraction: Double
  private let seed: UInt64

  package init(fraction: Double, seed: UInt64, eventCount: Int) {
    (self.fraction, self.seed) = (fraction, keySeed(seed, eventCount: eventCount))
  }

  @inline(__always)
  package func contains(user: Int32, item: Int32) -> Bool {
    // 53 bits: all that a fraction can resolve.
    Double(PairKeys(seed: seed, user: user)[item] >> 11) * 0x1p-53 < fraction
  }
}
