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
  private var probe: ScoreProbe?
  package private(set) var history: [IterationRecord] = []

  private var configuration: ModelConfiguration { problem.configuration }

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
    if configuration.iterations == nil, !isAtEnd {
      probe = try newProbe()
      _ = try scoreChange()
    }
    try withSingleThreadedBLAS {
      while !isAtEnd {
        var record = try iterate(history.count + 1, computingLoss: computingLoss)
        record.scoreChange = try scoreChange()
        history.append(record)
        if let checkpointing, record.iteration % checkpointing.interval == 0 || isAtEnd { try save(checkpointing.path) }
        if !isAtEnd { try progress(record) }
      }
      guard let last = history.popLast() else { preconditionFailure("a training without iterations") }
      history.append(try finish(last, computingLoss: computingLoss))
      try progress(history[history.count - 1])
    }
  }

  private var isAtEnd: Bool { ScoreProbe.isAtEnd(after: history, iterations: configuration.iterations) }

  /// A sample of the entries of all ranks, of which this one has its own.
  private func newProbe() throws -> ScoreProbe {
    let matrix =
      switch state {
      case .float(let trainer): trainer.byUser
      case .double(let trainer): trainer.byUser
      }
    let counts = try communicator.gathered(matrix.entryCount)
    return ScoreProbe(
      of: matrix, offset: counts[..<communicator.rank].reduce(0, +), entryCount: counts.reduce(0, +),
      hasBiases: problem.objective.hasBiases)
  }

  /// How much the scores changed since the last call; `nil` where nobody asks.
  private func scoreChange() throws -> Double? {
    let own =
      switch state {
      case .float(let trainer): probe?.change(users: trainer.users, items: trainer.items)
      case .double(let trainer): probe?.change(users: trainer.users, items: trainer.items)
      }
    guard let own else { return nil }
    let sums = try communicator.sum([own.moved, own.total])
    return ScoreProbe.relative((sums[0], sums[1]))
  }

  /// Writes the model, which the first rank does; the file is that of `FactorModel.write`.
  package func writeModel(to path: String) throws {
    var configuration = self.configuration
    configuration.iterations = history.count
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
