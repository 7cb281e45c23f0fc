extension TrainingRun {
  /// Measures the model after the last iteration if it is one that is measured, and keeps it if it is the best.
  func measure(_ stopping: EarlyStopping) throws {
    let iteration = history.count
    guard stopping.isDue(after: iteration, of: mostIterations) else { return }
    let candidate = try model()
    let (measurement, isBest) = try stopping.measured(candidate, after: iteration, history: history)
    if isBest { best = candidate }
    recordValidation(measurement)
  }

  /// The best model, with what was measured.
  func bestModel(_ stopping: EarlyStopping) -> FactorModel {
    guard let best else { preconditionFailure("the last iteration is always measured") }
    return best.validated(stopping.record(of: history), history: history)
  }
}
