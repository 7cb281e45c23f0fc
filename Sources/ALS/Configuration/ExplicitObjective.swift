import ALSSparse

/// Explicit ratings: alternating least squares with weighted λ-regularisation (Zhou et al., AAIM 2008) around the mean.
///
///     Σ_obs (r − μ − b_u − b_i − x·y)²  +  Σ_u λ n_u^ν (‖x_u‖² + b_u²)  +  Σ_i λ n_i^ν (‖y_i‖² + b_i²)
///
/// A bias is one more coordinate whose partner on the other side is 1, so it is solved exactly with the factors; the
/// fixed side's bias is an offset to be taken off the rating.
struct ExplicitObjective: Objective {
  let mean: Double
  let hasBiases: Bool
  let regularization: RowRegularization
  let biasRegularization: Double?
  let firstFactorShare: Double

  var gramWeight: Double { 0 }
  var domain: Domain { regularization.domain }

  func parameters(of side: Side, entryCount: Int, fixedCount: Int) -> RowParameters {
    var parameters = RowParameters(
      regularization: regularization(side, entryCount: entryCount, fixedCount: fixedCount),
      sparsity: regularization.sparsity(side, entryCount: entryCount, fixedCount: fixedCount))
    if let biasRegularization {
      let bias = regularization(biasRegularization, side, entryCount: entryCount, fixedCount: fixedCount)
      parameters.own.last = bias - parameters.regularization
    }
    parameters.own.first = (firstFactorShare - 1) * parameters.regularization
    return parameters
  }

  // With weights, the value is w·(r − μ).
  func terms(hasWeights: Bool) -> EntryTerms {
    hasWeights
      ? EntryTerms(weight: (0, 1), target: (0, 1)) : EntryTerms(weight: (1, 0), target: (-mean, 1))
  }

  func penalty(value: Float, weight: Float?, offset: Double, score: Double) -> Double {
    guard let weight else {
      let error = Double(value) - mean - offset - score
      return error * error
    }
    let error = Double(value) / Double(weight) - offset - score
    return Double(weight) * error * error
  }
}
