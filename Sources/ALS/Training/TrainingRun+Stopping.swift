import ALSPlatform

extension TrainingRun {
  /// Runs until `stopping` says so or all iterations are done, and returns the best model that was measured.
  func model(
    stopping: EarlyStopping, computingLoss: Bool, progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    try stopping.validate()
    var best: (model: FactorModel, value: Double)?
    var misses = 0
    for iteration in 1...iterations {
      try advance(through: iteration, computingLoss: computingLoss)
      if iteration % stopping.interval != 0 && iteration != iterations {
        try progress(history[iteration - 1])
        continue
      }
      let candidate = try model()
      let value = try stopping.measure(candidate)
      guard value.isFinite else {
        throw ALSError(.data, "\(stopping.metric) is \(value) after iteration \(iteration). Check the validation data.")
      }
      if best.map({ stopping.isBetter(value, than: $0.value) }) ?? true {
        best = (candidate, value)
        misses = 0
      } else {
        misses += 1
      }
      try progress(recordValidation(value))
      if misses == stopping.patience { break }
    }
    guard let best else { preconditionFailure("the last iteration is always measured") }
    return best.model.validated(by: stopping, value: best.value, history: history)
  }
}

extension FactorModel {
  /// The same model with the history of the whole training.
  fileprivate func validated(by stopping: EarlyStopping, value: Double, history: [IterationRecord]) -> FactorModel {
    FactorModel(
      users: users, items: items, configuration: configuration, history: history,
      validation: ValidationRecord(
        metric: stopping.metric, lowerIsBetter: stopping.lowerIsBetter, bestIteration: configuration.iterations,
        bestValue: value),
      globalMean: globalMean, dataFingerprint: dataFingerprint, tables: tables)
  }
}
