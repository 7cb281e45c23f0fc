/// How the rows of a half-sweep are solved.
public enum Solver: String, CaseIterable, Hashable, Codable, Sendable {
  /// Exact normal equations by Cholesky factorisation (LAPACK `?posv`).
  case cholesky
}

/// The arithmetic that a model is trained in and stored with.
public enum Precision: String, CaseIterable, Hashable, Codable, Sendable {
  /// 32-bit: enough for every published recipe, and twice as fast.
  case float
  /// 64-bit.
  case double
}
