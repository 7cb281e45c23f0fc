import ALS
import ALSEvaluation
import ALSSparse
import Testing

/// Numbers that no call can work with.
@Suite struct ParameterTests {
  @Test func resampling() throws {
    let data = try Interactions(IndexTests.events())
    let model = try ExplicitALS(factors: 2, iterations: 1).fit(data)
    let ranking = try RankingEvaluation(of: model, on: data, metrics: [RankingMetric(.ndcg, at: 2)])
    let rating = try RatingEvaluation(of: model, on: data)
    for bootstrap in [
      Bootstrap(replicates: 0), Bootstrap(replicates: .max), Bootstrap(level: 0), Bootstrap(level: 1),
      Bootstrap(level: .nan), Bootstrap(level: 7),
    ] {
      #expect(throws: ALSError.self) { try bootstrap.validate() }
      #expect(throws: ALSError.self) { try ranking.scores.intervals(bootstrap) }
      #expect(throws: ALSError.self) { try rating.intervals(bootstrap) }
    }
  }

  @Test func countsOfAnySize() throws {
    let data = try Interactions(IndexTests.events())
    let model = try ExplicitALS(factors: 2, iterations: 1).fit(data)
    let metrics = [RankingMetric(.ndcg, at: .max), RankingMetric(.precision, at: .max)]
    let all = try RankingEvaluation(
      of: model, on: data, metrics: metrics, popularityIn: data, candidates: .sampled(count: .max, seed: 1))
    #expect(all.scores[metrics[0]] != nil)
    let heldOut = try Interactions(users: [1, 2], items: [3, 2])
    let grouped = try RankingEvaluation(of: model, on: heldOut, metrics: metrics, excluding: data, groups: .max)
    #expect(!grouped.groups.isEmpty)
    #expect(try !RatingEvaluation(of: model, on: data, training: data, groups: .max).groups.isEmpty)
    #expect(try IndexTests.events().split(.randomCountPerUser(count: .max, seed: 1)).test.count == 0)
  }

  @Test(arguments: [0, -1, Int.max]) func oneRuleForThreads(threads: Int) throws {
    let events = try IndexTests.events()
    let data = try Interactions(events)
    let model = try ExplicitALS(factors: 2, iterations: 1).fit(data)
    let metrics = [RankingMetric(.ndcg, at: 2)]
    let ranking = try RankingEvaluation(of: model, on: data, metrics: metrics)
    let rating = try RatingEvaluation(of: model, on: data)
    let set = try ValidationSet(training: data, heldOut: data, metric: .rating(.rmse))
    let division = try events.folds(2, seed: 1)[0]
    let calls: [(name: String, body: () throws -> Void)] = [
      ("split", { _ = try events.split(.random(fraction: 0.5, seed: 1), threads: threads) }),
      ("division", { _ = try events.division(by: .random(fraction: 0.5, seed: 1), threads: threads) }),
      ("events", { _ = try division.events(in: .test, threads: threads) }),
      ("folds", { _ = try events.folds(2, seed: 1, threads: threads) }),
      ("ranking", { _ = try RankingEvaluation(of: model, on: data, metrics: metrics, threads: threads) }),
      (
        "popularity",
        {
          _ = try RankingEvaluation(
            ofPopularityIn: data, comparedWith: model, on: data, metrics: metrics,
            excluding: Interactions(users: [1], items: [1]), threads: threads)
        }
      ),
      ("rating", { _ = try RatingEvaluation(of: model, on: data, threads: threads) }),
      ("intervals", { _ = try ranking.scores.intervals(threads: threads) }),
      ("rating intervals", { _ = try rating.intervals(threads: threads) }),
      ("scores", { _ = try RankingScores(metrics, heldOut: data, threads: threads) { _ in [0] } }),
      ("value", { _ = try set.value(of: model, threads: threads) }),
      (
        "stopping",
        { _ = try ExplicitALS(factors: 2, iterations: 2).fit(data, stopping: EarlyStopping(on: set, threads: threads)) }
      ),
    ]
    for (name, body) in calls {
      if threads > 0 {
        #expect(throws: Never.self, "\(name)") { try body() }
      } else {
        #expect(throws: ALSError(.configuration, "threads is \(threads), but it must be 1 or more."), "\(name)") {
          try body()
        }
      }
    }
  }
}
