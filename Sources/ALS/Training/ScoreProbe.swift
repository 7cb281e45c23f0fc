import ALSDense
import ALSPlatform
import ALSSparse

/// How much an iteration changes the scores of observed pairs: a fixed sample of them, evenly over the data.
///
/// Scores are what a model is for, and unlike factors they do not depend on the basis. O(sample · k).
struct ScoreProbe {
  private static var sampleCount: Int { 4096 }
  /// Less than this much change, relative and in the mean square, and a training has settled.
  ///
  /// Ranking quality is then within 0.6 % of that after 16 iterations (`docs/defaults.md`).
  static var settledChange: Double { 0.01 }

  private let pairs: [(user: Int, item: Int)]
  private let hasBiases: Bool
  private var scores: [Double]

  /// The pairs that are entries of `matrix`, which has those from `offset` on of `entryCount`.
  init(of matrix: CSRMatrix<Float>, offset: Int = 0, entryCount: Int, hasBiases: Bool) {
    let count = min(Self.sampleCount, entryCount)
    var user = 0
    pairs = (0..<count).compactMap { sample in
      let entry = (2 * sample + 1) * entryCount / (2 * count) - offset
      guard (0..<matrix.entryCount).contains(entry) else { return nil }
      while !matrix.entries(ofRow: user).contains(entry) { user += 1 }
      return (user, Int(matrix.columns.pointer[entry]))
    }
    self.hasBiases = hasBiases
    scores = []
  }

  /// Σ(s − s′)² and Σs², with s′ the scores at the last call.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  mutating func change<Element: Scalar>(_ tables: Sides<Matrix<Element>>) -> (moved: Double, total: Double) {
    let last = scores
    let factors = tables.users.columnCount - (hasBiases ? 1 : 0)
    scores = pairs.map { pair in
      let (x, y) = (tables.users.row(pair.user), tables.items.row(pair.item))
      var score = hasBiases ? Double(x[factors]) + Double(y[factors]) : 0
      for i in 0..<factors { score += Double(x[i]) * Double(y[i]) }
      return score
    }
    var (moved, total) = (0.0, 0.0)
    for (score, old) in zip(scores, last) {
      moved += (score - old) * (score - old)
      total += score * score
    }
    return (moved, total)
  }

  /// Whether a training is over: after `iterations`, or when these are left open, once the scores have settled.
  static func isAtEnd(after history: [IterationRecord], iterations: Int?) -> Bool {
    let hasSettled = iterations == nil && (history.last?.scoreChange).map { $0 < settledChange } ?? false
    return hasSettled || history.count >= iterations ?? ModelConfiguration.mostIterations
  }

  /// √(Σ(s − s′)² / Σs²).
  static func relative(_ change: (moved: Double, total: Double)) -> Double {
    change.total == 0 ? 0 : (change.moved / change.total).squareRoot()
  }
}
