package import ALSSparse

/// Matrix factorisation of explicit ratings by alternating least squares with weighted λ-regularisation (ALS-WR).
public typealias ExplicitALS = ALSConfiguration<ExplicitLoss>

/// The loss of explicit ratings: only rated pairs count.
///
///     Σ_obs (r − μ − b_u − b_i − x·y)²  +  Σ_u λ n_u^ν (‖x_u‖² + b_u²)  +  Σ_i λ n_i^ν (‖y_i‖² + b_i²)
///
/// with the mean rating μ and, unless switched off, biases that are solved exactly together with the factors; without
/// both this is ALS-WR as published. Biases may have a λ of their own. Source:
/// Zhou, Wilkinson, Schreiber and Pan, *Large-scale parallel collaborative filtering for the Netflix Prize*, AAIM 2008.
/// Scores are predicted ratings, not clipped to the scale.
///
///     let model = try ExplicitALS(factors: 32).fit(ratings)
public struct ExplicitLoss: ALSLoss {
  /// Whether users and items have biases.
  public var biases: Bool
  /// Whether ratings are counted from their mean, rather than from 0.
  public var mean: Bool
  /// λ of the biases, multiplied by n^ν as that of the factors is; the factors' when `nil`.
  public var biasRegularization: Double?

  /// A loss.
  ///
  /// - Parameters:
  ///   - biases: Whether users and items have biases.
  ///   - mean: Whether ratings are counted from their mean.
  ///   - biasRegularization: λ ≥ 0 of the biases; the factors' when `nil`.
  public init(biases: Bool = true, mean: Bool = true, biasRegularization: Double? = nil) {
    (self.biases, self.mean, self.biasRegularization) = (biases, mean, biasRegularization)
  }

  /// The loss with biases and mean.
  public init() { self.init(biases: true) }

  /// A loss of any kind, if it is of this one.
  public init?(_ loss: AnyLoss) {
    guard case .explicit(let loss) = loss else { return nil }
    self = loss
  }

  /// The same as one of any kind.
  public var any: AnyLoss { .explicit(self) }
}

extension ExplicitLoss: LossDefinition {
  package static var parameters: [Parameter<ExplicitLoss>] {
    [
      Parameter(\.biases, "biases", option: "bias"), Parameter(\.mean, "mean"),
      Parameter(
        \.biasRegularization, "biasRegularization", option: "regularization-biases", "0 or more", arithmetic: true,
        defaultsToAnother: true
      ) {
        $0 >= 0
      },
    ]
  }

  package func validate() throws {
    if let biasRegularization, !biases {
      throw ALSError(
        .configuration, "biasRegularization is \(biasRegularization), but there are no biases. Leave out one of both.")
    }
  }

  package var defaults: LossDefaults {
    LossDefaults(regularization: 0.1, regularizationExponent: 1, initialScale: 1)
  }

  package var name: String { "explicit ratings with\(biases ? "" : "out") biases" }
  package var predictsRatings: Bool { true }
  package var subtractsMean: Bool { mean }
  package var hasBiases: Bool { biases }
  package var repeats: Duplicates { .last }
  package var readsZeros: Bool { true }
  package var weighsUnobserved: Bool { false }
  package var valueUse: ValueUse { .asTheyAre }
  package var isResolved: Bool { true }

  package func entry(
    _ value: Float, weight: Float, mean: Double, hasWeights: Bool, _ context: EntryContext
  ) -> ObservedEntry {
    hasWeights
      ? ObservedEntry(weight: weight, value: Float(Double(weight) * (Double(value) - mean)))
      : ObservedEntry(value: value)
  }

  package func resolved(
    _ configuration: ModelConfiguration, for data: DataStatistics, times multiples: RuleMultiples
  ) -> ModelConfiguration {
    var resolved = configuration
    resolved.factors = configuration.factors ?? defaults.factors
    resolved.regularization =
      configuration.regularization ?? defaults.regularization.map { $0 * multiples.regularization }
    return resolved
  }

  package func objective(_ configuration: ModelConfiguration, globalMean: Double) -> any Objective {
    ExplicitObjective(
      mean: globalMean, hasBiases: biases, regularization: RowRegularization(configuration, unobserved: 0),
      biasRegularization: biasRegularization)
  }
}
