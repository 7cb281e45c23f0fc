extension ImplicitLoss {
  /// What all cells together weigh over all observed ones, unless α0 is given, where all users are equally active and all
  /// items equally popular.
  static var unobservedShare: Double { 8 }
  /// λ over the level of noise, unless λ is given.
  ///
  /// The best one is between 0.05 and 0.35, by the data set and the number of factors (`docs/defaults.md`): a race finds it.
  static var noiseShare: Double { 0.25 }

  package func resolved(
    _ configuration: ModelConfiguration, for data: DataStatistics, times multiples: RuleMultiples
  ) throws -> ModelConfiguration {
    if configuration.isResolved { return configuration }
    let degrees = try data.degrees()
    var (loss, resolved) = (filling().withDegreeUnits(degrees), configuration)
    let (count, gains) = (
      Double(max(data.interactions, 1)),
      try data.sums { alpha * Double($0) }
    )
    let weight: Double
    if let unobservedWeight {
      weight = unobservedWeight
    } else {
      // All cells together weigh ``unobservedShare``·√(ρ_u·ρ_i) times as much as all observed ones, and each at most 1:
      // the more of the interactions fall on a few rows, the more an unobserved cell must weigh against a row of interest.
      // With densities too: the best α0 stays about where it was when observed cells weigh 1 in the mean.
      let cells = Double(data.users) * Double(data.items)
      let concentration = (degrees.users.concentration * degrees.items.concentration).squareRoot()
      weight =
        cells == 0 ? 1 : min(1, multiples.unobservedWeight * Self.unobservedShare * concentration * gains.sum / cells)
    }
    loss.unobservedWeight = weight
    resolved.loss = loss.any
    resolved.factors = configuration.factors ?? defaults.factors
    if configuration.regularization == nil {
      let level = NoiseLevel(
        users: degrees.users, items: degrees.items, unobservedWeight: regularizationBasis == .cells ? weight : 0,
        exponents: Sides { configuration.regularizationExponent(of: $0) },
        densities: loss.densityScope == .all ? Sides { loss.density(of: $0) } : nil)
      resolved.regularization =
        multiples.regularization * Self.noiseShare * level.value * (gains.squareSum / count).squareRoot()
    }
    return resolved
  }
}
