import ALSDense
package import ALSPlatform
package import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training over ranks, in which all call the same functions.
package final class DistributedRun {
  /// The same as on one machine; what early stopping measures is a rank's part of the model, with its users and all items,
  /// called by their positions, and the measure must be the same number in all ranks.
  package let run: TrainingRun
  private let communicator: any Communicator
  private let identifiers: () throws -> (users: Identifiers, items: Identifiers)

  /// A training at its random start; `identifiers` are asked for in the first rank only, and `threads` are this rank's.
  ///
  /// - Throws: `ALSError` when there is nothing to learn from, or a parameter is out of its range.
  package init(
    _ configuration: ModelConfiguration, on shard: UserShard,
    identifiers: @escaping () throws -> (users: Identifiers, items: Identifiers), over communicator: any Communicator,
    layout: DistributedLayout = DistributedLayout(), threads: Int?
  ) throws {
    let threads = try EngineThreads.count(threads)
    (self.communicator, self.identifiers) = (communicator, identifiers)
    let problem = try DistributedProblem(configuration, on: shard, communicator)
    let fingerprint = try shard.fingerprint(communicator, identifiers: identifiers)
    func placement<Element>(_ type: Element.Type) throws -> DistributedTrainer<Element> {
      try DistributedTrainer(problem, communicator, fingerprint: fingerprint, layout: layout, threads: threads)
    }
    let placement: any RankPlacement = try configuration.precision.open(
      placement(Float.self), placement(Double.self))
    run = TrainingRun(problem.configuration, on: placement, threads: threads)
  }

  /// That of the data of all ranks.
  package var fingerprint: String { run.placement.fingerprint }

  /// Writes the trained model in the first rank, as `FactorModel.write` does.
  ///
  /// With it goes what was found on held-out data, and perhaps what users have, of which every rank gives its own. Tests
  /// choose small blocks.
  ///
  /// - Throws: `ALSError` in every rank when a factor is not finite or too large for scores, in the first one when the
  ///   file cannot be written; an older file of that name is then untouched.
  package func writeModel(
    to path: String, validation: ValidationRecord?, remembering seen: CSRMatrix<Float>? = nil,
    blockBytes: Int = 4 << 20
  ) throws {
    guard let placement = run.chosen as? any RankPlacement else { preconditionFailure("a training on one machine") }
    try placement.write(
      DistributedModel(
        configuration: run.configuration, history: run.history, dataFingerprint: fingerprint, validation: validation,
        seen: seen.map(run.configuration.definition.observed), identifiers: identifiers),
      blockBytes: blockBytes, to: path)
    // Nobody takes the model for written before it is.
    try communicator.synchronize()
  }

  /// Removes a checkpoint and its parts.
  package func removeCheckpoint(_ path: String) throws {
    guard communicator.rank == 0 else { return }
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: linkTarget(of: path)) }
    try DistributedCheckpoint.removeParts(of: path, but: nil)
  }

  /// Throws when a rank cannot hold so many items for a measurement.
  package static func requireRoom(forItems count: Int, bytes: Int, in limits: [AvailableMemory]) throws {
    guard let least = limits.min(by: { $0.bytes < $1.bytes }), least.bytes < bytes else { return }
    throw ALSError(
      .configuration,
      "a measurement on held-out pairs needs all \(count) items in every rank, \(bytes >> 20) MiB, but only "
        + "\(least.bytes >> 20) MiB \(least.reason). Train without validation, for a number of iterations or until the "
        + "scores settle, or on machines with more memory.")
  }
}

/// A placement over ranks.
protocol RankPlacement: Placement {
  /// Writes a model with the factors as they stand, in the first rank.
  func write(_ model: DistributedModel, blockBytes: Int, to path: String) throws
}

/// What a model is besides its factors.
struct DistributedModel {
  let configuration: ModelConfiguration
  let history: [IterationRecord]
  let dataFingerprint: String
  let validation: ValidationRecord?
  /// What this rank's users have, if the model is to remember it.
  let seen: CSRMatrix<Float>?
  /// Asked for in the first rank only.
  let identifiers: () throws -> (users: Identifiers, items: Identifiers)
}
