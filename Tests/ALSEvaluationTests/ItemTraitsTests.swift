import ALSEvaluation
import ALSPlatform
import Foundation
import Testing

/// Metrics that describe lists, worked by hand.
@Suite struct ItemTraitsTests {
  /// Four users have item 0, two item 1, one item 2, nobody item 3, which has no factors either.
  static let traits = ItemTraits(
    popularity: [4, 2, 1, 0], users: 4, directions: [1, 0, 0.6, 0.8, 0, 1, 0, 0], factorCount: 2)

  private func value(_ name: String, of list: [Int32]) throws -> Double? {
    let metric = try RankingMetric(parsing: name)
    let tally = RankingTally([metric], userCount: 1, itemCount: 4, traits: Self.traits, workers: 1)
    [Int32(0)].withUnsafeBufferPointer { tally.record(list, relevant: $0, user: 0, worker: 0) }
    return tally.scores()[metric]
  }

  @Test func meanPopularity() throws {
    // (4 + 2 + 1) / 3, (4 + 2) / 2; a shorter list is divided by its own length.
    #expect(try value("mean-popularity@3", of: [0, 1, 2]) == 7.0 / 3)
    #expect(try value("mean-popularity@2", of: [0, 1, 2]) == 3)
    #expect(try value("mean-popularity@10", of: [2, 3]) == 0.5)
    #expect(try value("mean-popularity@10", of: []) == nil)
  }

  @Test func novelty() throws {
    // log₂ 4/4 = 0, log₂ 4/2 = 1, log₂ 4/1 = 2; nobody has item 3, which counts as one user: 2.
    #expect(try value("novelty@3", of: [0, 1, 2]) == 1)
    #expect(try value("novelty@2", of: [0, 1, 2]) == 0.5)
    #expect(try value("novelty@2", of: [2, 3]) == 2)
    #expect(try value("novelty@2", of: []) == nil)
  }

  @Test func intraListSimilarity() throws {
    // cos(0, 1) = 0.6, cos(0, 2) = 0, cos(1, 2) = 0.8, and item 3 is like none.
    func expect(_ list: [Int32], _ expected: Double, at cutoff: Int = 10) throws {
      let similarity = try #require(try value("intra-list-similarity@\(cutoff)", of: list))
      #expect(abs(similarity - expected) < 1e-15)
    }
    try expect([0, 1, 2], 1.4 / 3)
    try expect([0, 1, 2], 0.6, at: 2)
    try expect([0, 1, 2, 3], 1.4 / 6)
    try expect([0, 3], 0)
    // No pair, no value.
    #expect(try value("intra-list-similarity@10", of: [1]) == nil)
    #expect(try value("intra-list-similarity@1", of: [1, 2]) == nil)
  }

  @Test func giniIndex() {
    // Σ (2j − n − 1) c_j / (n Σ c), counts rising.
    #expect(ALSEvaluation.giniIndex([1, 1, 1, 1]) == 0)
    // (8 − 5) · 4 / (4 · 4): all on one of four.
    #expect(ALSEvaluation.giniIndex([0, 4, 0, 0]) == 0.75)
    // (2 − 4) · 1 + (4 − 4) · 2 + (6 − 4) · 3 = 4, divided by 3 · 6.
    #expect(ALSEvaluation.giniIndex([3, 1, 2]) == 4.0 / 18)
    #expect(ALSEvaluation.giniIndex([0, 0]) == nil)
    #expect(ALSEvaluation.giniIndex([]) == nil)
  }

  @Test func giniIndexIsHalfTheMeanDifference() {
    // The other definition: Σ_i Σ_j |c_i − c_j| / (2 n² · mean).
    var generator = RandomGenerator(seed: 6)
    for n in [1, 2, 7, 40] {
      let counts = (0..<n).map { _ in 1 + generator.nextIndex(below: 20) }
      let differences = counts.flatMap { a in counts.map { abs(a - $0) } }.reduce(0, +)
      let expected = Double(differences) / Double(2 * n * counts.reduce(0, +))
      #expect(abs((ALSEvaluation.giniIndex(counts) ?? -1) - expected) < 1e-12)
    }
  }

  @Test func areaUnderCurveCountsTiesHalf() {
    // Relevant are 0 and 2. Item 0 wins against 1, 3, 4; item 2 ties with 1 and wins against 3 and 4: 5½ of 6.
    let scores = [0.9, 0.8, 0.8, 0.1, 0.5]
    func area(_ relevant: [Int32], excluded: [Int32] = []) -> Double? {
      relevant.withUnsafeBufferPointer { relevant in
        excluded.withUnsafeBufferPointer { areaUnderCurve(scores, relevant: relevant, excluded: $0) }
      }
    }
    #expect(area([0, 2]) == 5.5 / 6)
    // Without 4: item 0 wins two, item 2 one and a half, of 4.
    #expect(area([0, 2], excluded: [4]) == 3.5 / 4)
    #expect(area([3]) == 0)
    #expect(area([0]) == 1)
    #expect(area([0, 1, 2, 3, 4]) == nil)
    #expect(area([]) == nil)
  }
}
