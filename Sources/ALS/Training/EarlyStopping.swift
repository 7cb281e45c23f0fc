/// When to end a training before its last iteration: once a measure on held-out data stops getting better.
///
/// After an iteration, the model that a training of just so many iterations would have given is measured: its users are
/// solved exactly, in a copy, and the training goes on as if nobody had looked. The best model is kept and returned, and
/// it has the same bits as one trained for that number of iterations. `ALSEvaluation` makes the usual ones from a metric
/// and held-out interactions. Source: Prechelt, *Early stopping – but when?*, Neural Networks: Tricks of the Trade, 1998.
public struct EarlyStopping: Sendable {
  /// What is measured, as logs and model files call it.
  public var metric: String
  /// Whether a smaller value is better, as of an error.
  public var lowerIsBetter: Bool
  /// The training ends after this many measurements in a row that are no better than the best before; at least 1.
  public var patience: Int
  /// How many iterations lie between measurements; at least 1.
  ///
  /// The last iteration is always measured.
  public var interval: Int
  /// The measure of a model; finite.
  public var measure: @Sendable (_ model: FactorModel) throws -> Double

  /// A rule.
  ///
  /// - Parameters:
  ///   - metric: What is measured, for logs and model files.
  ///   - lowerIsBetter: Whether a smaller value is better.
  ///   - patience: How many measurements in a row may be no better than the best, ≥ 1.
  ///   - interval: How many iterations lie between measurements, ≥ 1.
  ///   - measure: Measures a model on data that it was not trained on; what it throws ends the training.
  /// - Note: Takes the memory of two more models, and per measurement an exact solve of the users.
  public init(
    metric: String, lowerIsBetter: Bool = false, patience: Int = 3, interval: Int = 1,
    measure: @escaping @Sendable (_ model: FactorModel) throws -> Double
  ) {
    self.metric = metric
    self.lowerIsBetter = lowerIsBetter
    self.patience = patience
    self.interval = interval
    self.measure = measure
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    for (name, value) in [("patience", patience), ("interval", interval)] where value < 1 {
      throw ALSError(.configuration, "\(name) is \(value), but it must be 1 or more.")
    }
  }

  /// Whether `value` is better than `other`.
  package func isBetter(_ value: Double, than other: Double) -> Bool { lowerIsBetter ? value < other : value > other }
}
