public import ALS
public import ALSFiles
public import ALSPlatform

/// A training over several processes, from a file of compiled interactions to a model file.
///
/// Every rank calls the same functions with the same arguments. When one of them throws, the others may wait for it for
/// ever, so end them all.
public struct DistributedTraining {
  /// What the file holds.
  public let summary: CompiledInteractions.Summary
  private let run: ShardedRun

  /// Reads this rank's part of the data.
  ///
  /// - Parameters:
  ///   - configuration: What to train; `Solver.cholesky` is for one machine.
  ///   - input: A file of compiled interactions that all ranks see.
  ///   - duplicates: What should have become of repeated pairs; `nil` takes what was done.
  ///   - communicator: The ranks.
  ///   - threads: Of this rank; all processors when `nil`.
  /// - Throws: `ALSError` that names the file, the user or the item, and the remedy.
  /// - Complexity: O(size of the file / ranks).
  public init(
    _ configuration: ModelConfiguration, on input: String, duplicates: Duplicates? = nil,
    over communicator: any Communicator, threads: Int? = nil
  ) throws {
    let threads = threads ?? availableProcessors
    let file = try CompiledInteractions(contentsOf: input, sharedBy: communicator, threads: threads)
    let shard = try file.shard(rank: communicator.rank, of: communicator.count, duplicates: duplicates)
    summary = file.summary
    run = try ShardedRun(configuration, on: shard, identifiers: file.identifiers, over: communicator, threads: threads)
  }

  /// One record per iteration.
  public var history: [IterationRecord] { run.history }

  /// Trains, and writes the model in the first rank.
  ///
  /// - Parameters:
  ///   - output: The model file.
  ///   - checkpointing: Where the ranks save their parts; its parts are removed when the model has been written.
  ///   - computingLoss: Whether to compute the objective after each iteration.
  ///   - progress: Called in every rank after each iteration.
  /// - Throws: `ALSError` when a file cannot be written or a row cannot be solved, and what communication throws.
  /// - Complexity: Per iteration that of one machine divided by the ranks, and O(items · k · steps) to send.
  public func train(
    to output: String, checkpointing: Checkpointing? = nil, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    try run.train(checkpointing: checkpointing, computingLoss: computingLoss, progress: progress)
    try run.writeModel(to: output)
    if let checkpointing { try run.removeCheckpoint(checkpointing.path) }
  }
}
