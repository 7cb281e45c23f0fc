import ALSPlatform

extension TrainingRun {
  /// Measures the model after the last iteration if it is one that is measured, and keeps it if it is the best.
  func measure(_ stopping: EarlyStopping) throws {
    let iteration = history.count
    guard iteration % stopping.interval == 0 || iteration == mostIterations else { return }
    let candidate = try model()
    let value = try stopping.measure(candidate)
    guard value.isFinite else {
      throw ALSError(.data, "\(stopping.metric) is \(value) after iteration \(iteration). Check the validation data.")
    }
    if LearningCurve(history, stopping).best.map({ stopping.isBetter(value, than: $0.value) }) ?? true {
      best = candidate
    }
    recordValidation(value)
  }

  /// The best model, with what was measured.
  func bestModel(_ stopping: EarlyStopping) -> FactorModel {
    let curve = LearningCurve(history, stopping)
    guard let best, let point = curve.best else { preconditionFailure("the last iteration is always measured") }
    return best.validated(
      ValidationRecord(
        metric: stopping.metric, lowerIsBetter: stopping.lowerIsBetter, curve: curve.points, best: point),
      history: history)
  }
}

/// What was measured so far; it follows from the history.
struct LearningCurve {
  private(set) var points: [ValidationRecord.Point] = []
  /// The first with the best value.
  private(set) var best: ValidationRecord.Point?
  /// How many measurements after it were no better.
  private(set) var misses = 0

  init(_ history: [IterationRecord], _ stopping: EarlyStopping) {
    for record in history {
      guard let value = record.validation else { continue }
      let point = ValidationRecord.Point(iteration: record.iteration, value: value)
      points.append(point)
      if best.map({ stopping.isBetter(value, than: $0.value) }) ?? true {
        (best, misses) = (point, 0)
      } else {
        misses += 1
      }
    }
  }
}
