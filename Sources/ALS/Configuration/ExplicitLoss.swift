package import ALSSparse

/// Matrix factorisation of explicit ratings by alternating least squares with weighted λ-regularisation (ALS-WR).
public typealias ExplicitALS = ALSConfiguration<ExplicitLoss>

/// The loss of explicit ratings: only rated pairs count.
///
///     Σ_obs (r − μ − b_u − b_i − x·y)²  +  Σ_u n_u^ν (λ ‖x_u‖² + λ_b b_u²)  +  Σ_i n_i^ν (λ ‖y_i‖² + λ_b b_i²)
///
/// with the mean rating μ and, unless switched off, biases that are solved exactly together with the factors, and with a λ
/// of their own, λ_b; without both, and with ν = 1, this is ALS-WR as published. Source:
/// Zhou, Wilkinson, Schreiber and Pan, *Large-scale parallel collaborative filtering for the Netflix Prize*, AAIM 2008.
/// Scores are predicted ratings, not clipped to the scale.
///
///     let model = try ExplicitALS(factors: 32).fit(ratings)
public struct ExplicitLoss: ALSLoss {
  /// Whether users and items have biases.
  public var biases: Bool
  /// Whether ratings are counted from their mean, rather than from 0.
  public var mean: Bool
  /// λ of the biases, multiplied by n^ν as that of the factors is.
  ///
  /// `nil` chooses it together with that of the factors, or is the same as that where that is given.
  public var biasRegularization: Double?
  /// φ: what λ of the first factor is multiplied by.
  ///
  /// λ takes the same off every direction in which ratings vary, so that of the strongest too much is lost. Before each
  /// half-iteration the factors are written so that the first is the direction in which the fixed side varies most; with
  /// φ below 1 the loss changes a little with that, and need not fall in every iteration.
  public var firstFactorShare: Double

  /// A loss.
  ///
  /// - Parameters:
  ///   - biases: Whether users and items have biases.
  ///   - mean: Whether ratings are counted from their mean.
  ///   - biasRegularization: λ ≥ 0 of the biases; by default from the data with that of the factors, or the same.
  ///   - firstFactorShare: φ > 0, at most 1.
  public init(biases: Bool = true, mean: Bool = true, biasRegularization: Double? = nil, firstFactorShare: Double = 1) {
    (self.biases, self.mean) = (biases, mean)
    (self.biasRegularization, self.firstFactorShare) = (biasRegularization, firstFactorShare)
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
      Parameter(\.firstFactorShare, "firstFactorShare", "above 0 and at most 1") { $0 > 0 && $0 <= 1 }
        .omitted { $0.firstFactorShare == 1 },
    ]
  }

  package func validate() throws {
    if let biasRegularization, !biases {
      throw ALSError(
        .configuration, "biasRegularization is \(biasRegularization), but there are no biases. Leave out one of both.")
    }
  }

  package var defaults: LossDefaults {
    LossDefaults(regularization: nil, regularizationExponent: 0.5, initialScale: 1)
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

  package func objective(_ configuration: ModelConfiguration, globalMean: Double) -> any Objective {
    ExplicitObjective(
      mean: globalMean, hasBiases: biases, regularization: RowRegularization(configuration, unobserved: 0),
      biasRegularization: biasRegularization, firstFactorShare: firstFactorShare)
  }
}
