import ALSDense
import ALSPlatform
import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension DistributedTrainer: RankPlacement {
  func copy() -> any Placement { DistributedTrainer(copying: self) }
  func kept() -> any Placement { DistributedTrainer(self, keeping: factors) }
  var keepsCopies: Bool { false }

  func agreed(_ isDue: Bool) throws -> Bool { try communicator.broadcasted([isDue ? UInt8(1) : 0])[0] == 1 }

  func name(of failure: UnsolvableEntity) -> String {
    let shard = problem.shard
    return failure.side == .users
      ? "user \(shard.nameOfUser(shard.users.lowerBound + failure.index))"
      : "item \(shard.nameOfItem(exchange.owned.lowerBound + failure.index))"
  }

  func scoreChange() throws -> Double {
    var probe = try probe ?? newProbe()
    defer { self.probe = probe }
    let own = probe.change(Sides(users: users, items: items))
    let sums = try communicator.sum([own.moved, own.total])
    return ScoreProbe.relative((sums[0], sums[1]))
  }

  /// A sample of the entries of all ranks, of which this one has its own.
  private func newProbe() throws -> ScoreProbe {
    let counts = try communicator.gathered(byUser.entryCount)
    return ScoreProbe(
      of: byUser, offset: counts[..<communicator.rank].reduce(0, +), entryCount: counts.reduce(0, +),
      hasBiases: objective.hasBiases)
  }

  func requireRoomToMeasure() throws {
    let (count, numberBytes) = (problem.shard.itemCount, problem.configuration.precision.byteCount)
    // All items once as they are and once in the order of their norms.
    try DistributedRun.requireRoom(
      forItems: count, bytes: 2 * count * problem.width * numberBytes, in: AvailableMemory.limits())
  }

  func model(_ configuration: ModelConfiguration, history: [IterationRecord]) throws -> FactorModel {
    FactorModel(
      users: Identifiers(positions: problem.shard.users.count), items: Identifiers(positions: problem.shard.itemCount),
      configuration: configuration, history: history, globalMean: problem.globalMean, dataFingerprint: fingerprint,
      itemCounts: nil, userTotals: nil, tables: .of(try tables()))
  }

  func save(_ state: SavedTraining, _ rule: Checkpoint.Rule?, best: (any Placement)?, to path: String) throws {
    let iteration = state.history.count
    func name(_ rank: Int) -> String {
      DistributedCheckpoint.partName(of: path, iteration: iteration, rank: rank, count: communicator.count)
    }
    try savePart(
      to: DistributedCheckpoint.partPath(name(communicator.rank), of: path),
      best: (best as? DistributedTrainer)?.factors)
    // All parts are safe once all ranks have come here.
    let users = try communicator.gathered(problem.shard.users)
    let owned = try communicator.gathered(exchange.owned)
    if communicator.rank == 0 {
      let parts = zip(users, owned).enumerated().map { rank, ranges in
        DistributedCheckpoint.Part(file: name(rank), users: ranges.0, items: ranges.1)
      }
      let checkpoint = DistributedCheckpoint(state, stopping: rule, parts: parts)
      try checkpoint.write(to: path)
      try DistributedCheckpoint.removeParts(of: path, but: checkpoint)
    }
    try communicator.synchronize()
  }

  /// The first rank says whether it is there.
  func saved(at path: String) throws -> (any SavedState)? {
    var manifest: [UInt8] = []
    if communicator.rank == 0, FileManager.default.fileExists(atPath: path) {
      let file = try MappedFile(path: path)
      manifest = withExtendedLifetime(file) { Array(file.bytes) }
    }
    manifest = try communicator.broadcasted(bytes: manifest)
    return manifest.isEmpty
      ? nil : DistributedState(path: path, checkpoint: try DistributedCheckpoint(path: path, bytes: manifest))
  }

  func restore(_ state: any SavedState, hasBest: Bool) throws -> (any Placement)? {
    guard let state = state as? DistributedState else { preconditionFailure("a state from elsewhere") }
    try state.checkpoint.requireWhole(
      users: problem.shard.userCount, items: problem.shard.itemCount, at: state.path)
    return try restore(state.checkpoint, path: state.path, hasBest: hasBest)
  }

  func write(_ model: DistributedModel, blockBytes: Int, to path: String) throws {
    try DistributedModelFile(communicator: communicator, trainer: self, model: model, blockBytes: blockBytes).write(
      to: path)
  }
}

/// The checkpoint at a path.
private struct DistributedState: SavedState {
  let path: String
  let checkpoint: DistributedCheckpoint
  var training: SavedTraining { checkpoint.training }
  var stopping: Checkpoint.Rule? { checkpoint.stopping }
}
