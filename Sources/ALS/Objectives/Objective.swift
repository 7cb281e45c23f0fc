import ALSSparse

/// A model's loss, as what one row of interactions contributes to the problem of one entity.
///
/// With the other side fixed (rows v_i, Gram matrix G = Σ v vᵀ over all of them), every entity solves
///
///     minimise over x   Σ_{i in row} w_i (t_i − v_i·x)²  +  a0 · xᵀ G x  +  λ_row ‖x‖²
///
/// on its own. An objective turns a row into `w` and `w·t` (the product stays finite where w = 0), and says what `a0`
/// and `λ_row` are. A solver needs nothing else, so objectives and solvers do not know each other.
package protocol Objective: Sendable {
  /// The weight a0 of the Gram matrix: what every cell, observed or not, is asked to be near zero with.
  var gramWeight: Double { get }

  /// λ_row = λ·(n + a0·N)^ν for a row with n entries over N fixed rows.
  func regularization(entryCount: Int, fixedCount: Int) -> Double

  /// Whether rows carry a bias as a last coordinate, whose partner on the fixed side is 1.
  var hasBiases: Bool { get }

  /// `w` and `w·t` of an observed value.
  var terms: EntryTerms { get }

  /// What an observed cell adds to the loss at a given score, besides `a0·score²`, which the Gram term counts.
  func penalty(value: Float, offset: Double, score: Double) -> Double
}

/// The frequency-scaled regularisation λ·(n + a0·N)^ν.
///
/// From Zhou et al. (2008) for a0 = 0, and Rendle et al. (2022).
func scaledRegularization(
  _ regularization: Double, exponent: Double, gramWeight: Double, entryCount: Int, fixedCount: Int
) -> Double {
  if exponent == 0 { return regularization }
  return regularization * power(Double(entryCount) + gramWeight * Double(fixedCount), exponent)
}
