public import ALS
package import ALSEvaluation
public import ALSFiles
public import ALSPlatform
package import ALSSparse

/// A training over several processes, from a file of compiled interactions to a model file.
///
/// Every rank calls the same functions with the same arguments. When one of them throws, the others may wait for it for
/// ever, so end them all.
public final class DistributedTraining {
  /// What the file holds.
  public let summary: CompiledInteractions.Summary
  /// What early stopping found, when there was any.
  public private(set) var validation: ValidationRecord?
  /// How many pairs are held out of all ranks, and how many are trained on.
  package let heldOut: (metric: ValidationMetric, heldOut: Int, training: Int)?
  /// What this rank has, held-out pairs included.
  package let everything: UserShard
  package let communicator: any Communicator
  private let newRun: (ModelConfiguration, UserShard) throws -> DistributedRun
  private var configuration: ModelConfiguration
  private var stopping: EarlyStopping?
  /// `nil` while one training makes room for the next.
  private var run: DistributedRun?

  /// Reads this rank's part of the data.
  ///
  /// - Parameters:
  ///   - configuration: What to train.
  ///   - input: A file of compiled interactions that all ranks see.
  ///   - duplicates: What should have become of repeated pairs; `nil` takes what was done.
  ///   - validation: What ends the training before its last iteration.
  ///   - communicator: The ranks.
  ///   - threads: Of this rank; all processors when `nil`.
  /// - Throws: `ALSError` that names the file, the user or the item, and the remedy.
  /// - Complexity: O(size of the file / ranks).
  public init(
    _ configuration: ModelConfiguration, on input: String, duplicates: Duplicates? = nil,
    validation: DistributedValidation? = nil, over communicator: any Communicator, threads: Int? = nil
  ) throws {
    let threads = try threadCount(threads)
    let file = try CompiledInteractions(contentsOf: input, sharedBy: communicator, threads: threads)
    let shard = try file.shard(of: communicator, duplicates: duplicates)
    let part = try validation.map { validation in
      switch validation.pairs {
      case .fraction(let fraction, let seed):
        try RankValidation(
          splitting: shard, fraction: fraction, seed: seed, metric: validation.metric, over: communicator,
          threads: threads)
      case .other(let pairs):
        try RankValidation(
          training: shard, heldOut: pairs, identifiers: file.identifiers, metric: validation.metric, over: communicator)
      }
    }
    summary = file.summary
    heldOut = part.map { ($0.metric, $0.heldOutCount, $0.trainingCount) }
    (everything, self.communicator) = (shard, communicator)
    self.configuration = configuration
    if let part, let validation {
      stopping = EarlyStopping(
        on: part, over: communicator, patience: validation.patience, interval: validation.interval,
        minimumImprovement: validation.minimumImprovement, threads: threads)
    }
    newRun = { configuration, shard in
      try DistributedRun(configuration, on: shard, identifiers: file.identifiers, over: communicator, threads: threads)
    }
    run = try newRun(configuration, part?.training ?? shard)
  }

  /// One record per iteration of the last training.
  public var history: [IterationRecord] { current.run.history }

  private var current: DistributedRun {
    guard let run else { preconditionFailure("a training that failed has no model") }
    return run
  }

  /// Trains, until validation says that it is enough.
  ///
  /// - Parameters:
  ///   - checkpointing: Where the ranks save their parts.
  ///   - computingLoss: Whether to compute the objective after each iteration.
  ///   - progress: Called in every rank after each iteration.
  /// - Throws: `ALSError` when a file cannot be written or a row cannot be solved, and what communication throws.
  /// - Complexity: Per iteration that of one machine divided by the ranks; to send, O(items · k · steps) with conjugate
  ///   gradients and O((users + items) · k) with the Cholesky solver. A measurement has each rank rank its users' items,
  ///   for which it holds all items.
  public func train(
    checkpointing: Checkpointing? = nil, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    try current.run.run(
      stopping: stopping, checkpointing: checkpointing, computingLoss: computingLoss, progress: progress)
    validation = current.run.validation
  }

  /// Trains anew on everything, held-out pairs included, for as many iterations as were best.
  ///
  /// Without validation it does nothing. Parameters are those of ``train(checkpointing:computingLoss:progress:)``.
  public func refit(
    checkpointing: Checkpointing? = nil, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    guard let found = validation, !found.isRefitted else { return }
    configuration.iterations = found.best.iteration
    // The first training goes before the second comes.
    (run, stopping) = (nil, nil)
    run = try newRun(configuration, everything)
    try current.run.run(checkpointing: checkpointing, computingLoss: computingLoss, progress: progress)
    validation = found.refitted
  }

  /// Writes the model in the first rank.
  ///
  /// - Parameters:
  ///   - output: The file.
  ///   - rememberingSeen: Whether the model remembers what users have, held-out pairs included; see
  ///     `FactorModel.remembering(_:)`.
  /// - Throws: `ALSError` when the file cannot be written, or a factor is not finite or too large for scores.
  /// - Complexity: O(size of the model), which goes through the first rank.
  public func write(to output: String, rememberingSeen: Bool = false) throws {
    try current.writeModel(
      to: output, validation: validation, remembering: rememberingSeen ? everything.byUser : nil)
  }

  /// Removes a checkpoint and its parts, if they are there.
  public func removeCheckpoint(_ path: String) throws { try current.removeCheckpoint(path) }

  /// What is trained, with every default resolved, and in the end for how many iterations.
  package var trained: ModelConfiguration { current.run.configuration }

  /// That of the data of all ranks.
  package var fingerprint: String { current.fingerprint }
}
