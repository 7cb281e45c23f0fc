package import ALS
package import ALSPlatform
package import ALSSparse

/// What one of several ranks measures a training on: the held-out pairs of its own users.
///
/// Users and items are called by their positions, as those of the model that is measured are: the rank's users from 0 on,
/// and all items.
package struct RankValidation: Sendable {
  /// What this rank trains on; a user's items in it are left out of the user's ranking.
  package let training: UserShard
  package let metric: ValidationMetric
  /// The pairs to train on, and those that are held out, of all ranks.
  package let trainingCount, heldOutCount: Int
  /// What this rank measures on; whom and what the data do not have is at positions after them.
  private let heldOut: Interactions

  private init(
    training: UserShard, heldOut: Interactions, metric: ValidationMetric, over communicator: any Communicator
  ) throws {
    (self.training, self.heldOut, self.metric) = (training, heldOut, metric)
    trainingCount = try communicator.sum(training.byUser.entryCount)
    heldOutCount = try communicator.sum(heldOut.count)
    try ValidationSet.requireParts(training: trainingCount, heldOut: heldOutCount)
  }

  /// Holds out the pairs that `ValidationSet` holds out of all of them with the same seed.
  ///
  /// - Throws: `ALSError` when a parameter is out of its range, or a part is empty.
  /// - Complexity: O(users + items + entries) of the rank.
  package init(
    splitting shard: UserShard, fraction: Double, seed: UInt64, metric: ValidationMetric,
    over communicator: any Communicator, threads: Int
  ) throws {
    try checkFraction(fraction)
    let pairs = RandomPairs(fraction: fraction, seed: seed, eventCount: try communicator.sum(shard.byUser.entryCount))
    let first = Int32(shard.users.lowerBound)
    let (heldOut, training) = shard.byUser.divided(threads: threads) {
      pairs.contains(user: first + Int32($0), item: $1)
    }
    try self.init(
      training: shard.replacingEntries(with: training),
      heldOut: Interactions(
        users: Identifiers(positions: heldOut.rowCount), items: Identifiers(positions: heldOut.columnCount),
        byUser: heldOut, byItem: heldOut.transposed(threads: threads)),
      metric: metric, over: communicator)
  }

  /// Measures on pairs from elsewhere, which the first rank has.
  ///
  /// `pairs` and the `identifiers` of the data are asked for there only. Each rank gets the pairs of its users, and the
  /// first one those of users that the data do not have.
  ///
  /// - Throws: `ALSError` when there is nothing to measure on, and what `pairs` throws.
  /// - Complexity: O(pairs · log(users + items)) in the first rank.
  package init(
    training shard: UserShard, heldOut pairs: () throws -> Interactions,
    identifiers: () throws -> (users: Identifiers, items: Identifiers), metric: ValidationMetric,
    over communicator: any Communicator
  ) throws {
    let all = communicator.rank == 0 ? try PositionedPairs(try pairs(), in: try identifiers()) : PositionedPairs()
    try self.init(
      training: shard, heldOut: try all.divided(over: communicator, shard), metric: metric, over: communicator)
  }

  /// The value of the metric, with its standard error, for a model of which `part` has this rank's users and all items: the same in all ranks, and
  /// that of `ValidationSet` but for the order of sums.
  ///
  /// - Throws: `ALSError` when there is nothing to measure.
  /// - Complexity: O(users · items · k) of this rank's users for rankings, O(held-out ratings · k) for ratings.
  package func value(of part: FactorModel, over communicator: any Communicator, threads: Int) throws
    -> EarlyStopping.Measurement
  {
    let value: Double?
    var standardError: Double?
    /// What the standard error of a mean follows from, in all ranks.
    func error(_ own: SamplingError?, weight: Double) throws -> Double? {
      let sums = try communicator.sum([own?.squares ?? 0, Double(own?.users ?? 0)])
      return SamplingError(squares: sums[0], users: Int(sums[1])).ofRatio(weight: weight)
    }
    switch metric {
    case .ranking(let metric):
      let pairs = HeldOutPairs(
        heldOut, excluding: part.configuration.definition.observed(training.byUser),
        for: part)
      try HeldOutPairs.require(
        try communicator.sum(pairs.relevant.entryCount), seen: try communicator.sum(pairs.seenPairs))
      let scores =
        pairs.relevant.entryCount == 0
        ? nil
        : try RankingMeasurement(
          pairs: pairs, metrics: [metric], candidates: .all, traits: .none, threads: threads, popularity: nil,
          groupCount: 0
        ).run(part).scores
      let own = scores?.total(metric) ?? (sum: 0, count: 0)
      let sums = try communicator.sum([own.sum, Double(own.count)])
      value = sums[1] > 0 ? sums[0] / sums[1] : nil
      standardError = try value.flatMap { mean in
        try error(scores?.samplingError(metric, around: mean), weight: sums[1])
      }
    case .rating(let metric):
      let ratings = heldOut.count == 0 ? nil : try RatingEvaluation(of: part, on: heldOut, threads: threads)
      let sums = try communicator.sum(ratings?.errors.sums ?? [0, 0, 0])
      value = RatingErrors(sums: sums)[metric]
      standardError = try value.flatMap { value in
        try error(ratings?.samplingError(metric, around: metric.ratio(ofValue: value)), weight: sums[0])
          .flatMap { metric.standardError(ofRatio: $0, value: value) }
      }
    }
    guard let value else { throw ALSError(.data, "the held-out interactions have no \(metric).") }
    return EarlyStopping.Measurement(value, standardError: standardError)
  }
}

extension EarlyStopping {
  /// Stops when the metric of `validation` gets no better over all ranks; see `EarlyStopping(on:)`.
  package init(
    on validation: RankValidation, over communicator: any Communicator, patience: Int = 3, interval: Int = 1,
    minimumImprovement: Double? = nil, threads: Int
  ) {
    self.init(
      measuring: validation.metric.description, lowerIsBetter: validation.metric.lowerIsBetter, patience: patience,
      interval: interval, minimumImprovement: minimumImprovement,
      by: { try validation.value(of: $0, over: communicator, threads: threads) })
  }
}
