import ALSPlatform
import Testing

@Suite struct PersistentMapTests {
  /// Keys that are alike in their low bits, in their high bits, or in nothing.
  @Test(arguments: [UInt64(1), 64, 1 << 58, 0x9E37_79B9_7F4A_7C15]) func isLikeADictionary(step: UInt64) {
    var random = RandomGenerator(seed: step)
    var (map, dictionary) = (PersistentMap<Int>(), [UInt64: Int]())
    var copies: [(PersistentMap<Int>, [UInt64: Int])] = []
    for round in 0..<2000 {
      let key = UInt64(random.nextIndex(below: 700)) &* step
      map.set(round, for: key)
      dictionary[key] = round
      if round % 100 == 0 { copies.append((map, dictionary)) }
    }
    // Older copies are as they were.
    for (map, dictionary) in copies + [(map, dictionary)] {
      #expect(map.count == dictionary.count)
      for key in 0..<710 { #expect(map[UInt64(key) &* step] == dictionary[UInt64(key) &* step]) }
      var found: [UInt64: Int] = [:]
      map.forEach { found[$0] = $1 }
      #expect(found == dictionary)
    }
  }
}
