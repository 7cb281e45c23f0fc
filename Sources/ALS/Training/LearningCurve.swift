/// What was measured so far, and how long it has got no better; it follows from the measurements.
package struct LearningCurve {
  package private(set) var points: [ValidationRecord.Point] = []
  /// The first with the best value.
  package private(set) var best: ValidationRecord.Point?
  /// How many measurements there were since the last improvement.
  package private(set) var misses = 0
  private var improvement: ValidationRecord.Point?
  private let lowerIsBetter: Bool
  private let minimumImprovement: Double?

  /// A curve without points; see ``EarlyStopping/minimumImprovement``.
  package init(lowerIsBetter: Bool, minimumImprovement: Double?) {
    (self.lowerIsBetter, self.minimumImprovement) = (lowerIsBetter, minimumImprovement)
  }

  init(_ history: [IterationRecord], _ stopping: EarlyStopping) {
    self.init(lowerIsBetter: stopping.lowerIsBetter, minimumImprovement: stopping.minimumImprovement)
    for record in history {
      guard let value = record.validation else { continue }
      append(.init(iteration: record.iteration, value: value, standardError: record.validationError))
    }
  }

  /// Appends the next measurement; whether it is the best so far.
  @discardableResult
  package mutating func append(_ point: ValidationRecord.Point) -> Bool {
    points.append(point)
    let least = minimumImprovement ?? EarlyStopping.standardErrorShare * (point.standardError ?? 0)
    if improvement.map({ gain(of: point, over: $0) > least }) ?? true {
      (improvement, misses) = (point, 0)
    } else {
      misses += 1
    }
    let isBest = best.map { gain(of: point, over: $0) > 0 } ?? true
    if isBest { best = point }
    return isBest
  }

  private func gain(of point: ValidationRecord.Point, over other: ValidationRecord.Point) -> Double {
    lowerIsBetter ? other.value - point.value : point.value - other.value
  }
}

extension EarlyStopping {
  /// Whether the model after `iteration` is measured.
  func isDue(after iteration: Int, of most: Int) -> Bool { iteration % interval == 0 || iteration == most }

  /// What is measured of the model after `iteration`, and whether it is better than all before.
  func measured(
    _ model: FactorModel, after iteration: Int, history: [IterationRecord]
  ) throws -> (measurement: Measurement, isBest: Bool) {
    let measurement = try measure(model)
    guard measurement.value.isFinite else {
      throw ALSError(
        .data, "\(metric) is \(measurement.value) after iteration \(iteration). Check the validation data.")
    }
    var curve = LearningCurve(history, self)
    return (measurement, curve.append(.init(iteration: iteration, value: measurement.value)))
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

extension IterationRecord {
  /// Marks the iteration as measured.
  mutating func record(_ measurement: EarlyStopping.Measurement) {
    (validation, validationError) = (measurement.value, measurement.standardError)
  }
}
