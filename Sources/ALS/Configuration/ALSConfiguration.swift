/// A loss, and how factors are found that make it small: by alternating least squares.
///
/// ``ImplicitALS`` and ``ExplicitALS`` are the two there are; a loss with other parameters comes first:
///
///     let model = try ImplicitALS(factors: 64).fit(purchases)
///     let other = try ImplicitALS(.hkv(alpha: 40), factors: 64, regularization: 0.1).fit(plays)
///
/// The parameters of the loss are also those of the configuration: `configuration.alpha`.
@dynamicMemberLookup
public struct ALSConfiguration<Loss: ALSLoss>: Hashable, Sendable {
  /// What is made small.
  public var loss: Loss
  /// The number of factors k of a user or an item.
  ///
  /// `nil` lets a race choose it from the data, see ``Choosing``. A trained model holds the number that was used.
  public var factors: Int?
  /// How often both sides are solved.
  ///
  /// `nil` goes on until an iteration changes the scores of observed pairs by less than 1 %, for at most
  /// ``mostIterations``. A trained model holds the number that it took.
  public var iterations: Int?
  /// λ.
  ///
  /// `nil` chooses it from the data: in units of the largest singular value that noise would have with the same activity of
  /// users and popularity of items, see ``Choosing``; of ratings, in units of their standard deviation. A trained model
  /// holds the number that was used.
  public var regularization: Double?
  /// λ of the users, where it is another than ``regularization``.
  public var userRegularization: Double?
  /// λ of the items, where it is another than ``regularization``.
  public var itemRegularization: Double?
  /// ν: 0 regularises every row alike, 1 in proportion to what it weighs in the loss.
  public var regularizationExponent: Double
  /// ν of the users, where it is another than ``regularizationExponent``.
  public var userRegularizationExponent: Double?
  /// ν of the items, where it is another than ``regularizationExponent``.
  public var itemRegularizationExponent: Double?
  /// λ_W of the weights of features, in units of the mean λ of the rows that have some; ``defaultFeatureRegularization``
  /// when `nil`, and of no matter without features.
  ///
  /// A feature that c rows of mean λ have is trusted by half of what they have in common where this is c.
  public var featureRegularization: Double?
  /// τ: the share of a row's λ that draws it to what its features say, the rest to zero; ``defaultFeatureWeight`` when `nil`.
  ///
  /// Of no matter without features, and for those of whom nothing else is known.
  public var featureWeight: Double?
  /// Whether no factor is negative: scores are then sums of what a user and an item have in common, and nothing is taken off.
  ///
  /// Biases and the mean of ratings may have any sign.
  public var nonnegative: Bool
  /// μ ≥ 0: μ ‖x‖₁ of every row is added to the loss, times what ``regularization`` is multiplied by, and makes many factors
  /// exactly zero.
  ///
  /// With λ above 0 this is the elastic net of each row. Biases are free of it. The first two iterations leave it out, unless
  /// they start from a model: all zeros are a local minimum, and a random start is near them.
  public var l1Regularization: Double
  /// What ``solver`` is where it is not ``defaultSolver``.
  fileprivate(set) var otherSolver: Solver?
  /// The most steps of conjugate gradients for a row in an iteration; each is one more pass over its entries.
  public var conjugateGradientSteps: Int
  /// The factors that ``Solver/subspace`` solves at a time: all of them where there are not so many.
  ///
  /// A bias belongs to the last of these blocks, which may have fewer factors.
  public var blockSize: Int
  /// ω: from the third iteration on, a row goes this far on the way from its last value to its solution.
  ///
  /// 1 is alternating least squares as published; from 1 up to, but not including, 2, every step lowers the loss, and
  /// above 1 successive steps of the slowest directions are anticipated (successive over-relaxation). Of no matter with
  /// ``nonnegative`` or ``l1Regularization``: beyond a solution may be beyond what factors may be.
  public var relaxation: Double
  /// The arithmetic.
  public var precision: Precision
  /// The seed of the random start.
  public var seed: UInt64
  /// σ: the start is normal with standard deviation σ/√k in each coordinate.
  public var initialScale: Double

  /// A configuration; what is left out has the default of its loss.
  ///
  /// - Parameters:
  ///   - loss: What is made small.
  ///   - factors: The number of factors, k ≥ 1; by default from the data.
  ///   - iterations: How often both sides are solved, ≥ 1; by default until the scores settle.
  ///   - regularization: λ ≥ 0; by default from the data, and 0.05 for `hkv`.
  ///   - userRegularization: λ ≥ 0 of the users; by default that of both.
  ///   - itemRegularization: λ ≥ 0 of the items; by default that of both.
  ///   - regularizationExponent: ν ≥ 0; by default 1, 0 for `hkv`, and ½ for ratings.
  ///   - userRegularizationExponent: ν ≥ 0 of the users; by default that of both.
  ///   - itemRegularizationExponent: ν ≥ 0 of the items; by default that of both.
  ///   - featureRegularization: λ_W > 0 of the weights of features, in units of the mean λ of the rows that have some.
  ///   - featureWeight: τ above 0, up to 1: the share of λ that draws rows to what their features say.
  ///   - nonnegative: Whether no factor is negative.
  ///   - l1Regularization: μ ≥ 0.
  ///   - solver: How rows are solved; by default what is quickest for such factors.
  ///   - conjugateGradientSteps: The most steps for a row in an iteration, ≥ 1.
  ///   - blockSize: The factors that the solver `subspace` solves at a time, ≥ 1; 32 when `nil`.
  ///   - relaxation: ω ≥ 1, below 2.
  ///   - precision: The arithmetic.
  ///   - seed: The seed of the random start.
  ///   - initialScale: σ > 0; by default 1 for ratings, and 0.1 for implicit feedback.
  public init(
    _ loss: Loss = Loss(), factors: Int? = nil, iterations: Int? = nil, regularization: Double? = nil,
    userRegularization: Double? = nil, itemRegularization: Double? = nil, regularizationExponent: Double? = nil,
    userRegularizationExponent: Double? = nil, itemRegularizationExponent: Double? = nil,
    featureRegularization: Double? = nil, featureWeight: Double? = nil, nonnegative: Bool = false,
    l1Regularization: Double = 0, solver: Solver? = nil, conjugateGradientSteps: Int = 2, blockSize: Int? = nil,
    relaxation: Double = 1.4, precision: Precision = .float, seed: UInt64 = 0, initialScale: Double? = nil
  ) {
    let defaults = loss.any.definition.defaults
    self.loss = loss
    self.factors = factors
    self.iterations = iterations
    self.regularization = regularization ?? defaults.regularization
    (self.userRegularization, self.itemRegularization) = (userRegularization, itemRegularization)
    self.regularizationExponent = regularizationExponent ?? defaults.regularizationExponent
    (self.userRegularizationExponent, self.itemRegularizationExponent) = (
      userRegularizationExponent, itemRegularizationExponent
    )
    (self.featureRegularization, self.featureWeight) = (featureRegularization, featureWeight)
    (self.nonnegative, self.l1Regularization) = (nonnegative, l1Regularization)
    (self.conjugateGradientSteps, self.blockSize) = (conjugateGradientSteps, blockSize ?? defaultBlockSize)
    self.relaxation = relaxation
    self.precision = precision
    self.seed = seed
    self.initialScale = initialScale ?? defaults.initialScale
    if let solver { self.solver = solver }
  }

  /// The parameters that all losses have.
  static var commonParameters: [Parameter<Self>] {
    [
      Parameter(\.factors, "factors", "between 1 and \(mostFactors)") { (1...mostFactors).contains($0) },
      Parameter(\.iterations, "iterations", "1 or more") { $0 >= 1 },
      Parameter(\.regularization, "regularization", "0 or more", arithmetic: true) { $0 >= 0 },
      Parameter(
        \.userRegularization, "userRegularization", option: "regularization-users", "0 or more", arithmetic: true,
        defaultsToAnother: true
      ) {
        $0 >= 0
      },
      Parameter(
        \.itemRegularization, "itemRegularization", option: "regularization-items", "0 or more", arithmetic: true,
        defaultsToAnother: true
      ) {
        $0 >= 0
      },
      Parameter(\.regularizationExponent, "regularizationExponent", "0 or more") { $0 >= 0 && $0.isFinite },
      Parameter(
        \.userRegularizationExponent, "userRegularizationExponent", option: "regularization-exponent-users",
        "0 or more",
        defaultsToAnother: true
      ) { $0 >= 0 && $0.isFinite },
      Parameter(
        \.itemRegularizationExponent, "itemRegularizationExponent", option: "regularization-exponent-items",
        "0 or more",
        defaultsToAnother: true
      ) { $0 >= 0 && $0.isFinite },
      Parameter(\.featureRegularization, "featureRegularization", "above 0", arithmetic: true, defaultsToAnother: true)
      { $0 > 0 }
      .omitted { $0.featureRegularization == nil },
      Parameter(\.featureWeight, "featureWeight", "above 0 and at most 1", defaultsToAnother: true) {
        $0 > 0 && $0 <= 1
      }
      .omitted { $0.featureWeight == nil },
      Parameter(\.nonnegative, "nonnegative").omitted(isRare: true) { !$0.nonnegative },
      Parameter(\.l1Regularization, "l1Regularization", option: "l1", "0 or more", arithmetic: true) { $0 >= 0 }
        .omitted(isRare: true) { $0.l1Regularization == 0 },
      // Its default follows from the two before.
      Parameter(\.solver, "solver"),
      Parameter(\.conjugateGradientSteps, "conjugateGradientSteps", option: "cg-steps", "1 or more") { $0 >= 1 },
      Parameter(\.blockSize, "blockSize", option: "block", "1 or more") { $0 >= 1 }
        .omitted(isRare: true) { $0.blockSize == defaultBlockSize },
      Parameter(\.relaxation, "relaxation", "at least 1 and below 2") { (1..<2).contains($0) },
      Parameter(\.precision, "precision"), Parameter(\.seed, "seed"),
      // Twelve standard deviations are never drawn.
      Parameter(\.initialScale, "initialScale", option: "", "a positive number", arithmetic: true) {
        $0 > 0 && $0 <= Double(Float.greatestFiniteMagnitude) / 12
      },
    ]
  }

  /// How rows are solved.
  ///
  /// Unless something else is said, by conjugate gradients, and where factors are not negative or many of them zero by
  /// coordinate descent, which is the only one then.
  public var solver: Solver {
    get { otherSolver ?? defaultSolver }
    set { otherSolver = newValue == defaultSolver ? nil : newValue }
  }

  /// The quickest solver.
  var defaultSolver: Solver { isPlain ? .conjugateGradient : .coordinateDescent }

  /// Whether factors may be anything, and nothing but their squares is kept small.
  package var isPlain: Bool { !nonnegative && l1Regularization == 0 }

  /// 𝒟.
  var domain: Domain { nonnegative ? .nonnegative : .all }

  /// k, where it has been chosen, as it has in models and trainings.
  package var factorCount: Int {
    guard let factors else { preconditionFailure("a configuration whose number of factors is still to be chosen") }
    return factors
  }

  /// λ_W of features in units of the mean λ, unless something else is said (`docs/features.md`).
  public static var defaultFeatureRegularization: Double { 1 }

  /// τ of features, unless something else is said (`docs/features.md`).
  public static var defaultFeatureWeight: Double { 0.5 }

  /// τ.
  var featureShare: Double { featureWeight ?? Self.defaultFeatureWeight }

  /// The most iterations of a training that goes on until its scores settle.
  public static var mostIterations: Int { 50 }

  /// A parameter of the loss.
  public subscript<Value>(dynamicMember path: WritableKeyPath<Loss, Value>) -> Value {
    get { loss[keyPath: path] }
    set { loss[keyPath: path] = newValue }
  }

  /// A configuration whatever its loss, if that is of this kind.
  public init?(_ configuration: ModelConfiguration) {
    guard let loss = Loss(configuration.loss) else { return nil }
    self = configuration.replacing(loss: loss)
  }

  /// The same for a loss of any kind.
  public var any: ModelConfiguration { replacing(loss: loss.any) }

  func replacing<Other>(loss: Other) -> ALSConfiguration<Other> {
    var copy = ALSConfiguration<Other>(
      loss, factors: factors, iterations: iterations, userRegularization: userRegularization,
      itemRegularization: itemRegularization, regularizationExponent: regularizationExponent,
      userRegularizationExponent: userRegularizationExponent, itemRegularizationExponent: itemRegularizationExponent,
      featureRegularization: featureRegularization, featureWeight: featureWeight,
      nonnegative: nonnegative, l1Regularization: l1Regularization, conjugateGradientSteps: conjugateGradientSteps,
      blockSize: blockSize, relaxation: relaxation, precision: precision, seed: seed, initialScale: initialScale)
    (copy.regularization, copy.otherSolver) = (regularization, otherSolver)
    return copy
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    let configuration = any
    for parameter in configuration.parameters { try parameter.check(configuration, precision) }
    try configuration.definition.validate()
    try configuration.requireSolvable(domain, hasSparsity: l1Regularization > 0)
    if let share = ExplicitLoss(configuration.loss)?.firstFactorShare, share != 1, !isPlain {
      throw ALSError(
        .configuration,
        "firstFactorShare is \(share), but with nonnegative or l1 no factor is the strongest direction. Leave it out.")
    }
  }
}

/// The most factors that a model may have: a square of that side still has 32-bit indices, as LAPACK asks.
private let mostFactors = 16384
private let defaultBlockSize = 32
