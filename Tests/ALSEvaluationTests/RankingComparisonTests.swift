import ALS
import ALSEvaluation
import ALSSparse
import Testing

/// Two models on the same users: against values that are put together by hand, and tests that are done exactly.
@Suite struct RankingComparisonTests {
  private static let metrics = [
    RankingMetric(.ndcg, at: 5), RankingMetric(.recall, at: 5), RankingMetric(.coverage, at: 5),
  ]

  @Test func valuesAreThoseOfUsersOfBoth() throws {
    let sample = try RankingEvaluationTests.Case()
    // The other one knows fewer users and items, in another order.
    let rows = (0..<sample.training.users.count).flatMap { user in
      sample.training.itemIndices(ofUserAt: user).map { (user, $0) }
    }.reversed().filter { $0.0 % 5 != 0 && $0.1 % 7 != 0 }
    let less = try Interactions(
      users: rows.map { "\(sample.training.users[$0.0])" }, items: rows.map { "\(sample.training.items[$0.1])" })
    let other = try ImplicitALS(factors: 2, iterations: 1).fit(less)
    for threads in [1, 3] {
      let comparison = try RankingComparison(
        of: sample.model, with: other, on: sample.test, metrics: Self.metrics, excluding: sample.training,
        threads: threads)
      let shared = try sample.test.filtered { user, item in
        other.users.index(of: sample.test.users[user]) != nil && other.items.index(of: sample.test.items[item]) != nil
          && sample.model.users.index(of: sample.test.users[user]) != nil
      }
      #expect(comparison.unsharedPairs == sample.test.count - shared.count && comparison.unsharedPairs > 0)
      for metric in Self.metrics.prefix(2) {
        let values = try [sample.model, other].map { model in
          let scores = try RankingEvaluation(
            of: model, on: shared, metrics: [metric], excluding: sample.training
          ).scores
          return try Dictionary(
            uniqueKeysWithValues: zip(scores.users.map { model.users[$0] }, #require(scores.perUser(metric))))
        }
        let both = Set(values[0].keys).intersection(values[1].keys)
        let difference = try #require(try comparison.difference(metric, threads: threads))
        #expect(difference.users == both.count && both.count == comparison.userCount && both.count > 40)
        for (mean, values) in zip([difference.first, difference.second], values) {
          #expect(abs(mean - both.reduce(0) { $0 + (values[$1] ?? 0) } / Double(both.count)) < 1e-12)
        }
        #expect(difference.interval.contains(difference.mean) && difference.pValue > 0 && difference.pValue <= 1)
        #expect(try comparison.difference(metric, threads: 2) == difference)
      }
      #expect(try comparison.difference(Self.metrics[2]) == nil)
      #expect(try comparison.difference(RankingMetric(.precision, at: 3)) == nil)
    }
  }

  @Test func aModelIsNotBetterThanItself() throws {
    let sample = try RankingEvaluationTests.Case()
    let same = try RankingComparison(
      of: sample.model, with: sample.model, on: sample.test, metrics: Self.metrics, excluding: sample.training)
    let none = try #require(try same.difference(Self.metrics[0]))
    #expect(none.mean == 0 && none.interval == 0...0 && none.pValue == 1)
    let strange = try ImplicitALS(factors: 2).fit(Interactions(users: ["a", "b"], items: ["x", "y"]))
    #expect(throws: ALSError.self) {
      try RankingComparison(of: sample.model, with: strange, on: sample.test, metrics: Self.metrics)
    }
  }

  /// All signs of a few differences, one after the other.
  @Test func signsAreDrawnAsOftenAsTheyOccur() {
    for differences in [
      [0.3, -0.1, 0.2, 0.25, 0.4, -0.05, 0.1, 0.3], [0.5, -0.5, 0.1], [1], [0, 0], [0.1, 0.2, -0.3],
    ] {
      let sum = abs(differences.reduce(0, +))
      let count = 1 << differences.count
      let far = (0..<count).count { signs in
        let drawn = differences.enumerated().reduce(0) { $0 + (signs >> $1.offset & 1 == 0 ? $1.element : -$1.element) }
        return abs(drawn) >= sum - 1e-9
      }
      let test = SignFlips(replicates: 20_000, seed: 5)
      let found = test.probability(of: differences, threads: 2)
      #expect(abs(found - Double(far) / Double(count)) < 0.015, "\(differences)")
      #expect(found == test.probability(of: differences, threads: 1))
    }
  }
}
