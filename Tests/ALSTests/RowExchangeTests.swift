import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

@Suite struct RowExchangeTests {
  /// Parts of all lengths, in rounds so small that most parts take several.
  @Test(arguments: [1, 2, 3, 5], [1, 7, 64, 1 << 20])
  func exchangesInRounds(ranks: Int, roundBytes: Int) throws {
    @Sendable func part(from rank: Int, to other: Int) -> [Int32] {
      (0..<(rank * 7 + other * 3) % 11).map { Int32(1_000 * rank + 100 * other + $0) }
    }
    let received = try LocalRanks.run(ranks) { communicator in
      let parts = (0..<ranks).map { part(from: communicator.rank, to: $0) }
      return try communicator.exchanged(
        Buffer(Array(parts.joined())), counts: parts.map(\.count),
        receiving: (0..<ranks).map { part(from: $0, to: communicator.rank).count }, roundBytes: roundBytes
      ).map { Array($0.elements) }
    }
    for rank in 0..<ranks { #expect(received[rank] == (0..<ranks).map { part(from: $0, to: rank) }) }
  }

  /// Shares cover everything once, in order, and none has more than its part and one thing.
  @Test(arguments: [1, 2, 3, 16, 40])
  func sharesAreBalanced(ranks: Int) throws {
    var random = RandomGenerator(seed: 3)
    for count in [0, 1, 2, 15, 16, 17, 101] {
      let degrees = (0..<count).map { _ in random.nextIndex(below: 4) == 0 ? 0 : random.nextIndex(below: 50) }
      let shares = itemShares(ofDegrees: degrees, width: 8, ranks: ranks)
      #expect(shares.flatMap { Array($0) } == Array(0..<count))
      let weights = shares.map { $0.reduce(0) { $0 + (degrees[$1] == 0 ? 0 : 3 * degrees[$1] + 8) } }
      let (total, largest) = (weights.reduce(0, +), degrees.max().map { 3 * $0 + 8 } ?? 0)
      for weight in weights { #expect(weight <= total / ranks + largest + 1) }
    }
  }
}
