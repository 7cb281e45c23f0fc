import ALS
public import ALSEvaluation
import ALSPlatform

/// A search for the parameters whose model is best on held-out data.
///
/// The data are divided once. Trials run one after another, each on all threads, which is faster than several at a time
/// on parts of them. The order of trials depends on their results, the seed and the number of trials alone: with a
/// limit on trials, the same search gives the same trials on the same machine, whatever the number of threads. With a
/// limit on time, how far it gets, and when it begins to double the factors, depends on the machine. A trial that the
/// limit, or the end of the task, cuts off keeps what was measured of it.
///
///     let validation = try ValidationSet(splitting: interactions, fraction: 0.1, metric: .ranking(.init(.ndcg, at: 20)))
///     let tuner = try Tuner(validation, space: SearchSpace(around: .implicit(ImplicitALS()), for: validation.training))
///     for try await trial in tuner.trials(limits: .init(trials: 30)) { print(trial.number, trial.best?.value ?? 0) }
public struct Tuner: Sendable {
  /// What trials are trained on and measured by.
  public let validation: ValidationSet
  /// What is searched.
  public let space: SearchSpace
  /// The seed of the points that are tried.
  public let seed: UInt64
  /// Iterations between measurements.
  public let interval: Int
  /// Measurements in a row without improvement that end a trial.
  public let patience: Int
  /// What a measurement must be better by to be an improvement; see `EarlyStopping.minimumImprovement`.
  public let minimumImprovement: Double?
  /// How much memory the factors of trials that may go on can take; beyond it, they start over.
  public let stateBytes: Int

  /// A search.
  ///
  /// - Parameters:
  ///   - validation: What trials are trained on and measured by.
  ///   - space: What is searched.
  ///   - seed: The seed of the points that are tried.
  ///   - interval: Iterations between measurements, ≥ 1.
  ///   - patience: Measurements in a row without improvement that end a trial, ≥ 1.
  ///   - minimumImprovement: What a measurement must be better by to be one, ≥ 0; a tenth of the metric's standard error
  ///     when `nil`, as in `EarlyStopping`.
  ///   - stateBytes: How much memory the factors of trials that may go on can take.
  /// - Throws: `ALSError` when a parameter is out of its range.
  public init(
    _ validation: ValidationSet, space: SearchSpace, seed: UInt64 = 0, interval: Int = 2, patience: Int = 2,
    minimumImprovement: Double? = nil, stateBytes: Int = 2 << 30
  ) throws {
    try space.validate()
    try validation.metric.validate(for: space.base)
    for (name, value) in [("interval", interval), ("patience", patience)] where value < 1 {
      throw ALSError(.configuration, "\(name) is \(value), but it must be 1 or more.")
    }
    if let minimumImprovement, !(minimumImprovement >= 0 && minimumImprovement.isFinite) {
      throw ALSError(.configuration, "minimumImprovement is \(minimumImprovement), but it must be 0 or more.")
    }
    self.validation = validation
    self.space = space
    self.seed = seed
    self.interval = interval
    self.patience = patience
    self.minimumImprovement = minimumImprovement
    self.stateBytes = stateBytes
  }

  /// When a search ends, if not before because there is nothing left to try.
  public struct Limits: Hashable, Sendable {
    /// The number of trials, those resumed from among them; those that were cut off do not count.
    public var trials: Int?
    /// The time of all trials, those resumed from among them; the one that is running then is cut off.
    ///
    /// Trials are chosen so that they fit the time left, as far as those before let it be known.
    public var time: Duration?

    /// Limits; `nil` is none.
    public init(trials: Int? = nil, time: Duration? = nil) {
      self.trials = trials
      self.time = time
    }
  }
}

extension Tuner {
  /// Runs the search, blocking the calling thread.
  ///
  /// Inside a task it ends with `CancellationError` soon after the task is cancelled; `onTrial` has had every trial by
  /// then, the one that was running as ``Trial/isCutOff``.
  ///
  /// - Parameters:
  ///   - limits: When to end.
  ///   - resuming: Trials of the same search, to go on from; `onTrial` is not called for them.
  ///   - threads: All processors when `nil`.
  ///   - onTrial: Called after each trial; what it throws ends the search.
  /// - Returns: All trials, those of `resuming` first.
  /// - Throws: `ALSError` when a limit is out of its range, `resuming` are not the first trials of this search, or nothing
  ///   can be measured; `CancellationError`.
  public func run(
    limits: Limits, resuming: [Trial] = [], threads: Int? = nil, onTrial: (Trial) throws -> Void = { _ in }
  ) throws -> [Trial] {
    try search(limits: limits, resuming: resuming, threads: threads, onTrial: onTrial).trials
  }

  /// Throws when `trials` are not the first ones of this search, in their order.
  func check(_ trials: [Trial]) throws {
    for (index, trial) in trials.enumerated() {
      let isOne =
        trial.number == index + 1 && trial.point.count == space.dimensions.count
        && trial.point.allSatisfy { (0...1).contains($0) } && (0...1e9).contains(trial.seconds)
        && trial.continues.map { $0 >= 1 && $0 <= index } ?? true
      if !isOne {
        throw ALSError(
          .configuration,
          "trial \(trial.number) cannot be resumed at place \(index + 1): give the trials of the same search from the first "
            + "on, in their order.")
      }
    }
  }

  /// The same search as a sequence of its trials; it ends soon after nobody listens any more.
  ///
  /// It keeps one thread of the concurrency pool busy.
  ///
  /// - Parameters:
  ///   - limits: When to end.
  ///   - resuming: Trials of the same search, to go on from; they are not in the sequence.
  ///   - threads: All processors when `nil`.
  /// - Returns: The new trials; what ``run(limits:resuming:threads:onTrial:)`` throws ends them.
  public func trials(
    limits: Limits, resuming: [Trial] = [], threads: Int? = nil
  ) -> AsyncThrowingStream<Trial, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task.detached {
        do {
          _ = try run(limits: limits, resuming: resuming, threads: threads) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
