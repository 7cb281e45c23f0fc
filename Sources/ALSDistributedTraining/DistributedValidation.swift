public import ALSEvaluation
public import ALSSparse

/// What a training over several processes is measured on while it runs, and when that ends it.
public struct DistributedValidation: Sendable {
  /// Where the held-out pairs come from.
  public enum Pairs: Sendable {
    /// Every pair of the input with this probability: those that `ValidationSet` holds out with the same seed.
    case fraction(Double, seed: UInt64)
    /// Pairs with identifiers of the data, from elsewhere; asked for in the first rank only.
    case other(@Sendable () throws -> Interactions)
  }

  /// Where the held-out pairs come from.
  public var pairs: Pairs
  /// What is measured.
  public var metric: ValidationMetric
  /// The training ends after this many measurements in a row without an improvement; at least 1.
  public var patience: Int
  /// How many iterations lie between measurements; at least 1.
  public var interval: Int
  /// What a measurement must be better by to be an improvement; see `EarlyStopping.minimumImprovement`.
  public var minimumImprovement: Double?

  /// A rule; see `EarlyStopping`.
  ///
  /// - Parameters:
  ///   - pairs: What is held out.
  ///   - metric: What is measured.
  ///   - patience: How many measurements in a row may be no improvement, ≥ 1.
  ///   - interval: How many iterations lie between measurements, ≥ 1.
  ///   - minimumImprovement: What a measurement must be better by to be an improvement, ≥ 0.
  public init(
    on pairs: Pairs, metric: ValidationMetric, patience: Int = 3, interval: Int = 1, minimumImprovement: Double? = nil
  ) {
    self.pairs = pairs
    self.metric = metric
    self.patience = patience
    self.interval = interval
    self.minimumImprovement = minimumImprovement
  }
}
