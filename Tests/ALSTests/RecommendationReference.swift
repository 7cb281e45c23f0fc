import ALS

#if canImport(Glibc)
  import Glibc
#endif

/// Every filter by sorting all scores: plain sets, one user at a time.
struct RecommendationReference {
  let model: FactorModel
  var excluded: Set<Int> = []
  var candidates: Set<Int>?
  var ownCandidates: Set<Int>?
  var minimumScore: Double?
  var penalty = 0.0
  /// How many users each item has in training.
  var userCounts: [Int] = []
  var diversity: (weight: Double, pool: Int?)?

  private func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  private func score(_ x: [Double], _ bias: Double, _ item: Int) -> Double {
    let loss = penalty == 0 ? 0 : penalty * log1p(Double(userCounts[item])) / log1p(Double(userCounts.max() ?? 0))
    // Biases are stored in the model's precision, and so are lowered ones.
    let own = model.itemBias(at: item) - loss
    let stored = model.precision == .float ? Double(Float(own)) : own
    return model.globalMean + (product(x, model.itemFactors(at: item)) + bias + stored)
  }

  func best(_ x: [Double], bias: Double, count: Int) -> [(item: Int, score: Double)] {
    var allowed = Set(model.items.indices).subtracting(excluded)
    if let candidates { allowed.formIntersection(candidates) }
    if let ownCandidates { allowed.formIntersection(ownCandidates) }
    var ranked = allowed.map { (item: $0, score: score(x, bias, $0)) }
      .sorted { $0.score > $1.score || ($0.score == $1.score && $0.item < $1.item) }
    if let diversity { ranked = Array(ranked.prefix(max(count, diversity.pool ?? 10 * count))) }
    if let minimumScore { ranked = ranked.filter { $0.score >= minimumScore } }
    if let diversity { ranked = diverse(ranked, diversity.weight, count: count) }
    return Array(ranked.prefix(count))
  }

  func best(ofUserAt user: Int, count: Int) -> [(item: Int, score: Double)] {
    best(model.userFactors(at: user), bias: model.userBias(at: user), count: count)
  }

  /// Maximal marginal relevance, recomputed from scratch for each place.
  private func diverse(
    _ pool: [(item: Int, score: Double)], _ weight: Double, count: Int
  ) -> [(item: Int, score: Double)] {
    guard let high = pool.first?.score, let low = pool.last?.score else { return [] }
    let vectors = pool.map { model.itemFactors(at: $0.item) }
    let cosines = vectors.map { x in
      vectors.map { y in
        let size = product(x, x).squareRoot() * product(y, y).squareRoot()
        return size == 0 ? 0 : product(x, y) / size
      }
    }
    var (rest, chosen): ([Int], [Int]) = (Array(pool.indices), [])
    func value(_ place: Int) -> Double {
      let relevance = high > low ? (pool[place].score - low) / (high - low) : 0
      return (1 - weight) * relevance - weight * (chosen.map { cosines[$0][place] }.max() ?? 0)
    }
    while !rest.isEmpty, chosen.count < count {
      let values = rest.map(value)
      let best = values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
      chosen.append(rest.remove(at: best))
    }
    return chosen.map { pool[$0] }
  }
}
