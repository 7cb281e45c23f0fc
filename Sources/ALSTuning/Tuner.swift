import ALS
public import ALSEvaluation
import ALSPlatform

/// A search for the parameters whose model is best on held-out data.
///
/// The data are divided once. Trials run one after another, each on all threads, which is faster than several at a time
/// on parts of them. The order of trials depends on their results, the seed and the number of trials alone: with a
/// limit on trials, the same search gives the same trials on the same machine, whatever the number of threads. With a
/// limit on time, how far it gets, and when it begins to double the factors, depends on the machine.
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
  ///   - stateBytes: How much memory the factors of trials that may go on can take.
  /// - Throws: `ALSError` when a parameter is out of its range.
  public init(
    _ validation: ValidationSet, space: SearchSpace, seed: UInt64 = 0, interval: Int = 2, patience: Int = 2,
    stateBytes: Int = 2 << 30
  ) throws {
    try space.validate()
    try validation.metric.validate(for: space.base)
    for (name, value) in [("interval", interval), ("patience", patience)] where value < 1 {
      throw ALSError(.configuration, "\(name) is \(value), but it must be 1 or more.")
    }
    self.validation = validation
    self.space = space
    self.seed = seed
    self.interval = interval
    self.patience = patience
    self.stateBytes = stateBytes
  }

  /// When a search ends, if not before because there is nothing left to try.
  public struct Limits: Hashable, Sendable {
    /// The number of trials, those resumed from among them.
    public var trials: Int?
    /// The time of all trials, those resumed from among them; the one that is running then is given up.
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
  /// Inside a task it ends with `CancellationError` soon after the task is cancelled; `onTrial` has had every trial
  /// that was finished by then.
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
    if let trials = limits.trials, trials < 1 {
      throw ALSError(.configuration, "trials is \(trials), but it must be 1 or more.")
    }
    try check(resuming)
    let runner = TrialRunner(self, threads: try threadCount(threads))
    let policy = SearchPolicy(space: space, seed: seed, lowerIsBetter: validation.metric.lowerIsBetter)
    let clock = SearchClock(limit: limits.time, spent: resuming.reduce(0) { $0 + $1.seconds })
    var trials = resuming
    while trials.count < limits.trials ?? .max, trials.isEmpty || !clock.isOver {
      let left = (limits.trials ?? .max) - trials.count
      guard let proposal = policy.next(after: trials, isLate: left <= policy.mostDoublings || clock.isLate)
      else { break }
      do {
        // The first trial is always finished: without one there would be no result.
        let trial = try runner.run(
          proposal, number: trials.count + 1, predecessor: proposal.continues.map { trials[$0 - 1] }
        ) {
          try Task.checkCancellation()
          if !trials.isEmpty && clock.isOver { throw SearchClock.IsOver() }
        }
        trials.append(trial)
        try onTrial(trial)
      } catch is SearchClock.IsOver { break }
    }
    return trials
  }

  /// Throws when `trials` are not the first ones of this search, in their order.
  private func check(_ trials: [Trial]) throws {
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

/// The time that a search may take.
private struct SearchClock {
  struct IsOver: Error {}

  private let start = ContinuousClock.now
  private let limit: Duration?
  private let spent: Duration

  init(limit: Duration?, spent: Double) {
    self.limit = limit
    self.spent = .seconds(spent)
  }

  var isOver: Bool { limit.map { elapsed >= $0 } ?? false }
  /// Whether it is time to double the factors, which takes longer than what came before.
  var isLate: Bool { limit.map { elapsed >= $0 * 0.6 } ?? false }

  private var elapsed: Duration { spent + (ContinuousClock.now - start) }
}
