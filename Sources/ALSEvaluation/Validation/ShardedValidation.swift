package import ALS
package import ALSPlatform
package import ALSSparse

/// What one of several ranks measures a training on: the held-out pairs of its own users.
///
/// Users and items are called by their positions, as those of the model that is measured are: the rank's users from 0 on,
/// and all items.
package struct ShardedValidation: Sendable {
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

  /// The value of the metric for a model of which `part` has this rank's users and all items: the same in all ranks, and
  /// that of `ValidationSet` but for the order of sums.
  ///
  /// - Throws: `ALSError` when there is nothing to measure.
  /// - Complexity: O(users · items · k) of this rank's users for rankings, O(held-out ratings · k) for ratings.
  package func value(of part: FactorModel, over communicator: any Communicator, threads: Int) throws -> Double {
    let value: Double?
    switch metric {
    case .ranking(let metric):
      let pairs = HeldOutPairs(
        heldOut, excluding: part.configuration.isExplicit ? training.byUser : training.byUser.withoutZeros(), for: part)
      try HeldOutPairs.require(
        try communicator.sum(pairs.relevant.entryCount), seen: try communicator.sum(pairs.seenPairs))
      let own =
        pairs.relevant.entryCount == 0
        ? (sum: 0, count: 0)
        : try RankingMeasurement(
          pairs: pairs, metrics: [metric], candidates: .all, traits: .none, threads: threads, popularity: nil,
          groupCount: 0
        ).run(part).scores.total(metric)
      let sums = try communicator.sum([own.sum, Double(own.count)])
      value = sums[1] > 0 ? sums[0] / sums[1] : nil
    case .rating(let metric):
      let own =
        heldOut.count == 0 ? [0, 0, 0] : try RatingEvaluation(of: part, on: heldOut, threads: threads).errors.sums
      value = RatingErrors(sums: try communicator.sum(own))[metric]
    }
    guard let value else { throw ALSError(.data, "the held-out interactions have no \(metric).") }
    return value
  }
}

extension EarlyStopping {
  /// Stops when the metric of `validation` gets no better over all ranks; see `EarlyStopping(on:)`.
  package init(
    on validation: ShardedValidation, over communicator: any Communicator, patience: Int = 3, interval: Int = 1,
    threads: Int
  ) {
    self.init(
      metric: validation.metric.description, lowerIsBetter: validation.metric.lowerIsBetter, patience: patience,
      interval: interval
    ) { try validation.value(of: $0, over: communicator, threads: threads) }
  }
}
