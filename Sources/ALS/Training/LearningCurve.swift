import ALSPlatform

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

extension EarlyStopping {
  /// Whether the model after `iteration` is measured.
  func isDue(after iteration: Int, of most: Int) -> Bool { iteration % interval == 0 || iteration == most }

  /// The value of the model after `iteration`, and whether it is better than all before.
  func measured(
    _ model: FactorModel, after iteration: Int, history: [IterationRecord]
  ) throws -> (value: Double, isBest: Bool) {
    let value = try measure(model)
    guard value.isFinite else {
      throw ALSError(.data, "\(metric) is \(value) after iteration \(iteration). Check the validation data.")
    }
    return (value, LearningCurve(history, self).best.map { isBetter(value, than: $0.value) } ?? true)
  }

  /// Whether the training with that history is over.
  func isOver(after history: [IterationRecord], of most: Int) -> Bool {
    history.count >= most || LearningCurve(history, self).misses >= patience
  }

  /// What was found; `nil` when nothing has been measured.
  func record(of history: [IterationRecord]) -> ValidationRecord? {
    let curve = LearningCurve(history, self)
    return curve.best.map {
      ValidationRecord(metric: metric, lowerIsBetter: lowerIsBetter, curve: curve.points, best: $0)
    }
  }
}
