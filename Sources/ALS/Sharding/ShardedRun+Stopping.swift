import ALSDense
import ALSPlatform
import ALSSparse

extension ShardedRun {
  /// Measures the model after the last iteration if it is one that is measured, and keeps this rank's rows if it is the
  /// best.
  func measure(_ stopping: EarlyStopping) throws {
    let iteration = history.count
    guard stopping.isDue(after: iteration, of: mostIterations) else { return }
    func measured(_ tables: FactorModel.Tables) throws -> (value: Double, isBest: Bool) {
      var configuration = problem.configuration
      configuration.iterations = iteration
      let model = FactorModel(
        users: positions.users, items: positions.items, configuration: configuration, history: history,
        globalMean: problem.globalMean, dataFingerprint: fingerprint, itemCounts: nil, tables: tables)
      return try stopping.measured(model, after: iteration, history: history)
    }
    let found: (value: Double, isBest: Bool)
    switch state {
    case .float(let trainer):
      let copy = try trainer.finishedCopy()
      found = try measured(.float(try copy.tables()))
      if found.isBest { best = .float(copy.factors) }
    case .double(let trainer):
      let copy = try trainer.finishedCopy()
      found = try measured(.double(try copy.tables()))
      if found.isBest { best = .double(copy.factors) }
    }
    history[iteration - 1].validation = found.value
  }
}
