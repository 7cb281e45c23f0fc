import ALS
import ALSEvaluation
import ALSSparse
import Testing

/// Of repeated ratings the last one counts, also where they are held out.
@Suite struct RepeatedRatingsTests {
  private static func data(_ duplicates: Duplicates? = nil) throws -> Interactions {
    let users = (0..<400).map { $0 % 20 }
    return try Interactions(
      users: users, items: (0..<400).map { ($0 * 7 + $0 / 20) % 30 }, values: (0..<400).map { Float(1 + $0 * 13 % 5) },
      duplicates: duplicates)
  }

  @Test func errors() throws {
    let model = try ExplicitALS(factors: 2, iterations: 2).fit(Self.data(.last))
    #expect(try Self.data().count < 400)
    let (open, last) = (
      try RatingEvaluation(of: model, on: Self.data()), try RatingEvaluation(of: model, on: Self.data(.last))
    )
    #expect(open.errors == last.errors)
    #expect(try open.errors != RatingEvaluation(of: model, on: Self.data(.sum)).errors)
  }

  @Test(arguments: [ValidationMetric.rating(.rmse), .ranking(RankingMetric(.ndcg, at: 5))])
  func validation(metric: ValidationMetric) throws {
    let policy: Duplicates = metric == .rating(.rmse) ? .last : .sum
    let set = try ValidationSet(splitting: Self.data(), fraction: 0.3, seed: 2, metric: metric)
    let (training, heldOut) = (try Self.decided(set.training, policy), try Self.decided(set.heldOut, policy))
    let expected = try ValidationSet(training: training, heldOut: heldOut, metric: metric)
    for configuration in [
      ModelConfiguration.explicit(ExplicitALS(factors: 2, iterations: 2)),
      .implicit(ImplicitALS(.ials(confidence: .linear), factors: 2, iterations: 2)),
    ] where configuration.predictsRatings == (policy == .last) {
      let (model, other) = (try configuration.fit(set.training), try configuration.fit(training))
      #expect(model.dataFingerprint == other.dataFingerprint)
      #expect(try set.value(of: model) == expected.value(of: other))
    }
  }

  /// The pairs of a part with the values that all data have under a policy.
  private static func decided(_ part: Interactions, _ policy: Duplicates) throws -> Interactions {
    let all = try data(policy)
    var (users, items, values): ([Int], [Int], [Float]) = ([], [], [])
    for user in part.users.indices {
      for item in part.itemIndices(ofUserAt: user) {
        users.append(user)
        items.append(item)
        values.append(try #require(all.value(userAt: user, itemAt: item)))
      }
    }
    // Everybody and everything, as in the part.
    return try Interactions(users: users, items: items, values: values)
  }
}
