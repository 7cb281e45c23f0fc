import ALSPlatform
package import ALSSparse

extension ImplicitALS {
  /// What all cells together weigh over all observed ones, unless α0 is given.
  static var unobservedShare: Double { 30 }
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

  /// α0 such that all cells together weigh ``unobservedShare`` times as much as all observed ones, at most 1.
  private static func balancedUnobservedWeight(for interactions: Interactions, meanGain: Double) -> Double {
    let cells = Double(interactions.users.count) * Double(interactions.items.count)
    return cells == 0 ? 1 : min(1, unobservedShare * meanGain * Double(interactions.count) / cells)
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
