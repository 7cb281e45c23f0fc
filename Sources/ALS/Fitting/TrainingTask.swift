import ALSPlatform
public import ALSSparse

/// A training on threads of its own, for asynchronous code: nothing of Swift's thread pool is blocked.
///
///     let task = ImplicitALS(factors: 64).task(on: purchases)
///     for await record in task.progress { print(record.iteration, record.seconds) }
///     let model = try await task.model
///
/// It goes on when nobody waits for it, and ends early with ``cancel()`` or when a task that waits for ``model`` is
/// cancelled.
public struct TrainingTask: Sendable {
  /// One record after each iteration, until the training ends for whatever reason; for one reader.
  public let progress: AsyncStream<IterationRecord>
  private let task: Task<FactorModel, any Error>

  init(_ body: @escaping @Sendable (CancellationFlag, (IterationRecord) throws -> Void) throws -> FactorModel) {
    let (progress, continuation) = AsyncStream.makeStream(of: IterationRecord.self)
    let cancellation = CancellationFlag()
    self.progress = progress
    task = Task {
      defer { continuation.finish() }
      return try await withTaskCancellationHandler {
        try await onDedicatedThread { try body(cancellation) { continuation.yield($0) } }
      } onCancel: {
        cancellation.set()
      }
    }
  }

  /// The trained model, when it is there.
  ///
  /// - Throws: What `fit` throws; `CancellationError` soon after the training, or the task that waits here, is cancelled.
  public var model: FactorModel {
    get async throws {
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    }
  }

  /// Ends the training at the next safe point.
  public func cancel() { task.cancel() }
}

extension ALSConfiguration {
  /// Starts a training on threads of its own; parameters are those of `fit`, whose progress is that of the task.
  ///
  /// With `checkpointing`, a training that is cancelled saves what it has reached before it ends.
  public func task(
    on interactions: Interactions, userFeatures: Features? = nil, itemFeatures: Features? = nil,
    startingFrom model: FactorModel? = nil, choosing: Choosing = .race(), threads: Int? = nil,
    computingLoss: Bool = false, stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil
  ) -> TrainingTask {
    TrainingTask { cancellation, progress in
      try fitted(
        to: interactions, with: Sides(users: userFeatures, items: itemFeatures), from: model, choosing,
        threads: threads, computingLoss: computingLoss, stopping: stopping,
        checkpointing: checkpointing, cancellation: cancellation, progress: progress)
    }
  }
}
