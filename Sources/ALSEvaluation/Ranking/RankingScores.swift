import ALSPlatform
public import ALSSparse

/// How good many users' recommendations are: the value of each user and the mean, for every metric.
public struct RankingScores: Sendable {
  /// The metrics, in the order they were asked for, each once.
  public let metrics: [RankingMetric]
  /// The users that were measured, those with relevant items, by index; rising.
  public let users: [Int]
  private let values: [RankingMetric: [Double]]
  private let totals: [RankingMetric: Double]

  /// `values` per user, from which the means follow; `totals` for metrics that users do not have.
  init(
    metrics: [RankingMetric], users: [Int], values: [RankingMetric: [Double]], totals: [RankingMetric: Double]
  ) {
    self.metrics = metrics
    self.users = users
    self.values = values
    self.totals = totals.merging(values.compactMapValues(Self.mean)) { total, _ in total }
  }

  /// The mean of the values there are; `nil` when there are none.
  private static func mean(_ values: [Double]) -> Double? {
    let total = total(values)
    return total.count == 0 ? nil : total.sum / Double(total.count)
  }

  /// The sum and the number of the values there are.
  private static func total(_ values: [Double]) -> (sum: Double, count: Int) {
    let defined = values.contains(where: \.isNaN) ? values.filter { !$0.isNaN } : values
    return (pairwiseSum(defined[...]), defined.count)
  }

  /// What the mean of a metric that users have values of is made of.
  func total(_ metric: RankingMetric) -> (sum: Double, count: Int) { Self.total(values[metric] ?? []) }

  /// The mean over all measured users, or the value of a metric of all lists together.
  ///
  /// `nil` when `metric` was not asked for or there is nothing to measure.
  public subscript(metric: RankingMetric) -> Double? { totals[metric] }

  /// The scores of some of the users; metrics of all lists together have no value.
  func restricted(to isIncluded: (_ user: Int) -> Bool) -> RankingScores {
    let places = users.indices.filter { isIncluded(users[$0]) }
    return RankingScores(
      metrics: metrics, users: places.map { users[$0] }, values: values.mapValues { all in places.map { all[$0] } },
      totals: [:])
  }

  /// The values of ``users``, in their order, NaN for a user who has none; `nil` when `metric` was not asked for or is
  /// not per user.
  public func perUser(_ metric: RankingMetric) -> [Double]? { values[metric] }
}

extension RankingScores {
  /// Measures the lists that `list` gives for the users with held-out items.
  ///
  /// The same for every number of threads, if `list` gives the same list whenever it is asked for a user.
  ///
  /// - Parameters:
  ///   - metrics: What is measured; no recommendation after the largest cutoff is looked at.
  ///   - heldOut: The relevant items of each user: all that have a value, whatever it is.
  ///   - threads: How many threads to work with; all processors when `nil`.
  ///   - list: The items recommended to a user, by index, best first and without repeats; called from many threads.
  /// - Throws: `ALSError` when `threads` is less than 1, or a metric needs to know more than the lists: those of
  ///   popularity and similarity are for ``RankingEvaluation``.
  /// - Complexity: One call of `list` per user, plus O(l log r) for l recommendations and r held-out items.
  public init(
    _ metrics: [RankingMetric], heldOut: Interactions, threads: Int? = nil,
    list: @Sendable (_ user: Int) -> [Int32]
  ) throws {
    let threads = try threadCount(threads)
    if let metric = metrics.first(where: { $0.kind.basis == .items }) {
      throw ALSError(
        .configuration, "\(metric) needs more than the lists. Measure it with a model, by RankingEvaluation.")
    }
    let relevant = heldOut.byUser
    let tally = RankingTally(
      metrics, userCount: relevant.rowCount, itemCount: relevant.columnCount, workers: threads)
    parallelForEachChunk(of: relevant.rowCount, size: 64, workers: threads) { users, worker in
      for user in users where relevant.degree(ofRow: user) > 0 {
        tally.record(list(user), relevant: relevant.columns(ofRow: user), user: user, worker: worker)
      }
    }
    self = tally.scores()
  }
}
