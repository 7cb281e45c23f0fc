import ALSEvaluation
import ALSPlatform
import ALSSparse
import Foundation
import Testing

@Suite struct BootstrapTests {
  /// Users of whom each has item 0 held out, and a list that has it for a share of them.
  private func scores(users: Int, hits: Double, seed: UInt64 = 1) throws -> RankingScores {
    let heldOut = try Interactions(users: Array(0..<users) + [users], items: [Int](repeating: 0, count: users) + [1])
    return try RankingScores([RankingMetric(.recall, at: 1), RankingMetric(.coverage, at: 1)], heldOut: heldOut) {
      var generator = RandomGenerator(seed: seed, stream: UInt64($0))
      return generator.nextUniform() <= hits ? [0] : []
    }
  }

  private let recall = RankingMetric(.recall, at: 1)

  @Test(arguments: [200, 1000, 5003])
  func widthIsThatOfTheNormalApproximation(_ users: Int) throws {
    let scores = try scores(users: users, hits: 0.3)
    let mean = try #require(scores[recall])
    let interval = try #require(try scores.intervals(Bootstrap(replicates: 4000, seed: 3))[recall])
    let error = 1.96 * (mean * (1 - mean) / Double(users + 1)).squareRoot()
    // A percentile of 4000 replicates is off by some 3 % of the half width; a binomial is a little skewed.
    #expect(abs(interval.upperBound - mean - error) < 0.15 * error)
    #expect(abs(mean - interval.lowerBound - error) < 0.15 * error)
  }

  @Test func agreesWithDrawingUsersOneByOne() throws {
    let scores = try scores(users: 300, hits: 0.5)
    let values = try #require(scores.perUser(recall))
    var generator = RandomGenerator(seed: 8)
    var means: [Double] = []
    for _ in 0..<4000 {
      var sum = 0.0
      for _ in values { sum += values[generator.nextIndex(below: values.count)] }
      means.append(sum / Double(values.count))
    }
    means.sort()
    let interval = try #require(try scores.intervals(Bootstrap(replicates: 4000))[recall])
    let width = means[3899] - means[99]
    #expect(abs(interval.lowerBound - means[99]) < 0.1 * width)
    #expect(abs(interval.upperBound - means[3899]) < 0.1 * width)
  }

  @Test func intervalsCoverAsOftenAsTheySay() throws {
    var covered = 0
    for seed in 0..<300 {
      let scores = try scores(users: 150, hits: 0.4, seed: UInt64(seed))
      // Of 151 users one is never hit.
      let interval = try #require(
        try scores.intervals(Bootstrap(replicates: 400, level: 0.9, seed: UInt64(seed)))[recall])
      covered += interval.contains(0.4 * 150 / 151) ? 1 : 0
    }
    // Expected 270 with a standard deviation of 5.2.
    #expect(abs(covered - 270) < 21, "\(covered)")
  }

  @Test func seededAndTheSameForEveryThreadCount() throws {
    let scores = try scores(users: 2500, hits: 0.3)
    let expected = try scores.intervals(Bootstrap(seed: 5), threads: 1)
    for threads in [2, 3, 8] { #expect(try scores.intervals(Bootstrap(seed: 5), threads: threads) == expected) }
    #expect(try scores.intervals(Bootstrap(seed: 6)) != expected)
    #expect(throws: ALSError.self) { try scores.intervals(threads: 0) }
  }

  @Test func metricsOfAllListsTogetherHaveNone() throws {
    #expect(Set(try scores(users: 20, hits: 0.5).intervals().keys) == [recall])
  }

  @Test(arguments: [1, 15, 16, 17, 1023, 1024, 1025])
  func equalValuesHaveNoWidth(_ users: Int) throws {
    let heldOut = try Interactions(users: Array(0..<users), items: [Int](repeating: 0, count: users))
    let scores = try RankingScores([recall], heldOut: heldOut) { _ in [0] }
    #expect(try scores.intervals()[recall] == 1...1)
  }

  @Test func weightsArePoisson() {
    let count = 1 << 20
    let drawn = Buffer<Double>(uninitialized: count)
    var weights = PoissonWeights(seed: 1, replicate: 7)
    weights.fill(drawn.pointer, count: count)
    var probability = exp(-1.0)
    for weight in 0...6 {
      let share = Double(drawn.elements.count { $0 == Double(weight) }) / Double(count)
      // Five standard deviations, and the resolution of sixteen bits.
      #expect(abs(share - probability) < 5 * (probability / Double(count)).squareRoot() + 0x1p-16)
      probability /= Double(weight + 1)
    }
    #expect(drawn.elements.allSatisfy { (0...7).contains($0) })
  }
}
