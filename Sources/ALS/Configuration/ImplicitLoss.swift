package import ALSSparse

/// Matrix factorisation of implicit feedback (purchases, plays, clicks) by alternating least squares.
public typealias ImplicitALS = ALSConfiguration<ImplicitLoss>

/// The loss of implicit feedback.
///
/// Every pair of user and item counts, observed or not; the loss is one of two published forms, with g(r) the weight
/// that an observed value r earns (see ``Confidence``):
///
///     ials   Σ_obs g(r)·(x·y − 1)²  +  α0 Σ_all (x·y)²                +  Σ rows λ(n + α0·N)^ν ‖·‖²
///     hkv    Σ_obs (1 + g(r))·(1 − x·y)²  +  α0 Σ_unobserved (x·y)²   +  Σ rows λ(n + α0·N)^ν ‖·‖²
///
/// where a row has n observed entries out of N. With degree exponents, every cell of either form is multiplied by a_u·b_i,
/// and the regularization of a user by a_u and of an item by b_i; see ``userDegreeExponent``.
///
/// Sources: Rendle, Krichene, Zhang and Koren, *Revisiting the performance
/// of iALS on item recommendation benchmarks*, RecSys 2022; Hu, Koren and Volinsky, *Collaborative filtering for
/// implicit feedback datasets*, ICDM 2008. Scores are x·y: near 1 for what the user is sure to like, near 0 otherwise.
///
///     let model = try ImplicitALS(.ials(unobservedWeight: 0.1), factors: 32).fit(interactions)
public struct ImplicitLoss: ALSLoss {
  /// The published form of the loss.
  public enum Objective: String, CaseIterable, Hashable, Codable, Sendable {
    /// Observed cells are pulled to 1, and all cells, observed too, to 0 with the unobserved weight.
    case ials
    /// Observed cells are pulled to 1 with weight 1 + g(r), the others to 0 with the unobserved weight.
    case hkv
  }

  /// The weight g(r) of an observed value r; where observations have weights, r is the value times the weight, and what is
  /// binary is the weight.
  public enum Confidence: String, CaseIterable, Hashable, Codable, Sendable {
    /// g(r) = α·r
    case linear
    /// g(r) = α·log(1 + r/ε), for counts with a heavy tail; ε is ``ImplicitLoss/confidenceScale``.
    case log
    /// g(r) = α, whatever the value.
    case binary
    /// g(r) = α·(K + 1)·r / (K·(1 − B + B·L) + r)·idf with idf = log(1 + (U − n + ½)/(n + ½)), where a user's values add up to L
    /// times what those of a mean user do, and n of U users have the item; K is ``ImplicitLoss/bm25K1`` and B
    /// ``ImplicitLoss/bm25B``.
    ///
    /// Source: Robertson and Zaragoza, *The probabilistic relevance framework: BM25 and beyond*, Foundations and Trends in
    /// Information Retrieval 3 (2009), with users as documents.
    case bm25
    /// g(r) = α·√r·(1 + log((1 + U)/(1 + n))), where n of U users have the item.
    case tfIDF = "tf-idf"
  }

  /// What becomes of negative values.
  public enum Dislikes: String, CaseIterable, Hashable, Codable, Sendable {
    /// They are an error.
    case error
    /// They are left out.
    case ignore
    /// Their cells are pulled to 0 with the weight that the value's size earns, as in Spark's ALS and in `implicit`.
    case zero
  }

  /// What n + α0·N in the regularization counts.
  public enum RegularizationBasis: String, CaseIterable, Hashable, Codable, Sendable {
    /// All cells of the row: n + α0·N, whatever else weighs an entry.
    case cells
    /// Its observed entries alone: n, as in Spark's ALS.
    case entries
  }

  /// The form of the loss.
  public var objective: Objective
  /// α0, the weight of a cell without an observation.
  ///
  /// `nil` chooses it from the density of the data, so that all cells together weigh 8·√(ρ_u·ρ_i) times as much as all
  /// observed ones, but a cell never more than 1; ρ, from 1 up, is how unevenly the interactions are spread over the users
  /// and over the items. A trained model holds the number that was used.
  public var unobservedWeight: Double?
  /// α in the confidence.
  public var alpha: Double
  /// The shape of the confidence.
  ///
  /// `nil` leaves it to a race, between `binary` and `log`, see ``Choosing``; without one, or where λ or α0 is given, it is
  /// `binary`. A trained model holds what was used.
  public var confidence: Confidence?
  /// ε in the logarithmic confidence.
  public var confidenceScale: Double
  /// K in the confidence ``Confidence/bm25``: the value at which half of what it can earn is earned.
  public var bm25K1: Double
  /// B in the confidence ``Confidence/bm25``: from 0 up to 1, how much less the values of users count who have many.
  public var bm25B: Double
  /// U in the confidences that read it.
  ///
  /// `nil` is that of the data. A trained model holds the number that was used.
  public var confidenceUsers: Int?
  /// The mean sum of a user's values, for the confidence ``Confidence/bm25``.
  ///
  /// `nil` is that of the data. A trained model holds the number that was used.
  public var confidenceLength: Double?
  /// What becomes of negative values.
  ///
  /// Where they are zeros, n counts the others only, as in Spark's ALS.
  public var dislikes: Dislikes
  /// What a row's regularization is in proportion to, to the power of ν.
  public var regularizationBasis: RegularizationBasis
  /// η_u: cells of a user with d interactions weigh a_u = (d/D_u)^(−η_u), so that with 1 all users weigh alike.
  ///
  /// 0 weighs all cells alike. The larger the exponents, and the more factors there are, the more a model says of what few
  /// people have; the best ones differ from data set to data set. `nil` leaves them to a race, see ``Choosing``; without one, or where λ
  /// or α0 is given, it is 0. A trained model holds the number that was used.
  public var userDegreeExponent: Double?
  /// η_i: cells of an item with d interactions weigh b_i = (d/D_i)^(−η_i); `nil` as for users.
  public var itemDegreeExponent: Double?
  /// ρ: what is not observed weighs α0·(d/D_i)^ρ where an item has d interactions, so that an item that many know and this
  /// user does not have says more than one that few know; with `ials` only, and without degree exponents.
  ///
  /// `nil` as for these.
  ///
  /// Source: He, Zhang, Kan and Chua, *Fast matrix factorization for online recommendation with implicit feedback*, SIGIR
  /// 2016 (eALS).
  public var unobservedPopularityExponent: Double?
  /// D_u: the number of interactions of a user whose cells weigh 1.
  ///
  /// `nil` chooses it so that observed cells weigh 1 in the mean. A trained model holds the number that was used.
  public var userDegreeUnit: Double?
  /// D_i: the number of interactions of an item whose cells weigh 1.
  ///
  /// `nil` chooses it so that observed cells weigh 1 in the mean, or with ρ would if they had that weight. A trained model
  /// holds the number that was used.
  public var itemDegreeUnit: Double?

  /// A loss; what is left out has the default of its form.
  ///
  /// - Parameters:
  ///   - objective: The form of the loss.
  ///   - unobservedWeight: α0 ≥ 0, at most 1 for `hkv`; by default from the data for `ials` and 1 for `hkv`.
  ///   - alpha: α > 0, or 0 for `hkv`; by default 1 for `ials` and 10 for `hkv`.
  ///   - confidence: The shape of the confidence; by default from the data for `ials` and `binary` for `hkv`.
  ///   - confidenceScale: ε > 0.
  ///   - bm25K1: K > 0 of the confidence `bm25`.
  ///   - bm25B: B of the confidence `bm25`, between 0 and 1.
  ///   - dislikes: What becomes of negative values.
  ///   - regularizationBasis: What a row's regularization is in proportion to.
  ///   - userDegreeExponent: η_u, between 0 and 2; by default from the data for `ials` and 0 for `hkv`.
  ///   - itemDegreeExponent: η_i, between 0 and 2; by default from the data for `ials` and 0 for `hkv`.
  ///   - unobservedPopularityExponent: ρ, between 0 and 2; by default from the data for `ials` and 0 for `hkv`.
  public init(
    objective: Objective, unobservedWeight: Double? = nil, alpha: Double? = nil, confidence: Confidence? = nil,
    confidenceScale: Double = 1, bm25K1: Double = 1.2, bm25B: Double = 0.75, dislikes: Dislikes = .error,
    regularizationBasis: RegularizationBasis = .cells,
    userDegreeExponent: Double? = nil, itemDegreeExponent: Double? = nil, unobservedPopularityExponent: Double? = nil
  ) {
    self.objective = objective
    self.unobservedWeight = unobservedWeight ?? (objective == .ials ? nil : 1)
    self.alpha = alpha ?? (objective == .ials ? 1 : 10)
    self.confidence = confidence
    self.confidenceScale = confidenceScale
    (self.bm25K1, self.bm25B) = (bm25K1, bm25B)
    self.dislikes = dislikes
    self.regularizationBasis = regularizationBasis
    self.userDegreeExponent = userDegreeExponent
    self.itemDegreeExponent = itemDegreeExponent
    self.unobservedPopularityExponent = unobservedPopularityExponent
    if objective == .hkv { self = filling() }
  }

  /// The `ials` loss with its defaults.
  public init() { self.init(objective: .ials) }

  /// The loss of Rendle et al.; see ``init(objective:unobservedWeight:alpha:confidence:confidenceScale:)``.
  public static func ials(
    unobservedWeight: Double? = nil, alpha: Double? = nil, confidence: Confidence? = nil, confidenceScale: Double = 1
  ) -> ImplicitLoss {
    ImplicitLoss(
      objective: .ials, unobservedWeight: unobservedWeight, alpha: alpha, confidence: confidence,
      confidenceScale: confidenceScale)
  }

  /// The loss of Hu, Koren and Volinsky; see ``init(objective:unobservedWeight:alpha:confidence:confidenceScale:)``.
  public static func hkv(
    unobservedWeight: Double? = nil, alpha: Double? = nil, confidence: Confidence? = nil, confidenceScale: Double = 1
  ) -> ImplicitLoss {
    ImplicitLoss(
      objective: .hkv, unobservedWeight: unobservedWeight, alpha: alpha, confidence: confidence,
      confidenceScale: confidenceScale)
  }

  /// A loss of any kind, if it is of this one.
  public init?(_ loss: AnyLoss) {
    guard case .implicit(let loss) = loss else { return nil }
    self = loss
  }

  /// The same as one of any kind.
  public var any: AnyLoss { .implicit(self) }
}

extension ImplicitLoss: LossDefinition {
  package static var parameters: [Parameter<ImplicitLoss>] {
    [
      Parameter(\.objective, "objective"),
      Parameter(\.unobservedWeight, "unobservedWeight", "0 or more", arithmetic: true) { $0 >= 0 },
      Parameter(\.alpha, "alpha", "0 or more", arithmetic: true) { $0 >= 0 },
      Parameter(\.confidence, "confidence"),
      Parameter(\.confidenceScale, "confidenceScale", "a positive number") {
        $0 > 0 && $0.isFinite && (1 / $0).isFinite
      },
      Parameter(\.bm25K1, "bm25K1", "a positive number") { $0 > 0 && $0.isFinite },
      Parameter(\.bm25B, "bm25B", "between 0 and 1") { (0...1).contains($0) },
      Parameter(\.confidenceUsers, "confidenceUsers", option: "", "1 or more") { $0 >= 1 },
      Parameter(\.confidenceLength, "confidenceLength", option: "", "a positive number") { $0 > 0 && $0.isFinite },
      Parameter(\.dislikes, "dislikes"), Parameter(\.regularizationBasis, "regularizationBasis"),
      Parameter(\.userDegreeExponent, "userDegreeExponent", "between 0 and 2") { (0...2).contains($0) },
      Parameter(\.itemDegreeExponent, "itemDegreeExponent", "between 0 and 2") { (0...2).contains($0) },
      Parameter(\.unobservedPopularityExponent, "unobservedPopularityExponent", "between 0 and 2") {
        (0...2).contains($0)
      },
      Parameter(\.userDegreeUnit, "userDegreeUnit", option: "", "a positive number") { $0 > 0 && $0.isFinite },
      Parameter(\.itemDegreeUnit, "itemDegreeUnit", option: "", "a positive number") { $0 > 0 && $0.isFinite },
    ]
  }

  package var defaults: LossDefaults {
    switch objective {
    case .ials: LossDefaults(regularization: nil, regularizationExponent: 1, initialScale: 0.1)
    case .hkv: LossDefaults(regularization: 0.05, regularizationExponent: 0, initialScale: 0.1)
    }
  }

  package var withDefaults: ImplicitLoss {
    ImplicitLoss(objective: objective).filling()
  }

  package var name: String { "implicit feedback" }
  package var predictsRatings: Bool { false }
  package var hasBiases: Bool { false }
  package var repeats: Duplicates { .sum }
  package var readsZeros: Bool { false }
  package var weighsUnobserved: Bool { true }
  package var isResolved: Bool {
    unobservedWeight != nil && self == filling()
      && (densityScope == nil || userDegreeUnit != nil && itemDegreeUnit != nil)
      && (!readsContexts || confidenceUsers != nil && confidenceLength != nil)
  }

  package var valueUse: ValueUse {
    switch confidence {
    case _ where dislikes == .zero: .transformed
    case .linear: .asTheyAre
    case .log, .bm25, .tfIDF: .transformed
    case .binary: .none
    case nil: .transformed
    }
  }

  package func validate() throws {
    try require(
      alpha > 0 || objective == .hkv, "alpha", "\(alpha)",
      "a positive number with the ials objective, in which observed cells have no other weight")
    if let unobservedPopularityExponent, unobservedPopularityExponent > 0 {
      let name = "unobservedPopularityExponent"
      try require(
        objective == .ials, name, "\(unobservedPopularityExponent)", "0 with the hkv objective, or the objective ials")
      try require(
        userDegreeExponent ?? 0 == 0 && itemDegreeExponent ?? 0 == 0, name, "\(unobservedPopularityExponent)",
        "0 with degree exponents, which weigh what is not observed already")
    }
    // More would make an observed cell with a small value weigh less than an unobserved one.
    if objective == .hkv, let unobservedWeight {
      try require(unobservedWeight <= 1, "unobservedWeight", "\(unobservedWeight)", "at most 1 with the hkv objective")
    }
  }

  package func objective(_ configuration: ModelConfiguration, globalMean: Double) -> any ALS.Objective {
    guard let unobservedWeight else { preconditionFailure("a model with parameters left open") }
    return ImplicitObjective(
      form: objective, alpha: alpha, unobservedWeight: unobservedWeight,
      regularization: RowRegularization(
        configuration, unobserved: regularizationBasis == .cells ? unobservedWeight : 0),
      densityScope: densityScope, densities: Sides { density(of: $0) }, countsLikedOnly: countsLikedOnly)
  }
}
