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
  /// Ranking quality is then within 0.5 % of where it ends (`docs/defaults.md`).
  static var settledChange: Double { 0.01 }

  private let pairs: [(user: Int, item: Int)]
  private let hasBiases: Bool
  private var scores: [Double]

  init<Element: Scalar>(_ trainer: Trainer<Element>) {
    let matrix = trainer.byUser
    let count = min(Self.sampleCount, matrix.entryCount)
    var user = 0
    pairs = (0..<count).map { sample in
      let entry = (2 * sample + 1) * matrix.entryCount / (2 * count)
      while !matrix.entries(ofRow: user).contains(entry) { user += 1 }
      return (user, Int(matrix.columns.pointer[entry]))
    }
    hasBiases = trainer.objective.hasBiases
    scores = []
    scores = scores(trainer)
  }

  /// √(Σ(s − s′)² / Σs²) with s′ the scores at the last call, or at the start.
  mutating func change<Element: Scalar>(_ trainer: Trainer<Element>) -> Double {
    let last = scores
    scores = scores(trainer)
    var (moved, total) = (0.0, 0.0)
    for (score, old) in zip(scores, last) {
      moved += (score - old) * (score - old)
      total += score * score
    }
    return total == 0 ? 0 : (moved / total).squareRoot()
  }

  private func scores<Element: Scalar>(_ trainer: Trainer<Element>) -> [Double] {
    let factors = trainer.users.columnCount - (hasBiases ? 1 : 0)
    return pairs.map { pair in
      let (x, y) = (trainer.users.row(pair.user), trainer.items.row(pair.item))
      var score = hasBiases ? Double(x[factors]) + Double(y[factors]) : 0
      for i in 0..<factors { score += Double(x[i]) * Double(y[i]) }
      return score
    }
  }
}
