import ALSDense

/// A varied choice by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
///
/// Of the ``pool`` items with the highest scores, one after the other is taken that maximises
///
///     (1 − θ)·r − θ·max cos(y, y')   over the items y' taken so far
///
/// with r the score scaled so that the pool lies in 0...1. Ties go to the higher score, then by item index.
public struct Diversity: Hashable, Sendable {
  /// θ: 0 keeps the order of the scores, 1 looks at differences alone.
  public let weight: Double
  /// How many of the best items are chosen from; ten times the count when `nil`, and never fewer than the count.
  public let pool: Int?

  /// A varied choice.
  ///
  /// - Parameters:
  ///   - weight: θ in 0...1.
  ///   - pool: How many of the best items are chosen from, 1 or more.
  /// - Throws: `ALSError` when a parameter is out of its range.
  public init(weight: Double, pool: Int? = nil) throws {
    guard (0...1).contains(weight) else {
      throw ALSError(.configuration, "the weight of diversity is \(weight), but it must be between 0 and 1.")
    }
    if let pool, pool < 1 {
      throw ALSError(.configuration, "the pool of diversity is \(pool), but it must be 1 or more.")
    }
    self.weight = weight
    self.pool = pool
  }

  /// How many items to choose `count` from.
  func poolSize(for count: Int) -> Int {
    max(count, pool ?? 10 * count)
  }

  /// `count` of `pool`, which is in the order of scores.
  ///
  /// - Complexity: O(count · pool · k).
  func choose<Element: Scalar>(_ count: Int, of pool: [Scored], items: Matrix<Element>) -> [Scored] {
    guard weight > 0, pool.count > 1, let highest = pool.first?.score, let lowest = pool.last?.score else {
      return Array(pool.prefix(count))
    }
    let (k, range) = (items.columnCount, highest - lowest)
    let norms = pool.map { item in
      let row = items.row(Int(item.index))
      return dot(row, row, k).squareRoot()
    }
    var nearest = [Double](repeating: -.infinity, count: pool.count)
    var isLeft = [Bool](repeating: true, count: pool.count)
    var chosen: [Scored] = []
    while chosen.count < min(count, pool.count) {
      var (best, bestValue) = (-1, -Double.infinity)
      for candidate in pool.indices where isLeft[candidate] {
        let relevance = range > 0 ? (pool[candidate].score - lowest) / range : 0
        let value = (1 - weight) * relevance - (chosen.isEmpty ? 0 : weight * nearest[candidate])
        if best < 0 || value > bestValue { (best, bestValue) = (candidate, value) }
      }
      chosen.append(pool[best])
      isLeft[best] = false
      let row = items.row(Int(pool[best].index))
      for candidate in pool.indices where isLeft[candidate] {
        let product = norms[best] * norms[candidate]
        let cosine = product > 0 ? dot(row, items.row(Int(pool[candidate].index)), k) / product : 0
        nearest[candidate] = max(nearest[candidate], cosine)
      }
    }
    return chosen
  }
}
