import ALSSparse

/// λ, μ and ν of each side, what they are multiplied with, and 𝒟.
struct RowRegularization {
  private let values: Sides<Double>
  private let exponents: Sides<Double>
  private let sparsity: Double
  let domain: Domain
  /// What a cell without an observation adds to what a row weighs.
  private let unobserved: Double

  /// Those of a resolved configuration.
  init<Loss>(_ configuration: ALSConfiguration<Loss>, unobserved: Double) {
    guard let both = configuration.regularization else { preconditionFailure("a model with parameters left open") }
    values = Sides(
      users: configuration.userRegularization ?? both, items: configuration.itemRegularization ?? both)
    exponents = Sides { configuration.regularizationExponent(of: $0) }
    (sparsity, domain) = (configuration.l1Regularization, configuration.domain)
    self.unobserved = unobserved
  }

  /// The frequency-scaled regularisation λ·(n + a0·N)^ν of a row.
  ///
  /// From Zhou et al. (2008) for a0 = 0, and Rendle et al. (2022).
  func callAsFunction(_ side: Side, entryCount: Int, fixedCount: Int) -> Double {
    self(values[side], side, entryCount: entryCount, fixedCount: fixedCount)
  }

  /// μ·(n + a0·N)^ν of a row.
  func sparsity(_ side: Side, entryCount: Int, fixedCount: Int) -> Double {
    sparsity == 0 ? 0 : self(sparsity, side, entryCount: entryCount, fixedCount: fixedCount)
  }

  /// The same with another λ.
  func callAsFunction(_ value: Double, _ side: Side, entryCount: Int, fixedCount: Int) -> Double {
    let exponent = exponents[side]
    if exponent == 0 { return value }
    return value * power(Double(entryCount) + unobserved * Double(fixedCount), exponent)
  }
}

extension ALSConfiguration {
  /// ν of a side.
  func regularizationExponent(of side: Side) -> Double {
    (side == .users ? userRegularizationExponent : itemRegularizationExponent) ?? regularizationExponent
  }
}
