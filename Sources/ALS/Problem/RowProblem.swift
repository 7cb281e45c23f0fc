/// The problem of one row, which everything that solves rows reads: training, folding in, explaining and rescuing.
///
///     minimise over x in 𝒟   Σ_{i in row} w_i (t_i − v_i·x)²  +  a0·a·xᵀGx  +  λ ‖x − m‖²  +  μ ‖x‖₁      G = Σ_j b_j v_j v_jᵀ
///
/// With a bias as the last coordinate, 𝒟 and μ are not about that. It is given divided by the row's density a, so that the term of all cells is the same for all rows. What is left out
/// costs nothing: a = 1, m = 0 and μ = 0.
package struct RowProblem: BitwiseCopyable, Sendable {
  /// n.
  package let entryCount: Int
  /// w and w·t of an observed value, as they are in this problem.
  package let terms: EntryTerms
  /// λ/a.
  package let regularization: Double
  /// μ/a.
  package let sparsity: Double
  /// λ of single coordinates.
  let own: OwnRegularization
  /// 1/a.
  let share: Double
  /// What w is multiplied by.
  let entryShare: Double

  /// The problem of a row with these parameters; in `isScaled` coordinates x is √a times itself.
  init(
    entryCount: Int, terms: EntryTerms, _ parameters: RowParameters, _ scope: DensityScope?, isScaled: Bool
  ) {
    self.entryCount = entryCount
    own = parameters.own
    guard let scope else {
      (share, entryShare, self.terms) = (1, 1, terms)
      (regularization, sparsity) = (parameters.regularization, parameters.sparsity)
      return
    }
    share = 1 / parameters.density
    switch scope {
    case .unobserved:
      entryShare = share
      self.terms = terms.scaled(weight: share, target: share)
      (regularization, sparsity) = (parameters.regularization * share, parameters.sparsity * share)
    case .all:
      entryShare = 1
      self.terms = isScaled ? terms.scaled(weight: 1, target: parameters.density.squareRoot()) : terms
      regularization = parameters.regularization
      sparsity = isScaled ? parameters.sparsity * parameters.density.squareRoot() : parameters.sparsity
    }
  }

  /// What the distance of a coordinate, of so many, from m weighs.
  @inline(__always)
  func priorWeight(_ coordinate: Int, of order: Int) -> Double { regularization + own(coordinate, of: order) }

  /// n times what w is multiplied by.
  var weightedCount: Double { Double(entryCount) * entryShare }
}

/// What an objective says of a row with so many entries.
package struct RowParameters: BitwiseCopyable, Sendable {
  /// λ; λ/a where densities weigh all of the loss.
  package var regularization: Double
  /// a: what each cell of the row weighs, and b of the same row where it is fixed; more than 0.
  package var density: Double
  /// μ; μ/a where densities weigh all of the loss.
  package var sparsity: Double
  /// λ of single coordinates; rows with one have no densities.
  var own = OwnRegularization()

  package init(regularization: Double, density: Double = 1, sparsity: Double = 0) {
    (self.regularization, self.density, self.sparsity) = (regularization, density, sparsity)
  }
}

/// What λ of the coordinates that have one of their own is above λ, or below it.
struct OwnRegularization: BitwiseCopyable, Sendable {
  /// Of the first factor, in which the fixed side varies most.
  var first = 0.0
  /// Of the last coordinate, a bias.
  var last = 0.0

  /// That of a coordinate of so many.
  func callAsFunction(_ coordinate: Int, of order: Int) -> Double {
    (coordinate == 0 ? first : 0) + (coordinate == order - 1 ? last : 0)
  }

  /// These, times a number.
  func scaled(by factor: Double) -> OwnRegularization {
    OwnRegularization(first: first * factor, last: last * factor)
  }

  /// Those coordinates of so many that have one.
  @inline(__always)
  func forEach(of order: Int, _ body: (_ coordinate: Int, _ extra: Double) -> Void) {
    if last != 0 { body(order - 1, last) }
    if first != 0 { body(0, first) }
  }
}

/// What is multiplied by the densities a of the row and b of the fixed row.
package enum DensityScope: Sendable {
  /// The term of all cells, but not the observed ones' own; regularization stays as it is.
  case unobserved
  /// All of a cell's loss, observed or not, and the regularization of a row by its own density.
  ///
  /// With x' = √a·x and v' = √b·v this is a problem without densities whose targets are multiplied by √(a·b). Training is
  /// written in these coordinates; models are not.
  case all
}

/// 𝒟: where a row's solution may be.
package enum Domain: Sendable {
  /// Anywhere.
  case all
  /// Where no coordinate is negative.
  case nonnegative
}
