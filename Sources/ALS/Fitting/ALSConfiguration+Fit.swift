public import ALSSparse

extension ALSConfiguration {
  /// Trains a model.
  ///
  /// Runs on `threads` threads and blocks the calling one. Inside a task it ends with `CancellationError` soon after
  /// the task is cancelled. The same configuration and interactions give the same bits for every number of threads.
  ///
  /// - Parameters:
  ///   - interactions: Of implicit feedback, values of 0 or more, of which zeros are as good as absent. Of ratings, any finite
  ///     numbers; of several of a user and item the last one counts, unless the interactions were made with another rule.
  ///   - userFeatures: What is known of users besides. Those without interactions are users of the model, too.
  ///   - itemFeatures: The same of items, which are then recommended before anybody has had them.
  ///   - model: A model of older data to start from instead of at random, of the same kind of feedback, with as many factors
  ///     and with biases if these are trained: what it knows starts from its factors, and fewer iterations are needed.
  ///     Users and items may have come and gone.
  ///   - choosing: How parameters that are left open are chosen.
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
    _ interactions: Interactions, userFeatures: Features? = nil, itemFeatures: Features? = nil,
    startingFrom model: FactorModel? = nil, choosing: Choosing = .race(), threads: Int? = nil,
    computingLoss: Bool = false, stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws -> FactorModel {
    try fitted(
      to: interactions, with: Sides(users: userFeatures, items: itemFeatures), from: model, choosing, threads: threads,
      computingLoss: computingLoss, stopping: stopping,
      checkpointing: checkpointing, cancellation: CancellationFlag(), progress: progress)
  }

  func fitted(
    to interactions: Interactions, with features: Sides<Features?>, from model: FactorModel?, _ choosing: Choosing,
    threads: Int?, computingLoss: Bool, stopping: EarlyStopping?, checkpointing: Checkpointing?,
    cancellation: CancellationFlag,
    progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    var open = self
    open.factors = factors ?? model?.factorCount
    let (chosen, choice) = try open.chosen(
      for: interactions, by: choosing, threads: threads, cancellation: cancellation, progress: { _ in })
    return try chosen.training(on: interactions, with: features).cancelled(by: cancellation).starting(from: model)
      .model(
        threads: threads, computingLoss: computingLoss, stopping: stopping, checkpointing: checkpointing,
        progress: progress
      ).chosen(by: choice)
  }
}
