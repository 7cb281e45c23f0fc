/// How the rows of a half-sweep are solved.
public enum Solver: String, CaseIterable, Hashable, Codable, Sendable {
  /// A few steps of preconditioned conjugate gradients per row, from the row's last value: the fastest at every k.
  ///
  /// Each row is solved only roughly, which costs nothing in the end because the next iteration moves everything anyway;
  /// the users are solved to the full accuracy of the arithmetic once, after the last iteration.
  case conjugateGradient
  /// Exact normal equations by Cholesky factorisation (small systems by kernels of ours, large ones by LAPACK's `?posv`).
  case cholesky
}

/// The arithmetic that a model is trained in and stored with.
public enum Precision: String, CaseIterable, Hashable, Codable, Sendable {
  /// 32-bit: enough for every published recipe, and twice as fast.
  case float
  /// 64-bit.
  case double
}
