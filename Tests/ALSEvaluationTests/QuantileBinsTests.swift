import ALSEvaluation
import ALSPlatform
import Testing

@Suite struct QuantileBinsTests {
  @Test func workedByHand() {
    let keys = [5, 1, 2, 2, 9, 3]
    func bins(_ count: Int) -> [ClosedRange<Int>] { QuantileBins(count, of: keys, weights: keys.map { _ in 1 }).ranges }
    #expect(bins(1) == [1...9])
    #expect(bins(2) == [1...2, 3...9])
    #expect(bins(3) == [1...2, 3...3, 5...9] || bins(3) == [1...2, 3...5, 9...9])
    // Fewer where many are equal.
    #expect(QuantileBins(4, of: [7, 7, 7], weights: [1, 1, 1]).ranges == [7...7])
    #expect(QuantileBins(4, of: [], weights: []).ranges == [])
    // What weighs nothing is in no bin.
    #expect(QuantileBins(2, of: [1, 2, 3], weights: [0, 1, 1]).ranges == [2...2, 3...3])
  }

  @Test func everyKeyIsInOneBin() {
    var generator = RandomGenerator(seed: 3)
    for size in [1, 2, 10, 500] {
      let keys = (0..<size).map { _ in generator.nextIndex(below: 40) }
      let weights = (0..<size).map { _ in 1 + generator.nextIndex(below: 5) }
      for count in 1...6 {
        let ranges = QuantileBins(count, of: keys, weights: weights).ranges
        #expect(ranges.count <= count && !ranges.isEmpty)
        #expect(keys.allSatisfy { key in ranges.count { $0.contains(key) } == 1 })
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
        // No bin is short of its share by more than the weight of a key.
        let total = weights.reduce(0, +)
        let heaviest = Dictionary(zip(keys, weights), uniquingKeysWith: +).values.max() ?? 0
        for range in ranges {
          let weight = zip(keys, weights).filter { range.contains($0.0) }.reduce(0) { $0 + $1.1 }
          #expect(weight <= total / count + heaviest)
        }
      }
    }
  }
}
