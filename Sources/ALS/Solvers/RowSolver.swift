import ALSDense

/// A way to solve all rows of a half-sweep.
protocol RowSolver: Sendable {
  /// Whether half-sweeps must be written in the eigenbasis of the fixed side's Gram matrix (``FixedSide/spectrum``).
  var usesEigenbasis: Bool { get }

  /// Solves every row with entries and zeroes the others.
  ///
  /// - Throws: `ALSError` when a row has no finite solution, `CancellationError` when the task is cancelled.
  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport
}

/// What a half-sweep has to tell.
package struct SolveReport: Sendable {
  /// Rows whose system was too close to singular for the working precision, solved again in double precision.
  package var rescuedRows = 0
}

extension Solver {
  /// What solves rows; `steps` are those of conjugate gradients.
  func rowSolver(
    steps: Int, instructions: InstructionSet = .best, tileBytes: Int = Training.tileBytes
  ) -> any RowSolver {
    switch self {
    case .conjugateGradient:
      ConjugateGradientSolver(steps: steps, instructions: instructions, tileBytes: tileBytes)
    case .cholesky: CholeskySolver(instructions: instructions)
    }
  }
}
