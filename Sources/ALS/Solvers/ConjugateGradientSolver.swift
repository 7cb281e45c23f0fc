import ALSDense
import ALSPlatform
import ALSSparse

/// A few steps of preconditioned conjugate gradients per row, in the eigenbasis of the fixed side's Gram matrix.
///
/// Conjugate gradients for ALS are due to Takács, Pilászy and Tikk, *Applications of the conjugate gradient method for
/// implicit feedback collaborative filtering*, RecSys 2011; the eigenbasis is this package's. With G = QΛQᵀ and both
/// sides rotated by Q, the system of a row is
///
///     (a0·Λ + λ + Σ w_i v_i v_iᵀ) x = Σ w_i t_i v_i
///
/// whose dense part is diagonal: a step costs no more than one pass over the row's own entries, and the preconditioner
/// (a0 + n·w/N)·Λ + λ, with n entries of mean weight w out of N, is exact for the dense part and right on average for
/// the entries. The first residual, from the row's last value x, takes one such pass
/// too: r = Σ w_i (t_i − v_i·x) v_i − (a0·Λ + λ)x.
///
/// Rows with few entries are solved one by one by whichever worker is free. The others advance together, step by step,
/// because then the fixed side can be walked through in tiles that stay in cache (``TiledRows``). All sums are in an
/// order that depends on the data alone.
///
/// - Complexity: O((steps + 1)·n·k) per row with n entries.
struct ConjugateGradientSolver: RowSolver {
  /// The most steps of a row, where the sweep is not the last.
  let steps: Int
  /// What the kernels run on.
  var instructions = InstructionSet.best
  /// The bytes of a tile of the fixed side.
  var tileBytes = Self.tileBytes

  /// About half of a second-level cache.
  static let tileBytes = 512 << 10

  var usesEigenbasis: Bool { true }
  var traffic: ItemTraffic { .sums }
  var tableFormat: TableFormat { .half }
  var tiling: Int? { tileBytes }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
    let problem = GradientSweep(
      sweep, steps: steps, format: sweep.isLast ? .full : tableFormat, instructions: instructions)
    let outcome = SolveOutcome()
    let tiling = Tiling(of: problem, tileBytes: tileBytes)
    for group in tiling.groups {
      let rows = TiledRows(group, in: tiling, of: problem)
      rows.solve()
      try sweep.cancellation.check()
      rows.store(reportingTo: outcome)
    }
    solveSingleRows(below: tiling.leastEntries, of: problem, reportingTo: outcome)
    try sweep.cancellation.check()
    return try outcome.report()
  }
}
