import ALSDense

/// How the rows of a half-sweep are solved.
public enum Solver: String, CaseIterable, Hashable, Codable, Sendable {
  /// A few steps of preconditioned conjugate gradients per row, from the row's last value: the fastest at every k.
  ///
  /// Each row is solved only roughly, which costs nothing in the end because the next iteration moves everything anyway;
  /// the users are solved to the full accuracy of the arithmetic once, after the last iteration.
  case conjugateGradient
  /// Exact normal equations by Cholesky factorisation (small systems by kernels of ours, large ones by LAPACK's `?posv`).
  case cholesky
  /// iALS++: some factors at a time, exactly, with the others held fixed, from the row's last value; exact in one go with
  /// blocks of all factors.
  ///
  /// The users are solved as with ``conjugateGradient`` after the last iteration.
  case subspace
  /// Coordinate descent on the normal equations, from the row's last value: for factors that are not negative, or with an
  /// L1 norm that is kept small, and for no others.
  case coordinateDescent
}

extension Solver {
  /// What solves rows; `steps` are those of conjugate gradients, and `blockSize` the factors of a block of subspaces.
  func rowSolver(
    steps: Int, blockSize: Int, instructions: InstructionSet = .best, tileBytes: Int = ConjugateGradientSolver.tileBytes
  ) -> any RowSolver {
    switch self {
    case .conjugateGradient:
      ConjugateGradientSolver(steps: steps, instructions: instructions, tileBytes: tileBytes)
    case .cholesky: CholeskySolver(instructions: instructions)
    case .subspace: SubspaceSolver(blockSize: blockSize, instructions: instructions)
    case .coordinateDescent: CoordinateDescentSolver(instructions: instructions)
    }
  }

  /// What travels where rows are divided over ranks.
  package var traffic: ItemTraffic { rowSolver(steps: 1, blockSize: 1).traffic }
}
