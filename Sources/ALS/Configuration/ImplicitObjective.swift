import ALSSparse

/// Implicit feedback, in both published forms; the sums over all cells cost nothing beyond the Gram matrix.
///
///     ials   Σ_obs g(r)·(x·y − 1)²  +  α0 Σ_all (x·y)²                        (Rendle et al., RecSys 2022)
///     hkv    Σ_obs (1 + g(r))·(1 − x·y)²  +  α0 Σ_unobserved (x·y)²           (Hu, Koren and Volinsky, ICDM 2008)
///
/// with g(r) = α·r, α·log(1 + r/ε) or α, to which λ(n + α0·N)^ν ‖·‖² of every row is added. For the logarithm, the values
/// that come here have been through it already.
struct ImplicitObjective: Objective {
  let form: ImplicitLoss.Objective
  let alpha: Double
  let unobservedWeight: Double
  let regularization: RowRegularization
  let densityScope: DensityScope?
  let densities: Sides<Density>
  let countsLikedOnly: Bool

  var gramWeight: Double { unobservedWeight }
  var hasBiases: Bool { false }
  var domain: Domain { regularization.domain }

  func parameters(of side: Side, entryCount: Int, fixedCount: Int) -> RowParameters {
    RowParameters(
      regularization: regularization(side, entryCount: entryCount, fixedCount: fixedCount),
      density: densityScope == nil ? 1 : densities[side](entryCount),
      sparsity: regularization.sparsity(side, entryCount: entryCount, fixedCount: fixedCount))
  }

  // hkv: an observed cell has c = 1 + g in all, of which the Gram term already gives α0. With weights, which then are g/α,
  // the value is w·t itself: 0 for a dislike.
  func terms(hasWeights: Bool) -> EntryTerms {
    let (extraWeight, extraTarget) = form == .hkv ? (1 - unobservedWeight, 1.0) : (0, 0)
    return EntryTerms(weight: (extraWeight, alpha), target: hasWeights ? (0, 1) : (extraTarget, alpha))
  }

  func penalty(value: Float, weight: Float?, offset: Double, score: Double) -> Double {
    let gain = alpha * Double(weight ?? value)
    let error = (weight != nil && value == 0 ? 0 : 1) - score
    switch form {
    case .ials: return gain * error * error
    case .hkv: return (1 + gain) * error * error - unobservedWeight * score * score
    }
  }
}
