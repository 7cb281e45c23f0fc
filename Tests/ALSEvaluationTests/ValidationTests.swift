import ALS
import ALSEvaluation
import ALSPlatform
import ALSSparse
import Testing

@Suite struct ValidationTests {
  private static func interactions(values: Bool = false) throws -> Interactions {
    try Interactions(Sample(seed: 5, events: 1500).events(values: values), duplicates: .last)
  }

  private static let ndcg = ValidationMetric.ranking(RankingMetric(.ndcg, at: 5))

  /// What is held out is not trained on, and nothing gets lost.
  @Test func splitIsAPartition() throws {
    let all = try Self.interactions(values: true)
    let set = try ValidationSet(splitting: all, fraction: 0.2, seed: 3, metric: Self.ndcg)
    #expect(set.training.users == all.users && set.heldOut.items == all.items)
    #expect(set.training.count + set.heldOut.count == all.count)
    #expect(set.heldOut.count > all.count / 10 && set.heldOut.count < all.count * 3 / 10)
    for user in all.users.indices {
      for item in all.items.indices {
        let parts = [set.training, set.heldOut].compactMap { $0.value(userAt: user, itemAt: item) }
        #expect(parts.count == (all.value(userAt: user, itemAt: item) == nil ? 0 : 1))
        #expect(parts.first == all.value(userAt: user, itemAt: item))
      }
    }
    let again = try ValidationSet(splitting: all, fraction: 0.2, seed: 3, metric: Self.ndcg, threads: 3)
    #expect(again.heldOut.count == set.heldOut.count)
    let other = try ValidationSet(splitting: all, fraction: 0.2, seed: 4, metric: Self.ndcg)
    #expect(
      other.heldOut.itemIndices(ofUserAt: 0) != set.heldOut.itemIndices(ofUserAt: 0)
        || other.heldOut.count != set.heldOut.count)
  }

  @Test func standardErrorsAreThoseOfTheBootstrap() throws {
    let all = try Interactions(Sample(seed: 9, events: 6000).events(values: true), duplicates: .last)
    for (configuration, metrics) in [
      (
        ModelConfiguration.implicit(ImplicitALS(factors: 4, iterations: 3)),
        ["ndcg@5", "recall@10", "auc", "precision@5"]
      ),
      (.explicit(ExplicitALS(factors: 4, iterations: 3)), ["rmse", "mae"]),
    ] {
      for metric in metrics {
        let set = try ValidationSet(splitting: all, fraction: 0.3, metric: try ValidationMetric(parsing: metric))
        let measurement = try set.measurement(of: try configuration.fit(set.training), threads: 2)
        let interval = try #require(try measurement.interval(threads: 2))
        let expected = (interval.upperBound - interval.lowerBound) / (2 * 1.96)
        let found = try #require(measurement.standardError)
        // Percentiles of 1000 replicates are off by some 5 %.
        #expect(abs(found - expected) < 0.2 * expected, "\(metric): \(found), \(expected)")
      }
    }
  }

  @Test func stoppingMeasuresWhatEvaluationMeasures() throws {
    let all = try Self.interactions(values: true)
    for (configuration, metric) in [
      (ModelConfiguration.implicit(ImplicitALS(factors: 4, iterations: 6)), Self.ndcg),
      (.explicit(ExplicitALS(factors: 4, iterations: 6)), .rating(.rmse)),
    ] {
      let set = try ValidationSet(splitting: all, fraction: 0.2, metric: metric)
      let model = try configuration.fit(set.training, stopping: EarlyStopping(on: set, patience: 10))
      #expect(model.history.count == 6)
      for record in model.history {
        var short = configuration
        short.iterations = record.iteration
        let separate = try short.fit(set.training)
        let expected: Double? =
          switch metric {
          case .ranking(let metric):
            try RankingEvaluation(of: separate, on: set.heldOut, metrics: [metric], excluding: set.training)
              .scores[metric]
          case .rating(let metric): try RatingEvaluation(of: separate, on: set.heldOut).errors[metric]
          }
        #expect(record.validation == expected)
      }
      let values = model.history.compactMap(\.validation)
      #expect(model.validation?.best.value == (metric.lowerIsBetter ? values.min() : values.max()))
    }
  }

  @Test func sameForEveryThreadCount() throws {
    let all = try Self.interactions()
    let set = try ValidationSet(splitting: all, fraction: 0.2, metric: Self.ndcg)
    func model(threads: Int) throws -> FactorModel {
      try ImplicitALS(.ials(unobservedWeight: 0.2), factors: 6, iterations: 12)
        .fit(set.training, threads: threads, stopping: EarlyStopping(on: set, patience: 2, threads: threads))
    }
    let expected = try model(threads: 1)
    for threads in [2, 3, 8] {
      let other = try model(threads: threads)
      #expect(other.validation == expected.validation)
      for item in all.items.indices { #expect(other.itemFactors(at: item) == expected.itemFactors(at: item)) }
    }
  }

  @Test func metricsAreNamed() throws {
    #expect(try ValidationMetric(parsing: "NDCG@20") == .ranking(RankingMetric(.ndcg, at: 20)))
    #expect(try ValidationMetric(parsing: "mae") == .rating(.mae))
    #expect(ValidationMetric("best@3") == nil)
    #expect(ValidationMetric("rmse")?.description == "rmse")
    #expect(ValidationMetric("recall@7")?.description == "recall@7")
    let set = try ValidationSet(splitting: try Self.interactions(), fraction: 0.2, metric: .rating(.rmse))
    let error = #expect(throws: ALSError.self) {
      try ImplicitALS(factors: 2).fit(set.training, stopping: EarlyStopping(on: set))
    }
    let coverage = #expect(throws: ALSError.self) {
      try ValidationMetric(parsing: "coverage@5").validate(for: .implicit(ImplicitALS()))
    }
    #expect(coverage?.message.contains("nothing can be chosen by it") == true)
    #expect(error?.kind == .configuration)
    #expect(error?.message.hasPrefix("rmse is for explicit ratings") == true)
  }

  @Test func nothingToMeasureOnIsAnError() throws {
    let two = try Interactions(users: [1, 2], items: [1, 2])
    let none = try Interactions(users: [Int](), items: [Int]())
    #expect(throws: ALSError.self) { try ValidationSet(training: two, heldOut: none, metric: Self.ndcg) }
    #expect(throws: ALSError.self) { try ValidationSet(training: none, heldOut: two, metric: Self.ndcg) }
    #expect(throws: ALSError.self) { try ValidationSet(splitting: two, fraction: 0, metric: Self.ndcg) }
    #expect(throws: ALSError.self) { try ValidationSet(splitting: two, fraction: 1, metric: Self.ndcg) }
  }
}
