import ALSPlatform

extension TrainingRun {
  /// Runs until `stopping` says so or all iterations are done, and returns the best model that was measured.
  func model(
    stopping: EarlyStopping, computingLoss: Bool, progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    try stopping.validate()
    var best: (model: FactorModel, iteration: Int, value: Double)?
    var misses = 0
    for iteration in 1...mostIterations {
      try advance(through: iteration, computingLoss: computingLoss)
      if iteration % stopping.interval != 0 && iteration != mostIterations {
        try progress(history[iteration - 1])
        continue
      }
      let candidate = try model()
      let value = try stopping.measure(candidate)
      guard value.isFinite else {
        throw ALSError(.data, "\(stopping.metric) is \(value) after iteration \(iteration). Check the validation data.")
      }
      if best.map({ stopping.isBetter(value, than: $0.value) }) ?? true {
        best = (candidate, iteration, value)
        misses = 0
      } else {
        misses += 1
      }
      try progress(recordValidation(value))
      if misses == stopping.patience { break }
    }
    guard let best else { preconditionFailure("the last iteration is always measured") }
    let curve = history.compactMap { record in
      record.validation.map { ValidationRecord.Point(iteration: record.iteration, value: $0) }
    }
    return best.model.validated(
      ValidationRecord(
        metric: stopping.metric, lowerIsBetter: stopping.lowerIsBetter, curve: curve,
        best: .init(iteration: best.iteration, value: best.value)),
      history: history)
  }
}
