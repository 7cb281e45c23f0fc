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
    var result = self
    let gains = unobservedWeight == nil || regularization == nil ? gains(of: observed) : (mean: 1, meanSquare: 1)
    let weight = unobservedWeight ?? Self.balancedUnobservedWeight(for: observed, meanGain: gains.mean)
    result.unobservedWeight = weight
    if regularization == nil {
      let level = NoiseLevel(of: observed, unobservedWeight: weight, exponent: regularizationExponent).value
      result.regularization = Self.noiseShare * level * gains.meanSquare.squareRoot()
    }
    return result
  }

  /// α0 such that all cells together weigh ``unobservedShare``·√(ρ_u·ρ_i) times as much as all observed ones, at most 1.
  ///
  /// ρ is the concentration of the users' and of the items' interactions: the more of them fall on a few, the more an
  /// unobserved cell must weigh against a row of interest.
  private static func balancedUnobservedWeight(for interactions: Interactions, meanGain: Double) -> Double {
    let cells = Double(interactions.users.count) * Double(interactions.items.count)
    let concentration = (interactions.byUser.concentration * interactions.byItem.concentration).squareRoot()
    return cells == 0 ? 1 : min(1, unobservedShare * concentration * meanGain * Double(interactions.count) / cells)
  }

  /// The mean of g(r) over the observed values, and of its square.
  private func gains(of observed: Interactions) -> (mean: Double, meanSquare: Double) {
    guard confidence != .binary, let values = observed.byUser.values, observed.count > 0 else {
      let gain = alpha * Double(term(of: 1))
      return (gain, gain * gain)
    }
    var sums = (0.0, 0.0)
    values.forEachPart { part in
      for value in part {
        let gain = alpha * Double(term(of: value))
        sums.0 += gain
        sums.1 += gain * gain
      }
    }
    return (sums.0 / Double(observed.count), sums.1 / Double(observed.count))
  }
}

extension CSRMatrix {
  /// How many entries the row of a mean entry has over what a mean row has; 1 where all rows have as many.
  fileprivate var concentration: Double {
    guard entryCount > 0 else { return 1 }
    let squares = (0..<rowCount).reduce(0.0) { $0 + Double(degree(ofRow: $1)) * Double(degree(ofRow: $1)) }
    return squares * Double(rowCount) / (Double(entryCount) * Double(entryCount))
  }
}
