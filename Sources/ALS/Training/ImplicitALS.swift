/// Matrix factorisation of implicit feedback (purchases, plays, clicks) by alternating least squares.
///
/// Every pair of user and item counts, observed or not; the loss is one of two published forms, with g(r) the weight
/// that an observed value r earns (see ``Confidence``):
///
///     ials   Σ_obs g(r)·(x·y − 1)²  +  α0 Σ_all (x·y)²                +  Σ rows λ(n + α0·N)^ν ‖·‖²
///     hkv    Σ_obs (1 + g(r))·(1 − x·y)²  +  α0 Σ_unobserved (x·y)²   +  Σ rows λ(n + α0·N)^ν ‖·‖²
///
/// where a row has n observed entries out of N. Sources: Rendle, Krichene, Zhang and Koren, *Revisiting the performance
/// of iALS on item recommendation benchmarks*, RecSys 2022; Hu, Koren and Volinsky, *Collaborative filtering for
/// implicit feedback datasets*, ICDM 2008. Scores are x·y: near 1 for what the user is sure to like, near 0 otherwise.
///
///     let model = try ImplicitALS(factors: 32).fit(interactions)
public struct ImplicitALS: Hashable, Codable, Sendable {
  /// The published form of the loss.
  public enum Objective: String, CaseIterable, Hashable, Codable, Sendable {
    /// Observed cells are pulled to 1, and all cells, observed too, to 0 with the unobserved weight.
    case ials
    /// Observed cells are pulled to 1 with weight 1 + g(r), the others to 0 with the unobserved weight.
    case hkv
  }

  /// The weight g(r) of an observed value r.
  public enum Confidence: String, CaseIterable, Hashable, Codable, Sendable {
    /// g(r) = α·r
    case linear
    /// g(r) = α·log(1 + r/ε), for counts with a heavy tail; ε is ``ImplicitALS/confidenceScale``.
    case log
    /// g(r) = α, whatever the value.
    case binary
  }

  /// The form of the loss.
  public var objective: Objective
  /// The number of factors k of a user or an item.
  public var factors: Int
  /// How often both sides are solved.
  ///
  /// `nil` goes on until an iteration changes the scores of observed pairs by less than 1 %, for at most
  /// ``ModelConfiguration/mostIterations``. A trained model holds the number that it took.
  public var iterations: Int?
  /// λ.
  ///
  /// `nil` chooses it from the data: 0.35 times the largest singular value that noise would have with the same activity
  /// of users and popularity of items, which is where factors stop to be worth their place. A trained model holds the
  /// number that was used.
  public var regularization: Double?
  /// ν: 0 regularises every row alike, 1 in proportion to what it weighs in the loss.
  public var regularizationExponent: Double
  /// α0, the weight of a cell without an observation.
  ///
  /// `nil` chooses it from the density of the data, so that all unobserved cells together weigh thirty times as much
  /// as all observed ones, but a cell never more than 1. A trained model holds the number that was used.
  public var unobservedWeight: Double?
  /// α in the confidence.
  public var alpha: Double
  /// The shape of the confidence.
  public var confidence: Confidence
  /// ε in the logarithmic confidence.
  public var confidenceScale: Double
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

  /// A configuration; what is left out has the default of its form.
  ///
  /// - Parameters:
  ///   - objective: The form of the loss.
  ///   - factors: The number of factors, k ≥ 1.
  ///   - iterations: How often both sides are solved, ≥ 1; by default until the scores settle.
  ///   - regularization: λ ≥ 0; by default from the data for `ials` and 0.05 for `hkv`.
  ///   - regularizationExponent: ν ≥ 0; by default 1 for `ials` and 0 for `hkv`.
  ///   - unobservedWeight: α0 ≥ 0, at most 1 for `hkv`; by default from the data for `ials` and 1 for `hkv`.
  ///   - alpha: α > 0; by default 1 for `ials` and 10 for `hkv`.
  ///   - confidence: The shape of the confidence.
  ///   - confidenceScale: ε > 0.
  ///   - solver: How rows are solved.
  ///   - conjugateGradientSteps: The most steps for a row in an iteration, ≥ 1.
  ///   - relaxation: ω ≥ 1, below 2.
  ///   - precision: The arithmetic.
  ///   - seed: The seed of the random start.
  ///   - initialScale: σ > 0.
  public init(
    objective: Objective = .ials, factors: Int = 64, iterations: Int? = nil, regularization: Double? = nil,
    regularizationExponent: Double? = nil, unobservedWeight: Double? = nil, alpha: Double? = nil,
    confidence: Confidence = .binary, confidenceScale: Double = 1, solver: Solver = .conjugateGradient,
    conjugateGradientSteps: Int = 2, relaxation: Double = 1.4,
    precision: Precision = .float, seed: UInt64 = 0, initialScale: Double = 0.1
  ) {
    self.objective = objective
    self.factors = factors
    self.iterations = iterations
    self.regularization = regularization ?? (objective == .ials ? nil : 0.05)
    self.regularizationExponent = regularizationExponent ?? (objective == .ials ? 1 : 0)
    self.unobservedWeight = unobservedWeight ?? (objective == .ials ? nil : 1)
    self.alpha = alpha ?? (objective == .ials ? 1 : 10)
    self.confidence = confidence
    self.confidenceScale = confidenceScale
    self.solver = solver
    self.conjugateGradientSteps = conjugateGradientSteps
    self.relaxation = relaxation
    self.precision = precision
    self.seed = seed
    self.initialScale = initialScale
  }
}
