public import ALS
import ALSPlatform
public import ALSSparse

/// How well a model ranks what was held out, over the full catalogue.
public struct RankingEvaluation: Sendable {
  /// The values of the metrics.
  public let scores: RankingScores
  /// Held-out pairs of users and items that the model knows.
  public let pairs: Int
  /// Held-out pairs left out because the model does not know their user or their item.
  public let unknownPairs: Int

  /// Recommends to every user with held-out items and compares.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - test: The held-out interactions, with any identifiers; every pair in it counts as relevant.
  ///   - metrics: What is measured.
  ///   - training: What the users had seen, which is not recommended to them; `nil` recommends anything.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when no held-out user is known to the model.
  /// - Complexity: O(users · items · k).
  public init(
    of model: FactorModel, on test: Interactions, metrics: [RankingMetric], excluding training: Interactions? = nil,
    threads: Int? = nil
  ) throws {
    let aligned = AlignedInteractions(test, with: model)
    let relevant = aligned.byUser
    let exclusions = try Exclusions(seen: training, for: model)
    let users = (0..<relevant.rowCount).filter { relevant.degree(ofRow: $0) > 0 }
    if users.isEmpty {
      throw ALSError(
        .data, "the model knows none of the held-out pairs. Check that both files have the same kind of identifiers.")
    }
    let tally = RankingTally(
      metrics, userCount: relevant.rowCount, itemCount: relevant.columnCount, workers: 1)
    try model.forEachTop(ofUsers: users, count: tally.listLength, excluding: exclusions, threads: threads) {
      tally.record($1.map(\.index), relevant: relevant.columns(ofRow: $0), user: $0, worker: 0)
    }
    scores = tally.scores()
    pairs = relevant.entryCount
    unknownPairs = aligned.unknown.count
  }

  /// The same for recommending the most popular items of `training` to everybody.
  ///
  /// - Parameters:
  ///   - training: What popularity is counted in; a user's own items are not recommended.
  ///   - model: The model whose users and items are measured, so that the values can be compared.
  ///   - test: The held-out interactions.
  ///   - metrics: What is measured.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when `threads` is less than 1.
  /// - Complexity: O(users · count).
  public init(
    ofPopularityIn training: Interactions, comparedWith model: FactorModel, on test: Interactions,
    metrics: [RankingMetric], threads: Int? = nil
  ) throws {
    let aligned = AlignedInteractions(test, with: model)
    let seen = AlignedInteractions(training, with: model).byUser
    let order = popularityOrder(byItem: seen.transposed(threads: 1))
    let relevant = aligned.byUser
    let tally = RankingTally(metrics, userCount: relevant.rowCount, itemCount: relevant.columnCount, workers: 1)
    for user in 0..<relevant.rowCount where relevant.degree(ofRow: user) > 0 {
      tally.record(
        topItems(tally.listLength, of: order, excluding: seen.columns(ofRow: user)),
        relevant: relevant.columns(ofRow: user), user: user, worker: 0)
    }
    scores = tally.scores()
    pairs = relevant.entryCount
    unknownPairs = aligned.unknown.count
  }
}
