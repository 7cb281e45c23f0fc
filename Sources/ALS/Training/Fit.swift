public import ALSSparse
import ALSDense
import ALSPlatform

extension ImplicitALS {
  /// Trains a model.
  ///
  /// Runs on `threads` threads and blocks the calling one. Inside a task it ends with `CancellationError` soon after
  /// the task is cancelled. The same configuration and interactions give the same bits for every number of threads.
  ///
  /// - Parameters:
  ///   - interactions: At most one value, 0 or more, per user and item. Zeros are as good as absent.
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

  /// The training with every default resolved.
  package func training(on interactions: Interactions) throws -> Training {
    try validate()
    let observed = try interactions.positive()
    if observed.count == 0, interactions.count > 0 { throw ALSError.onlyZeros }
    let resolved = resolved(for: observed)
    // What is found from the data can be out of range too.
    try resolved.validate()
    return Training(
      interactions: interactions, configuration: .implicit(resolved),
      objective: resolved.rowObjective,
      solver: solver, conjugateGradientSteps: conjugateGradientSteps, relaxation: relaxation, precision: precision,
      factors: factors,
      iterations: iterations, initialScale: initialScale,
      seed: seed, globalMean: 0, byUser: applyingConfidence(to: observed.byUser),
      byItem: applyingConfidence(to: observed.byItem))
  }

  /// The matrix with the values that the objective multiplies by α.
  func applyingConfidence(to matrix: CSRMatrix<Float>) -> CSRMatrix<Float> {
    switch confidence {
    case .linear: matrix
    case .binary: matrix.replacingValues(with: nil)
    case .log:
      matrix.replacingValues(
        with: Buffer(mapping: matrix.values, count: matrix.entryCount, { term(of: $0 ?? 1) }))
    }
  }
}

extension ExplicitALS {
  /// Trains a model.
  ///
  /// Runs on `threads` threads and blocks the calling one. Inside a task it ends with `CancellationError` soon after
  /// the task is cancelled. The same configuration and ratings give the same bits for every number of threads.
  ///
  /// - Parameters:
  ///   - ratings: Any finite number is a rating; of several of a user and item the last one counts, unless the interactions
  ///     were made with another rule.
  ///   - model: A model of older data to start from instead of at random, of the same kind of feedback, with as many factors
  ///     and with biases if these are trained: what it knows starts from its factors, and fewer iterations are needed.
  ///     Users and items may have come and gone.
  ///   - threads: All processors when `nil`; at most 64.
  ///   - computingLoss: Whether to compute the objective after each iteration, which takes one more pass.
  ///   - stopping: When to stop before the last iteration; the best model measured is then returned.
  ///   - checkpointing: Where the training is saved, to go on after an interruption.
  ///   - progress: Called on the calling thread after each iteration; what it throws ends the training.
  /// - Returns: The model after the last iteration, or with `stopping` after the best one.
  /// - Throws: `ALSError` when a parameter is out of its range, `CancellationError`.
  /// - Complexity: Per iteration O(entries·k·steps + (users + items)·k²) with conjugate gradients, and
  ///   O(entries·k² + (users + items)·k³) with the Cholesky solver.
  public func fit(
    _ ratings: Interactions, startingFrom model: FactorModel? = nil, threads: Int? = nil,
    computingLoss: Bool = false, stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws -> FactorModel {
    try training(on: ratings).starting(from: model).model(
      threads: threads, computingLoss: computingLoss, stopping: stopping, checkpointing: checkpointing,
      progress: progress)
  }

  /// The training with every default resolved.
  package func training(on ratings: Interactions) throws -> Training {
    try validate()
    let ratings = try ratings.ratings()
    let mean = ratings.meanValue()
    if mean == 0, ratings.count > 0, ratings.valueRange() == 0...0 { throw ALSError.onlyZeros }
    return Training(
      interactions: ratings, configuration: .explicit(self),
      objective: rowObjective(mean: mean),
      solver: solver, conjugateGradientSteps: conjugateGradientSteps, relaxation: relaxation, precision: precision,
      factors: factors,
      iterations: iterations, initialScale: initialScale,
      seed: seed, globalMean: mean, byUser: ratings.byUser, byItem: ratings.byItem)
  }
}
