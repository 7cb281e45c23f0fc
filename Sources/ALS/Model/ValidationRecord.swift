/// What held-out data said about a training.
public struct ValidationRecord: Hashable, Codable, Sendable {
  /// A measurement.
  public struct Point: Hashable, Codable, Sendable {
    /// After which iteration, counted from 1.
    public let iteration: Int
    /// The value of the metric.
    public let value: Double
    /// Its standard error, as far as that depends on who the users are, if the measure knew it.
    public let standardError: Double?

    package init(iteration: Int, value: Double, standardError: Double? = nil) {
      self.iteration = iteration
      self.value = value
      self.standardError = standardError
    }
  }

  /// What was measured.
  public let metric: String
  /// Whether a smaller value is better.
  public let lowerIsBetter: Bool
  /// All measurements, in the order of their iterations.
  public let curve: [Point]
  /// The first one with the best value; the model's factors are those after its iteration.
  public let best: Point
  /// Whether the model was trained anew for as many iterations on everything, held-out data included.
  ///
  /// The measurements are then those of the model that was trained without.
  public let isRefitted: Bool

  package init(metric: String, lowerIsBetter: Bool, curve: [Point], best: Point, isRefitted: Bool = false) {
    self.metric = metric
    self.lowerIsBetter = lowerIsBetter
    self.curve = curve
    self.best = best
    self.isRefitted = isRefitted
  }

  /// The same of a model that was trained anew on everything.
  package var refitted: ValidationRecord {
    ValidationRecord(metric: metric, lowerIsBetter: lowerIsBetter, curve: curve, best: best, isRefitted: true)
  }
}

extension FactorModel {
  /// The same model, as one trained on everything after `validation` had found the number of iterations.
  package func refitted(after validation: ValidationRecord?) -> FactorModel {
    validated(validation?.refitted, history: history)
  }

  /// The same model with another history.
  func validated(_ validation: ValidationRecord?, history: [IterationRecord]) -> FactorModel {
    var model = self
    (model.validation, model.history) = (validation, history)
    return model
  }
}
