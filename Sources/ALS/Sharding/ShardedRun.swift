import ALSDense
package import ALSPlatform
package import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One rank's part of a training under way over several; every rank calls the same functions.
package final class ShardedRun {
  private enum State {
    case float(ShardedTrainer<Float>)
    case double(ShardedTrainer<Double>)
  }

  private let communicator: any Communicator
  private let problem: ShardedProblem
  private let identifiers: () throws -> (users: Identifiers, items: Identifiers)
  private let fingerprint: String
  private let state: State
  package private(set) var history: [IterationRecord] = []

  /// The configuration with every default resolved.
  package var configuration: ModelConfiguration { problem.configuration }

  /// A training at its random start; `identifiers` are asked for in the first rank only, and `threads` are this rank's.
  ///
  /// - Throws: `ALSError` when there is nothing to learn from, or a parameter is out of its range.
  package init(
    _ configuration: ModelConfiguration, on shard: UserShard,
    identifiers: @escaping () throws -> (users: Identifiers, items: Identifiers), over communicator: any Communicator,
    layout: ShardLayout = ShardLayout(), threads: Int?
  ) throws {
    let threads = min(threads ?? availableProcessors, Training.mostThreads)
    (self.communicator, self.identifiers) = (communicator, identifiers)
    problem = try ShardedProblem(configuration, on: shard, communicator)
    fingerprint = try shard.fingerprint(communicator, identifiers: identifiers)
    let precision =
      switch configuration {
      case .implicit(let configuration): configuration.precision
      case .explicit(let configuration): configuration.precision
      }
    state =
      switch precision {
      case .float: .float(try ShardedTrainer(problem, communicator, layout: layout, threads: threads))
      case .double: .double(try ShardedTrainer(problem, communicator, layout: layout, threads: threads))
      }
  }

  /// Runs what is left, saving the state on the way, and goes on from a saved one if that is wanted.
  package func train(
    checkpointing: Checkpointing? = nil, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    try checkpointing?.validate()
    if let checkpointing { try resume(checkpointing) }
    let iterations = configuration.iterations
    try withSingleThreadedBLAS {
      while history.count < iterations {
        let next = history.count + 1
        history.append(try iterate(next, computingLoss: computingLoss && next < iterations))
        if let checkpointing, next % checkpointing.interval == 0 || next == iterations { try save(checkpointing.path) }
        if next < iterations { try progress(history[next - 1]) }
      }
      history[iterations - 1] = try finish(history[iterations - 1], computingLoss: computingLoss)
    }
    try progress(history[iterations - 1])
  }

  /// Writes the model, which the first rank does; the file is that of `FactorModel.write`.
  package func writeModel(to path: String) throws {
    func write<Element: Scalar & SafetensorsElement>(_ trainer: ShardedTrainer<Element>) throws {
      try ShardedModelFile(
        communicator: communicator, trainer: trainer, configuration: configuration, history: history,
        dataFingerprint: fingerprint
      ).write(to: path, identifiers: identifiers)
    }
    switch state {
    case .float(let trainer): try write(trainer)
    case .double(let trainer): try write(trainer)
    }
    // Nobody takes the model for written before it is.
    try communicator.synchronize()
  }

  /// Removes a checkpoint and its parts.
  package func removeCheckpoint(_ path: String) throws {
    guard communicator.rank == 0 else { return }
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    try ShardedCheckpoint.removeParts(of: path, but: nil)
  }

  private func iterate(_ iteration: Int, computingLoss: Bool) throws -> IterationRecord {
    switch state {
    case .float(let trainer): try trainer.iterate(iteration, computingLoss: computingLoss)
    case .double(let trainer): try trainer.iterate(iteration, computingLoss: computingLoss)
    }
  }

  private func finish(_ last: IterationRecord, computingLoss: Bool) throws -> IterationRecord {
    switch state {
    case .float(let trainer): try trainer.finish(last, computingLoss: computingLoss)
    case .double(let trainer): try trainer.finish(last, computingLoss: computingLoss)
    }
  }
}

// MARK: Checkpoints

extension ShardedRun {
  private func save(_ path: String) throws {
    let name = ShardedCheckpoint.partName(
      of: path, iteration: history.count, rank: communicator.rank, count: communicator.count)
    let partPath = ShardedCheckpoint.partPath(name, of: path)
    let items: Range<Int>
    switch state {
    case .float(let trainer):
      items = trainer.exchange.owned
      try trainer.savePart(to: partPath)
    case .double(let trainer):
      items = trainer.exchange.owned
      try trainer.savePart(to: partPath)
    }
    // All parts are safe once all ranks have come here.
    let users = try communicator.gathered(problem.shard.users)
    let owned = try communicator.gathered(items)
    if communicator.rank == 0 {
      let parts = zip(users, owned).enumerated().map { rank, ranges in
        ShardedCheckpoint.Part(
          file: ShardedCheckpoint.partName(
            of: path, iteration: history.count, rank: rank, count: communicator.count),
          users: ranges.0, items: ranges.1)
      }
      let checkpoint = ShardedCheckpoint(
        SavedTraining(configuration: configuration, dataFingerprint: fingerprint, history: history), parts: parts)
      try checkpoint.write(to: path)
      try ShardedCheckpoint.removeParts(of: path, but: checkpoint)
    }
    try communicator.synchronize()
  }

  /// Goes on from a saved state, if it is there; the first rank says whether it is.
  private func resume(_ checkpointing: Checkpointing) throws {
    let path = checkpointing.path
    var manifest: [UInt8] = []
    if communicator.rank == 0, FileManager.default.fileExists(atPath: path) {
      let file = try MappedFile(path: path)
      manifest = withExtendedLifetime(file) { Array(file.bytes) }
    }
    manifest = try communicator.broadcasted(bytes: manifest)
    if manifest.isEmpty { return }
    let checkpoint = try ShardedCheckpoint(path: path, bytes: manifest)
    guard checkpointing.resumes else {
      throw ALSError(
        .configuration,
        "\(path): holds a training that has come to iteration \(checkpoint.training.history.count). Resume it, or "
          + "remove the file to start again.")
    }
    try checkpoint.training.requireMatch(configuration, dataFingerprint: fingerprint, at: path)
    switch state {
    case .float(let trainer): try trainer.restore(checkpoint, path: path)
    case .double(let trainer): try trainer.restore(checkpoint, path: path)
    }
    history = checkpoint.training.history
  }
}
