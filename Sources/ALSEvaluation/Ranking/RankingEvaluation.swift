public import ALS
import ALSPlatform
public import ALSSparse

/// How well a model ranks what was held out.
///
/// Ranks the full catalogue unless it is asked to sample. Users without held-out items are measured by no metric.
public struct RankingEvaluation: Sendable {
  /// The values of the metrics.
  public let scores: RankingScores
  /// The same for groups of users and items, if they were asked for.
  public let groups: [RankingGroup]
  /// What the held-out items were ranked among.
  public let candidates: Candidates
  /// Held-out pairs that were measured.
  public let pairs: Int
  /// Held-out pairs left out because the model does not know their user.
  public let unknownUserPairs: Int
  /// Held-out pairs left out because the model knows their user, but not their item.
  public let unknownItemPairs: Int
  /// Held-out pairs left out because they are in the data that is excluded, so that they are never recommended.
  public let excludedPairs: Int
  /// Users of the model who have no held-out pair that was measured.
  public let usersWithoutPairs: Int

  /// Held-out pairs left out because the model does not know their user or their item.
  public var unknownPairs: Int { unknownUserPairs + unknownItemPairs }

  /// Recommends to every user with held-out items and compares.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - test: The held-out interactions, with any identifiers; every pair in it counts as relevant, but for those of value
  ///     zero in implicit models, which are as good as absent, here as in `seen` and `training`.
  ///   - metrics: What is measured.
  ///   - seen: What the users had seen, which is not recommended to them, and which their activity is counted in: the
  ///     training data, or what was folded in; `nil` recommends anything.
  ///   - training: What popularity is counted in; `seen` when `nil`.
  ///   - candidates: What held-out items are ranked among.
  ///   - groups: In how many groups of users by activity and of items by popularity to measure as well; 0 for none.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when the model knows no held-out pair, and when a metric or a group needs what is not there:
  ///   `training`, `seen`, or the full ranking.
  /// - Complexity: O(users · items · k) at worst, and always with ``RankingMetric/auc``.
  public init(
    of model: FactorModel, on test: Interactions, metrics: [RankingMetric], excluding seen: Interactions? = nil,
    popularityIn training: Interactions? = nil, candidates: Candidates = .all, groups: Int = 0, threads: Int? = nil
  ) throws {
    let measurement = try RankingMeasurement(
      of: model, on: test, metrics, excluding: seen, popularityIn: training ?? seen, candidates, groups: groups,
      threads: threads)
    self.init(measurement, try measurement.run(model))
  }

  /// The same for recommending the most popular items of `training` to everybody.
  ///
  /// The lists are those of ``popularityOrder(of:)``: equally popular items by index.
  ///
  /// - Parameters:
  ///   - training: What popularity is counted in.
  ///   - model: The model whose users and items are measured, so that the values can be compared.
  ///   - test: The held-out interactions.
  ///   - metrics: What is measured.
  ///   - seen: What is not recommended; `training` when `nil`.
  ///   - candidates: What held-out items are ranked among.
  ///   - groups: In how many groups of users and of items to measure as well.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when the model knows no held-out pair, and when `threads` is less than 1.
  /// - Complexity: O(users · count).
  public init(
    ofPopularityIn training: Interactions, comparedWith model: FactorModel, on test: Interactions,
    metrics: [RankingMetric], excluding seen: Interactions? = nil, candidates: Candidates = .all, groups: Int = 0,
    threads: Int? = nil
  ) throws {
    let measurement = try RankingMeasurement(
      of: model, on: test, metrics, excluding: seen ?? training, popularityIn: training, candidates, groups: groups,
      threads: threads)
    let popularity = measurement.popularity ?? []
    let order = popularityOrder(popularity)
    self.init(
      measurement,
      try measurement.run { users, count, deliver in
        for user in users {
          deliver(user, topItems(count, of: order, excluding: measurement.pairs.seen(byUser: user)))
        }
      } score: { _, item in
        Double(popularity[item])
      } writeScores: { _, target in
        for (item, count) in popularity.enumerated() { target[item] = Double(count) }
      })
  }

  private init(_ measurement: RankingMeasurement, _ result: (scores: RankingScores, groups: [RankingGroup])) {
    (scores, groups) = result
    candidates = measurement.candidates
    pairs = measurement.pairs.relevant.entryCount
    unknownUserPairs = measurement.pairs.unknownUserPairs
    unknownItemPairs = measurement.pairs.unknownItemPairs
    excludedPairs = measurement.pairs.seenPairs
    usersWithoutPairs = measurement.pairs.relevant.rowCount - scores.users.count
  }
}

extension RankingMeasurement {
  /// Measures the lists of `model`.
  func run(_ model: FactorModel) throws -> (scores: RankingScores, groups: [RankingGroup]) {
    let exclusions = Exclusions(seen: pairs.seen?.structure, everywhere: [])
    return try run { users, count, deliver in
      if count == 0 { return }
      try model.forEachTop(ofUsers: users, count: count, excluding: exclusions, threads: threads) {
        deliver($0, $1.map(\.index))
      }
    } score: {
      model.score(userAt: $0, itemAt: $1)
    } writeScores: {
      model.writeScores(ofUserAt: $0, to: $1)
    }
  }

  /// A measurement of what `model` could be asked, with everything checked.
  fileprivate init(
    of model: FactorModel, on test: Interactions, _ metrics: [RankingMetric], excluding seen: Interactions?,
    popularityIn training: Interactions?, _ candidates: Candidates, groups: Int, threads: Int?
  ) throws {
    let threads = try threadCount(threads)
    if groups < 0 { throw ALSError(.configuration, "the number of groups is \(groups). Choose 0 or more.") }
    if training == nil, let metric = metrics.first(where: \.kind.needsPopularity) {
      throw ALSError(.configuration, "\(metric) needs the training data, in which popularity is counted.")
    }
    if seen == nil || training == nil, groups > 0 {
      throw ALSError(.configuration, "groups need the training data, in which activity and popularity are counted.")
    }
    if case .sampled(let count, _) = candidates {
      guard count >= 1 else {
        throw ALSError(.configuration, "the number of sampled candidates is \(count). Choose 1 or more, such as 99.")
      }
      if let metric = metrics.first(where: { !$0.kind.isAccuracy }) {
        throw ALSError(
          .configuration, "\(metric) describes lists of the full catalogue, which sampled candidates do not have.")
      }
    }
    let popularity = training.map { ALSEvaluation.popularity(in: $0, of: model) }
    let users = training.map { training in
      let byUser = model.configuration.definition.observed(training.byUser)
      return (0..<byUser.rowCount).count { byUser.degree(ofRow: $0) > 0 }
    }
    self.init(
      pairs: try HeldOutPairs(test, excluding: seen, for: model), metrics: metrics, candidates: candidates,
      traits: ItemTraits(for: metrics, of: model, popularity: popularity, users: users ?? 0), threads: threads,
      popularity: popularity, groupCount: groups)
  }
}
