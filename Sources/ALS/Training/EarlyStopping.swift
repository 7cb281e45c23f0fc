/// When to end a training before its last iteration: once a measure on held-out data stops getting better.
///
/// After an iteration, the model that a training of just so many iterations would have given is measured: its users are
/// solved exactly, in a copy, and the training goes on as if nobody had looked. The best model is kept and returned, and
/// it has the same bits as one trained for that number of iterations. `ALSEvaluation` makes the usual ones from a metric
/// and held-out interactions. Source: Prechelt, *Early stopping – but when?*, Neural Networks: Tricks of the Trade, 1998.
public struct EarlyStopping: Sendable {
  /// What a measure says of a model.
  public struct Measurement: Hashable, Sendable {
    /// The value of the metric; finite.
    public var value: Double
    /// How far the value is likely to be from that for all users there might be, if the measure knows; 0 or more.
    public var standardError: Double?

    /// A value, and its standard error if it is known.
    public init(_ value: Double, standardError: Double? = nil) {
      self.value = value
      self.standardError = standardError
    }
  }

  /// The share of its standard error that a value must be better by, unless ``minimumImprovement`` says otherwise.
  ///
  /// What is measured is V + ε, with a standard error σ for who the users happened to be. Who gives up 0.1·σ is off by
  /// √(σ² + (0.1·σ)²) ≈ 1.005·σ in place of σ: no user of the model can tell, and it would take a hundred times the
  /// held-out users to measure it. The standard error of the difference between two iterations would be no measure: the
  /// models grow alike, so that it shrinks with the difference, and a training that gains next to nothing never ends.
  /// A whole σ, the rule of Breiman et al., *Classification and Regression Trees*, 1984, gives up what can be seen.
  public static var standardErrorShare: Double { 0.1 }

  /// What is measured, as logs and model files call it.
  public var metric: String
  /// Whether a smaller value is better, as of an error.
  public var lowerIsBetter: Bool
  /// The training ends after this many measurements in a row without an improvement; at least 1.
  public var patience: Int
  /// What a measurement must be better by than the last one that was an improvement, to be one itself; 0 or more.
  ///
  /// Small gains add up: each is compared with the same one until they are enough together. ``standardErrorShare`` of the
  /// standard error when `nil`; of a measure that does not know it, whatever is better.
  /// The model that is returned is the best of all that were measured, by however little.
  public var minimumImprovement: Double?
  /// How many iterations lie between measurements; at least 1.
  ///
  /// The last iteration is always measured.
  public var interval: Int
  /// The measure of a model.
  public var measure: @Sendable (_ model: FactorModel) throws -> Measurement

  /// A rule.
  ///
  /// - Parameters:
  ///   - metric: What is measured, for logs and model files.
  ///   - lowerIsBetter: Whether a smaller value is better.
  ///   - patience: How many measurements in a row may be no improvement, ≥ 1.
  ///   - interval: How many iterations lie between measurements, ≥ 1.
  ///   - minimumImprovement: What a measurement must be better by to be an improvement; see ``minimumImprovement``.
  ///   - measure: Measures a model on data that it was not trained on; what it throws ends the training.
  /// - Note: Takes the memory of two more models, and per measurement an exact solve of the users.
  public init(
    metric: String, lowerIsBetter: Bool = false, patience: Int = 3, interval: Int = 1,
    minimumImprovement: Double? = nil, measure: @escaping @Sendable (_ model: FactorModel) throws -> Double
  ) {
    self.init(
      measuring: metric, lowerIsBetter: lowerIsBetter, patience: patience, interval: interval,
      minimumImprovement: minimumImprovement
    ) { Measurement(try measure($0)) }
  }

  /// The same with a measure that knows how uncertain its values are.
  public init(
    measuring metric: String, lowerIsBetter: Bool = false, patience: Int = 3, interval: Int = 1,
    minimumImprovement: Double? = nil, by measure: @escaping @Sendable (_ model: FactorModel) throws -> Measurement
  ) {
    self.metric = metric
    self.lowerIsBetter = lowerIsBetter
    self.patience = patience
    self.interval = interval
    self.minimumImprovement = minimumImprovement
    self.measure = measure
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    for (name, value) in [("patience", patience), ("interval", interval)] where value < 1 {
      throw ALSError(.configuration, "\(name) is \(value), but it must be 1 or more.")
    }
    if let minimumImprovement, !(minimumImprovement >= 0 && minimumImprovement.isFinite) {
      throw ALSError(
        .configuration, "minimumImprovement is \(minimumImprovement), but it must be 0 or more.")
    }
  }
}
