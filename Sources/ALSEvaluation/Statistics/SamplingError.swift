/// How far a ratio of sums over users depends on who they are: what its standard error follows from.
///
/// The sums are Σ s_u and Σ n_u, the ratio R = Σ s_u / Σ n_u; its variance is about m/(m − 1)·Σ (s_u − R·n_u)² / (Σ n_u)²
/// for m users. Cochran, "Sampling Techniques", 1977, chapter 6. With n_u = 1, R is a mean and this its usual variance.
/// The bootstrap's intervals describe the same, in O(replicates) times as long.
struct SamplingError {
  /// Σ (s_u − R·n_u)².
  var squares = 0.0
  /// m.
  var users = 0

  /// The deviations of users who are taken in their order.
  init(_ deviations: some Sequence<Double>) {
    for deviation in deviations {
      squares += deviation * deviation
      users += 1
    }
  }

  /// Those of several parts of the users, added.
  init(squares: Double, users: Int) { (self.squares, self.users) = (squares, users) }

  /// The standard error of R; `nil` for fewer than two users.
  func ofRatio(weight: Double) -> Double? {
    users > 1 && weight > 0 ? (Double(users) / Double(users - 1) * squares).squareRoot() / weight : nil
  }
}
