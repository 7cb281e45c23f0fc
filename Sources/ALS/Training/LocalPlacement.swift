import ALSDense
import ALSPlatform
import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training whose factors all lie on this machine.
final class LocalPlacement<Element: Scalar & SafetensorsElement>: Placement {
  private let training: Training
  private let trainer: Trainer<Element>
  private var probe: ScoreProbe?
  private(set) lazy var fingerprint = training.fingerprint

  init(_ training: Training, threads: Int) {
    (self.training, trainer) = (training, training.trainer(Element.self, threads: threads))
  }

  private init(copying other: LocalPlacement) {
    (training, trainer) = (other.training, other.trainer.copy())
    fingerprint = other.fingerprint
  }

  func copy() -> any Placement { LocalPlacement(copying: self) }
  func kept() -> any Placement { self }
  var keepsCopies: Bool { true }
  func requireRoomToMeasure() {}
  func agreed(_ isDue: Bool) -> Bool { isDue }

  func solve(_ side: Side, relaxation: Double, isLast: Bool, hasNorm: Bool) throws -> SolveReport {
    try trainer.solve(side, relaxation: relaxation, isLast: isLast, hasNorm: hasNorm)
  }

  func name(of failure: UnsolvableEntity) -> String {
    "\(failure.side.noun) \(training.interactions.identifiers(of: failure.side)[failure.index])"
  }

  func loss() -> Double { trainer.loss() }

  func scoreChange() -> Double {
    let rows = training.rows.users
    var probe =
      probe ?? ScoreProbe(of: rows, entryCount: rows.entryCount, hasBiases: training.objective.hasBiases)
    defer { self.probe = probe }
    return ScoreProbe.relative(probe.change(trainer.tables))
  }

  func model(_ configuration: ModelConfiguration, history: [IterationRecord]) -> FactorModel {
    let model = FactorModel(
      users: training.interactions.users, items: training.interactions.items, configuration: configuration,
      history: history, globalMean: training.globalMean, dataFingerprint: fingerprint,
      itemCounts: training.itemCounts, userTotals: training.contextCounts.userTotals,
      tables: .of(
        FactorTables(
          trained: trainer.tables, hasBiases: training.objective.hasBiases, roots: trainer.roots,
          areScaled: training.objective.densityScope == .all)))
    return training.features?.completing(model, trainer.features, training.objective) ?? model
  }

  /// As they are here, but that biases may be apart.
  private func tables(hasBiases: Bool) -> FactorTables<Element> {
    FactorTables(trained: trainer.tables, hasBiases: hasBiases)
  }

  func save(_ state: SavedTraining, _ rule: Checkpoint.Rule?, best: (any Placement)?, to path: String) throws {
    let other = best as? LocalPlacement
    try Checkpoint.write(
      tables(hasBiases: false), best: other?.tables(hasBiases: training.objective.hasBiases), state, rule,
      features: trainer.featureTensors() + (other?.trainer.featureTensors("best_") ?? []), to: path)
  }

  func saved(at path: String) throws -> (any SavedState)? {
    FileManager.default.fileExists(atPath: path) ? try Checkpoint(path: path) : nil
  }

  func restore(_ state: any SavedState, hasBest: Bool) throws -> (any Placement)? {
    guard let checkpoint = state as? Checkpoint else { preconditionFailure("a state from elsewhere") }
    try checkpoint.restore(trainer.tables)
    try checkpoint.restore(trainer.featureTensors())
    guard hasBest else { return nil }
    let best = LocalPlacement(copying: self)
    try checkpoint.restoreBest(best.trainer.tables, hasBiases: training.objective.hasBiases)
    try checkpoint.restore(best.trainer.featureTensors("best_"))
    return best
  }
}
