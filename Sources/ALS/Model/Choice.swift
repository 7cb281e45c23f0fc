/// How the parameters of a model were chosen: the settings that were tried, and how they did on a held-out part.
public struct Choice: Hashable, Codable, Sendable {
  /// A short training with a setting.
  public struct Heat: Hashable, Codable, Sendable {
    /// k.
    public let factors: Int
    /// λ.
    public let regularization: Double
    /// α0; `nil` where the loss has none.
    public let unobservedWeight: Double?
    /// The shape of the confidence; `nil` where the loss has none.
    public let confidence: ImplicitLoss.Confidence?
    /// ρ, η_u and η_i; `nil` where the loss has none.
    public let unobservedPopularityExponent, userDegreeExponent, itemDegreeExponent: Double?
    /// The metric.
    public let value: Double
    /// The number of users that it is the mean of.
    public let users: Int
  }

  /// What was measured.
  public let metric: String
  /// The number of pairs that were held out.
  public let heldOut: Int
  /// All short trainings, in their order.
  public let heats: [Heat]
  /// The place of the best setting among them.
  public let best: Int
  /// What λ and α0 of the rule were multiplied by: between those of the settings, where a parabola through them is highest.
  public let regularizationMultiple, unobservedWeightMultiple: Double
}

extension Choice.Heat {
  init(_ configuration: ModelConfiguration, value: Double, users: Int) {
    let loss = ImplicitLoss(configuration.loss)
    self.init(
      factors: configuration.factorCount, regularization: configuration.regularization ?? 0,
      unobservedWeight: loss?.unobservedWeight, confidence: loss?.confidence,
      unobservedPopularityExponent: loss?.unobservedPopularityExponent, userDegreeExponent: loss?.userDegreeExponent,
      itemDegreeExponent: loss?.itemDegreeExponent, value: value, users: users)
  }
}

extension Choice.Heat {
  /// How cells weighed.
  var weights: CellWeights {
    var weights = CellWeights()
    weights.confidence = confidence ?? .binary
    weights.unobservedPopularityExponent = unobservedPopularityExponent ?? 0
    weights.degreeExponents = Sides(users: userDegreeExponent ?? 0, items: itemDegreeExponent ?? 0)
    return weights
  }
}

extension FactorModel {
  /// The same model, as one whose parameters `choice` found.
  package func chosen(by choice: Choice?) -> FactorModel {
    var model = self
    model.choice = choice
    return model
  }
}
