import ALSPlatform

/// Random 64-bit keys of one user's items, which depend on nothing but the seed, the user and the item.
///
/// Different items of a user have different keys: each step of the generator is a bijection of its state. Ranking by
/// key is therefore a random order without ties.
struct PairKeys {
  private let salt: UInt64

  init(seed: UInt64, user: Int32) {
    var generator = RandomGenerator(seed: seed, stream: UInt64(UInt32(bitPattern: user)))
    salt = generator.next()
  }

  @inline(__always)
  subscript(item: Int32) -> UInt64 {
    var generator = RandomGenerator(seed: salt ^ UInt64(UInt32(bitPattern: item)))
    return generator.next()
  }
}
