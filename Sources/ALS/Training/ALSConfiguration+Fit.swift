public import ALSSparse
import ALSPlatform

extension ALSConfiguration {
  /// Trains a model.
  ///
  /// Runs on `threads` threads and blocks the calling one. Inside a task it ends with `CancellationError` soon after
  /// the task is cancelled. The same configuration and interactions give the same bits for every number of threads.
  ///
  /// - Parameters:
  ///   - interactions: Of implicit feedback, values of 0 or more, of which zeros are as good as absent. Of ratings, any finite
  ///     numbers; of several of a user and item the last one counts, unless the interactions were made with another rule.
  ///   - model: A model of older data to start from instead of at random, of the same kind of feedback, with as many factors
  ///     and with biases if these are trained: what it knows starts from its factors, and fewer iterations are needed.
  ///     Users and items may have come and gone.
  ///   - threads: All processors when `nil`; at most 64.
  ///   - computingLoss: Whether to compute the objective after each iteration, which takes one more pass.
  ///   - stopping: When to stop before the last iteration; the best model measured is then returned.
  ///   - checkpointing: Where the training is saved, to go on after an interruption.
  ///   - progress: Called on the calling thread after each iteration; what it throws ends the training.
  /// - Returns: The model after the last iteration, or with `stopping` after the best one.
  /// - Throws: `ALSError` when a parameter or a value is out of its range, `CancellationError`.
  /// - Complexity: Per iteration O(entries·k·steps + (users + items)·k²) with conjugate gradients, and
  ///   O(entries·k² + (users + items)·k³) with the Cholesky solver.
  public func fit(
    _ interactions: Interactions, startingFrom model: FactorModel? = nil, threads: Int? = nil,
    computingLoss: Bool = false, stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws -> FactorModel {
    try training(on: interactions).starting(from: model).model(
      threads: threads, computingLoss: computingLoss, stopping: stopping, checkpointing: checkpointing,
      progress: progress)
  }

  /// The same configuration with every default that depends on the data filled in.
  package func resolved(for interactions: Interactions) throws -> Self {
    var resolved = self
    let found = try training(on: interactions).configuration
    (resolved.regularization, resolved.loss) = (found.regularization, Loss(found.loss) ?? loss)
    return resolved
  }

  /// The training with every default resolved.
  package func training(on interactions: Interactions) throws -> Training { try any.started(on: interactions) }
}

extension ModelConfiguration {
  /// The mean of g(r)/α over what is liked.
  ///
  /// - Complexity: O(interactions).
  package func meanGain(on interactions: Interactions) throws -> Double {
    let training = try training(on: interactions)
    let liked = definition.liked(training.interactions.byUser).entryCount
    return training.rows.users.sums(ofWeights: { Double($0) }).sum / Double(max(liked, 1))
  }

  fileprivate func started(on interactions: Interactions) throws -> Training {
    try validate()
    let interactions = try reading(interactions)
    let observed = try interactions.observed(definition)
    let mean = definition.subtractsMean ? observed.byUser.weightedMean() : 0
    // Where dislikes are no entries, they are gone.
    let liked = definition.countsLikedOnly ? observed.liked(definition) : observed
    let saysNothing =
      liked.count == 0
      || definition.predictsRatings && mean == 0 && observed.valueRange() == 0...0
    if interactions.count > 0, saysNothing { throw ALSError.onlyZeros }
    var counted = self
    let loss = definition.counting(users: observed.users.count, total: liked.byUser.weightedSum().values)
    counted.loss = loss.any
    let counts =
      loss.readsContexts
      ? ContextCounts(
        of: liked.byUser, loss,
        itemCounts: Buffer((0..<liked.items.count).map { Int64(liked.byItem.degree(ofRow: $0)) }))
      : ContextCounts()
    let rows = Sides { loss.entries(of: observed.rows(of: $0), $0, mean: mean, counts) }
    let resolved = try loss.resolved(counted, for: DataStatistics(of: liked, rows.users))
    // What is found from the data can be out of range too.
    try resolved.validate()
    return Training(
      interactions: interactions, configuration: resolved,
      objective: resolved.objective(globalMean: mean), globalMean: mean,
      rows: rows, contextCounts: counts)
  }

  /// The interactions as this kind of feedback reads repeated pairs.
  func reading(_ interactions: Interactions) throws -> Interactions {
    definition.repeats == .last ? try interactions.ratings() : interactions
  }

  /// The objective that a model with this configuration was trained for.
  ///
  /// - Precondition: Every default is resolved, as it is in models.
  func objective(globalMean: Double) -> any Objective { definition.objective(self, globalMean: globalMean) }
}

extension DataStatistics {
  /// Those of the entries that count as n, and of what the objective reads.
  init(of observed: Interactions, _ entries: CSRMatrix<Float>) {
    self.init(
      users: observed.users.count, items: observed.items.count, interactions: observed.count,
      sums: { entries.sums(ofWeights: $0) },
      degrees: { Sides { DegreeCounts(of: observed.rows(of: $0)) } })
  }
}
