import ALSPlatform
package import ALSSparse

extension ImplicitALS {
  /// What all cells together weigh over all observed ones, unless α0 is given, where all users are equally active and all
  /// items equally popular.
  static var unobservedShare: Double { 8 }
  /// λ over the level of noise, unless λ is given.
  ///
  /// This and ``unobservedShare`` come from five data sets, each of which was judged with what is best on the others
  /// (`docs/defaults.md`).
  static var noiseShare: Double { 0.35 }

  /// The same with every default that depends on the data.
  package func resolved(for observed: Interactions) -> ImplicitALS {
    resolved(
      users: observed.users.count, items: observed.items.count, interactions: observed.count,
      gains: { gains(of: observed.byUser) },
      degrees: { (DegreeCounts(of: observed.byUser), DegreeCounts(of: observed.byItem)) })
  }

  /// The same from what the data come down to, of which only what is needed is asked for: the sums of g(r) over the
  /// observed values and of its square, and how many users and items have how many entries.
  func resolved(
    users: Int, items: Int, interactions: Int, gains: () throws -> (sum: Double, squareSum: Double),
    degrees: () throws -> (users: DegreeCounts, items: DegreeCounts)
  ) rethrows -> ImplicitALS {
    if unobservedWeight != nil, regularization != nil { return self }
    var result = self
    let (count, gains, degrees) = (Double(max(interactions, 1)), try gains(), try degrees())
    let weight: Double
    if let unobservedWeight {
      weight = unobservedWeight
    } else {
      // All cells together weigh ``unobservedShare``·√(ρ_u·ρ_i) times as much as all observed ones, and each at most 1:
      // the more of the interactions fall on a few rows, the more an unobserved cell must weigh against a row of interest.
      let cells = Double(users) * Double(items)
      let concentration = (degrees.users.concentration * degrees.items.concentration).squareRoot()
      weight = cells == 0 ? 1 : min(1, Self.unobservedShare * concentration * gains.sum / cells)
    }
    result.unobservedWeight = weight
    if regularization == nil {
      let level = NoiseLevel(
        users: degrees.users, items: degrees.items, unobservedWeight: weight, exponent: regularizationExponent)
      result.regularization = Self.noiseShare * level.value * (gains.squareSum / count).squareRoot()
    }
    return result
  }

  /// The sums of g(r) over the observed values, and of its square.
  func gains(of observed: CSRMatrix<Float>) -> (sum: Double, squareSum: Double) {
    guard confidence != .binary, let values = observed.values, observed.entryCount > 0 else {
      let (gain, count) = (alpha * Double(term(of: 1)), Double(observed.entryCount))
      return (gain * count, gain * gain * count)
    }
    var sums = (0.0, 0.0)
    values.forEachPart { part in
      for value in part {
        let gain = alpha * Double(term(of: value))
        sums.0 += gain
        sums.1 += gain * gain
      }
    }
    return sums
  }
}
