/// The problem of one row, which everything that solves rows reads: training, folding in, explaining and rescuing.
///
///     minimise over x in 𝒟   Σ_{i in row} w_i (t_i − v_i·x)²  +  a0·a·xᵀGx  +  λ ‖x − m‖²  +  μ ‖x‖₁      G = Σ_j b_j v_j v_jᵀ
///
/// It is given divided by the row's density a, so that the term of all cells is the same for all rows. What is left out
/// costs nothing: a = 1, m = 0 and μ = 0.
package struct RowProblem: BitwiseCopyable, Sendable {
  /// n.
  package let entryCount: Int
  /// w/a and w·t/a of an observed value.
  package let terms: EntryTerms
  /// λ/a.
  package let regularization: Double
  /// μ/a.
  package let sparsity: Double
  /// 1/a.
  let share: Double

  init(entryCount: Int, terms: EntryTerms, _ parameters: RowParameters) {
    self.entryCount = entryCount
    share = parameters.density == 1 ? 1 : 1 / parameters.density
    self.terms = share == 1 ? terms : terms.scaled(by: share)
    (regularization, sparsity) = (parameters.regularization * share, parameters.sparsity * share)
  }

  /// n/a.
  var weightedCount: Double { Double(entryCount) * share }
}

/// What an objective says of a row with so many entries.
package struct RowParameters: BitwiseCopyable, Sendable {
  /// λ.
  package var regularization: Double
  /// a: what each cell of the row, observed or not, weighs, and b of the same row where it is fixed; more than 0.
  package var density: Double
  /// μ.
  package var sparsity: Double

  package init(regularization: Double, density: Double = 1, sparsity: Double = 0) {
    (self.regularization, self.density, self.sparsity) = (regularization, density, sparsity)
  }
}

/// 𝒟: where a row's solution may be.
package enum Domain: Sendable {
  /// Anywhere.
  case all
  /// Where no coordinate is negative.
  case nonnegative
}
