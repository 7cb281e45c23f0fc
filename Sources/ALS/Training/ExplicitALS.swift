/// Matrix factorisation of explicit ratings by alternating least squares with weighted λ-regularisation (ALS-WR).
///
/// Only rated pairs count:
///
///     Σ_obs (r − μ − b_u − b_i − x·y)²  +  Σ_u λ n_u^ν (‖x_u‖² + b_u²)  +  Σ_i λ n_i^ν (‖y_i‖² + b_i²)
///
/// with the mean rating μ and, unless switched off, biases that are solved exactly together with the factors. Source:
/// Zhou, Wilkinson, Schreiber and Pan, *Large-scale parallel collaborative filtering for the Netflix Prize*, AAIM 2008.
/// Scores are predicted ratings, not clipped to the scale.
///
///     let model = try ExplicitALS(factors: 32).fit(ratings)
public struct ExplicitALS: Hashable, Codable, Sendable {
  /// The number of factors k of a user or an item.
  public var factors: Int
  /// How often both sides are solved.
  ///
  /// `nil` goes on until an iteration changes the scores of observed pairs by less than 1 %, for at most
  /// ``ModelConfiguration/mostIterations``. A trained model holds the number that it took.
  public var iterations: Int?
  /// λ.
  public var regularization: Double
  /// ν: 0 regularises every row alike, 1 in proportion to its number of ratings.
  public var regularizationExponent: Double
  /// Whether users and items have biases.
  public var biases: Bool
  /// How rows are solved.
  public var solver: Solver
  /// The most steps of conjugate gradients for a row in an iteration; each is one more pass over its entries.
  public var conjugateGradientSteps: Int
  /// ω: from the third iteration on, a row goes this far on the way from its last value to its solution.
  ///
  /// 1 is alternating least squares as published; from 1 up to, but not including, 2, every step lowers the loss, and
  /// above 1 successive steps of the slowest directions are anticipated (successive over-relaxation).
  public var relaxation: Double
  /// The arithmetic.
  public var precision: Precision
  /// The seed of the random start.
  public var seed: UInt64
  /// σ: the start is normal with standard deviation σ/√k in each coordinate.
  public var initialScale: Double

  /// A configuration.
  ///
  /// - Parameters:
  ///   - factors: The number of factors, k ≥ 1.
  ///   - iterations: How often both sides are solved, ≥ 1; by default until the scores settle.
  ///   - regularization: λ ≥ 0.
  ///   - regularizationExponent: ν ≥ 0.
  ///   - biases: Whether users and items have biases.
  ///   - solver: How rows are solved.
  ///   - conjugateGradientSteps: The most steps for a row in an iteration, ≥ 1.
  ///   - relaxation: ω ≥ 1, below 2.
  ///   - precision: The arithmetic.
  ///   - seed: The seed of the random start.
  ///   - initialScale: σ > 0.
  public init(
    factors: Int = 64, iterations: Int? = nil, regularization: Double = 0.1, regularizationExponent: Double = 1,
    biases: Bool = true, solver: Solver = .conjugateGradient,
    conjugateGradientSteps: Int = 2, relaxation: Double = 1.4, precision: Precision = .float, seed: UInt64 = 0,
    initialScale: Double = 1
  ) {
    self.factors = factors
    self.iterations = iterations
    self.regularization = regularization
    self.regularizationExponent = regularizationExponent
    self.biases = biases
    self.solver = solver
    self.conjugateGradientSteps = conjugateGradientSteps
    self.relaxation = relaxation
    self.precision = precision
    self.seed = seed
    self.initialScale = initialScale
  }
}
