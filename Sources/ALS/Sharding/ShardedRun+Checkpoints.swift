import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ShardedRun {
  /// Removes a checkpoint and its parts.
  package func removeCheckpoint(_ path: String) throws {
    guard communicator.rank == 0 else { return }
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: linkTarget(of: path)) }
    try ShardedCheckpoint.removeParts(of: path, but: nil)
  }

  /// Saves the state between two iterations: every rank its part, and the first one the manifest.
  func save(_ path: String, _ stopping: EarlyStopping?) throws {
    let name = ShardedCheckpoint.partName(
      of: path, iteration: history.count, rank: communicator.rank, count: communicator.count)
    let partPath = ShardedCheckpoint.partPath(name, of: path)
    let items: Range<Int>
    switch state {
    case .float(let trainer):
      items = trainer.exchange.owned
      try trainer.savePart(to: partPath, best: floatBest)
    case .double(let trainer):
      items = trainer.exchange.owned
      try trainer.savePart(to: partPath, best: doubleBest)
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
        SavedTraining(configuration: problem.configuration, dataFingerprint: fingerprint, history: history),
        stopping: stopping.map(Checkpoint.Rule.init), parts: parts)
      try checkpoint.write(to: path)
      try ShardedCheckpoint.removeParts(of: path, but: checkpoint)
    }
    try communicator.synchronize()
  }

  /// Goes on from a saved state, if it is there; the first rank says whether it is.
  func resume(_ checkpointing: Checkpointing, _ stopping: EarlyStopping?) throws {
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
    try checkpoint.training.requireMatch(problem.configuration, dataFingerprint: fingerprint, at: path)
    try Checkpoint.Rule.requireSame(checkpoint.stopping, stopping.map(Checkpoint.Rule.init), at: path)
    try checkpoint.requireWhole(users: problem.shard.userCount, items: problem.shard.itemCount, at: path)
    history = checkpoint.training.history
    let hasBest = stopping.map { LearningCurve(history, $0).best != nil } ?? false
    switch state {
    case .float(let trainer): best = try trainer.restore(checkpoint, path: path, hasBest: hasBest).map(Factors.float)
    case .double(let trainer): best = try trainer.restore(checkpoint, path: path, hasBest: hasBest).map(Factors.double)
    }
  }

  private var floatBest: ShardedFactors<Float>? { if case .float(let best) = best { best } else { nil } }
  private var doubleBest: ShardedFactors<Double>? { if case .double(let best) = best { best } else { nil } }
}
