import ALSEvaluation
import ALSPlatform
import ALSSparse
import Foundation
import Testing

@Suite struct RankingScoresTests {
  static let cutoffs = [1, 2, 5, 10, 1000]
  /// All that lists alone are enough for.
  static let metrics = RankingMetric.Kind.allCases.filter { $0.isAccuracy || !$0.isPerUser }
    .flatMap { kind in cutoffs.map { RankingMetric(kind, at: $0) } }

  /// Three users of five items: relevant are {0, 1}, {4}, nothing.
  static func heldOut() throws -> Interactions {
    // User 2 has no event here, so events of one who has are left out again.
    let events = try Events(users: [0, 0, 1, 2, 2, 2], items: [0, 1, 4, 2, 3, 0])
    return try Interactions(events.filtered { $0 < 3 })
  }

  static let lists: [[Int32]] = [[1, 3, 0], [2], [4, 3]]

  @Test func meansAreOverUsersWithRelevantItems() throws {
    let metrics = ["ndcg@2", "recall@3", "mrr@3", "precision@1"].map { RankingMetric($0) }.compactMap { $0 }
    let scores = try RankingScores(metrics, heldOut: Self.heldOut()) { Self.lists[$0] }
    #expect(scores.metrics == metrics && scores.metrics.count == 4)
    #expect(scores.users == [0, 1])
    // User 0 hits in positions 1 and 3, user 1 not at all. ndcg@2: 1 / (1 + 1 / log₂ 3).
    let gain = 1 / (1 + 1 / log2(3.0))
    #expect(scores.perUser(metrics[0]) == [gain, 0])
    #expect(scores[metrics[0]] == gain / 2)
    #expect(scores[metrics[1]] == 0.5)
    #expect(scores[metrics[2]] == 0.5)
    #expect(scores[metrics[3]] == 0.5)
    #expect(scores[RankingMetric(.ndcg, at: 3)] == nil)
    #expect(scores.perUser(RankingMetric(.ndcg, at: 3)) == nil)
  }

  @Test func coverageCountsEveryRecordedList() throws {
    let metrics = [1, 2, 3, 9].map { RankingMetric(.coverage, at: $0) } + [RankingMetric(.gini, at: 3)]
    let relevant = try Self.heldOut().byUser
    let tally = RankingTally(metrics, userCount: 3, itemCount: 5, workers: 2)
    for user in 0..<3 {
      tally.record(Self.lists[user], relevant: relevant.columns(ofRow: user), user: user, worker: user % 2)
    }
    let scores = tally.scores()
    // First places 1, 2, 4; with second places also 3; with third ones also 0.
    // Counts are 1, 1, 1, 2 and 1, rising 1, 1, 1, 1, 2: (−4 − 2 + 0 + 2 + 2 · 4) / (5 · 6).
    let expected: [Double] = [3.0 / 5, 4.0 / 5, 1, 1, 4.0 / 30]
    #expect(metrics.map { scores[$0] ?? -1 } == expected)
    #expect(scores.perUser(metrics[0]) == nil)
    // Lists asked for are those of users with held-out items only: first places 1 and 2.
    let asked = try RankingScores(metrics, heldOut: Self.heldOut()) { Self.lists[$0] }
    #expect(asked[metrics[0]] == 2.0 / 5)
  }

  @Test func nothingToMeasureHasNoMean() throws {
    let none = try Interactions(Events(users: [1], items: [1]).filtered { _ in false })
    let scores = try RankingScores(Self.metrics, heldOut: none) { _ in [0] }
    #expect(scores.users.isEmpty)
    #expect(scores[RankingMetric(.ndcg, at: 10)] == nil)
    #expect(scores.perUser(RankingMetric(.ndcg, at: 10)) == [])
    #expect(scores[RankingMetric(.coverage, at: 10)] == 0)
    #expect(scores[RankingMetric(.gini, at: 10)] == nil)
    #expect(try scores.intervals() == [:])
  }

  @Test func metricsThatNeedMoreThanListsAreErrors() throws {
    for kind in [RankingMetric.Kind.novelty, .meanPopularity, .intraListSimilarity] {
      #expect(throws: ALSError.self) {
        try RankingScores([RankingMetric(kind, at: 3)], heldOut: Self.heldOut()) { _ in [] }
      }
    }
  }

  @Test func repeatedMetricsAreMeasuredOnce() throws {
    let metric = RankingMetric(.recall, at: 3)
    let scores = try RankingScores([metric, metric], heldOut: Self.heldOut()) { Self.lists[$0] }
    #expect(scores.metrics == [metric] && scores[metric] == 0.5)
  }

  @Test func listsNeedBeNoLongerThanTheLargestCutoff() {
    let metrics = [RankingMetric(.recall, at: 3), RankingMetric(.ndcg, at: 20)]
    #expect(RankingTally(metrics, userCount: 1, itemCount: 100, workers: 1).listLength == 20)
    #expect(RankingTally(metrics, userCount: 1, itemCount: 7, workers: 1).listLength == 7)
  }

  /// A random order of the items for each user, cut to a random length.
  static func randomList(user: Int, itemCount: Int) -> [Int32] {
    var generator = RandomGenerator(seed: 99, stream: UInt64(user))
    var order = Array(0..<Int32(itemCount))
    generator.shuffle(&order)
    return Array(order.prefix(generator.nextIndex(below: itemCount + 1)))
  }

  @Test func agreesWithTheDefinitions() throws {
    let heldOut = try Interactions(Sample(seed: 21).events())
    let itemCount = heldOut.items.count
    let scores = try RankingScores(Self.metrics, heldOut: heldOut) { Self.randomList(user: $0, itemCount: itemCount) }
    #expect(scores.users == Array(0..<heldOut.users.count))
    for metric in Self.metrics where metric.kind.isPerUser {
      var (sum, defined) = (0.0, 0)
      let values = try #require(scores.perUser(metric))
      for user in 0..<heldOut.users.count {
        let list = Self.randomList(user: user, itemCount: itemCount).map { Int($0) }
        let relevant = Set(heldOut.itemIndices(ofUserAt: user))
        guard let expected = Naive(list: list, relevant: relevant, cutoff: metric.cutoff).value(metric.kind) else {
          #expect(values[user].isNaN && metric.value(of: list, relevant: relevant) == nil)
          continue
        }
        #expect(abs(values[user] - expected) < 1e-12, "\(metric) of user \(user)")
        #expect(metric.value(of: list, relevant: relevant) == values[user])
        (sum, defined) = (sum + expected, defined + 1)
      }
      let mean = try #require(scores[metric])
      #expect(abs(mean - sum / Double(defined)) < 1e-12, "\(metric)")
    }
    for cutoff in Self.cutoffs {
      let covered = Set(
        (0..<heldOut.users.count).flatMap { Self.randomList(user: $0, itemCount: itemCount).prefix(cutoff) })
      #expect(scores[RankingMetric(.coverage, at: cutoff)] == Double(covered.count) / Double(itemCount))
    }
  }

  @Test func threadsDoNotMatter() throws {
    let heldOut = try Interactions(Sample(seed: 22, users: 900, items: 40, events: 8_000).events())
    func means(threads: Int) throws -> [Double?] {
      let scores = try RankingScores(Self.metrics, heldOut: heldOut, threads: threads) {
        Self.randomList(user: $0, itemCount: 40)
      }
      return Self.metrics.map { scores[$0] }
    }
    let expected = try means(threads: 1)
    #expect(!expected.contains(nil))
    for threads in [2, 3, 8] { #expect(try means(threads: threads) == expected) }
    #expect(throws: ALSError.self) { try means(threads: 0) }
  }
}
