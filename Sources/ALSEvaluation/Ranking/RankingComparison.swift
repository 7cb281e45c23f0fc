public import ALS
import ALSPlatform
public import ALSSparse

/// How two models rank the same held-out items of the same users.
///
/// Only pairs are measured whose user and item both models know. Each model ranks its own catalogue.
///
///     let comparison = try RankingComparison(of: old, with: new, on: test, metrics: [ndcg], excluding: training)
///     let difference = try comparison.difference(ndcg)
///     print(difference?.interval, difference?.pValue)
public struct RankingComparison: Sendable {
  /// How the first model ranks.
  public let first: RankingEvaluation
  /// How the second model ranks.
  public let second: RankingEvaluation
  /// Held-out pairs left out because a model does not know their user or their item.
  public let unsharedPairs: Int
  /// The places in either's ``RankingScores/users`` of a user who was measured with both.
  private let places: [(first: Int, second: Int)]

  /// Users who were measured with both models.
  public var userCount: Int { places.count }

  /// Recommends to every user with held-out items, by both models, and compares.
  ///
  /// - Parameters:
  ///   - first: A model.
  ///   - second: Another one, of any kind.
  ///   - test: The held-out interactions; see ``RankingEvaluation``, also for what follows.
  ///   - metrics: What is measured.
  ///   - seen: What the users had seen, which is not recommended to them.
  ///   - training: What popularity is counted in; `seen` when `nil`.
  ///   - candidates: What held-out items are ranked among.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when there is no held-out pair that both models know, and what ``RankingEvaluation`` throws.
  /// - Complexity: That of two evaluations.
  public init(
    of first: FactorModel, with second: FactorModel, on test: Interactions, metrics: [RankingMetric],
    excluding seen: Interactions? = nil, popularityIn training: Interactions? = nil, candidates: Candidates = .all,
    threads: Int? = nil
  ) throws {
    let models = [first, second]
    let users = test.users.map { user in models.allSatisfy { $0.users.index(of: user) != nil } }
    let items = test.items.map { item in models.allSatisfy { $0.items.index(of: item) != nil } }
    let shared = try test.filtered { users[$0] && items[$1] }
    if shared.count == 0 {
      throw ALSError(
        .data,
        "there is no held-out pair whose user and item both models know. Check that all have the same kind of identifiers."
      )
    }
    func evaluated(_ model: FactorModel) throws -> RankingEvaluation {
      try RankingEvaluation(
        of: model, on: shared, metrics: metrics, excluding: seen, popularityIn: training, candidates: candidates,
        threads: threads)
    }
    self.first = try evaluated(first)
    self.second = try evaluated(second)
    unsharedPairs = test.count - shared.count
    let others = Dictionary(
      uniqueKeysWithValues: self.second.scores.users.enumerated().map { (second.users[$1], $0) })
    places = self.first.scores.users.enumerated().compactMap { place, user in
      others[first.users[user]].map { (place, $0) }
    }
  }
}

extension RankingComparison {
  /// By how much the second model is better, or worse.
  public struct Difference: Hashable, Sendable {
    /// Users who have a value with both models.
    public let users: Int
    /// The means over these users.
    public let first, second: Double
    /// The interval of the mean difference, the second less the first, from resampling these users.
    public let interval: ClosedRange<Double>
    /// How probable so large a difference, of either sign, would be if the models were alike.
    public let pValue: Double

    /// The mean difference, the second less the first.
    public var mean: Double { second - first }
  }

  /// The difference of a metric that users have values of, with a paired bootstrap and a paired permutation test.
  ///
  /// The same for every number of threads.
  ///
  /// - Parameters:
  ///   - metric: One of those that were measured.
  ///   - bootstrap: How to resample users; signs are drawn as often, with the same seed.
  ///   - threads: All processors when `nil`.
  /// - Returns: `nil` when `metric` was not asked for, is not per user, or nobody has a value with both models.
  /// - Throws: `ALSError` when `threads` is less than 1 or a parameter of `bootstrap` out of its range.
  /// - Complexity: O(replicates · users).
  public func difference(
    _ metric: RankingMetric, resampling bootstrap: Bootstrap = Bootstrap(), threads: Int? = nil
  ) throws -> Difference? {
    let threads = try threadCount(threads)
    try bootstrap.validate()
    guard let values = first.scores.perUser(metric), let others = second.scores.perUser(metric) else { return nil }
    let pairs = places.map { (values[$0.first], others[$0.second]) }.filter { !$0.0.isNaN && !$0.1.isNaN }
    let differences = pairs.map { $1 - $0 }
    let sums = bootstrap.sums(of: [pairs.map { _ in 1 }, differences], threads: threads)
    guard !pairs.isEmpty, let interval = bootstrap.interval(zip(sums[1], sums[0]).map { $0 / $1 }) else { return nil }
    func mean(_ values: [Double]) -> Double { pairwiseSum(values[...]) / Double(values.count) }
    return Difference(
      users: pairs.count, first: mean(pairs.map(\.0)), second: mean(pairs.map(\.1)), interval: interval,
      pValue: SignFlips(replicates: bootstrap.replicates, seed: bootstrap.seed)
        .probability(of: differences, threads: threads))
  }
}
