import ALS

/// Where the relevant items stand in one list: all that a metric of one user depends on.
struct RankedHits {
  /// The positions, counted from 0, that hold a relevant item; rising.
  let ranks: UnsafeBufferPointer<Int32>
  /// The number of relevant items, in the list or not; at least 1.
  let relevantCount: Int
  /// The length of the list, as far as it was looked at.
  let listLength: Int

  /// The value of `kind`, or `nil` when it is not defined by the hits.
  ///
  /// `gains` reach as far as the ranks below `cutoff` and as min(`cutoff`, `relevantCount`).
  func value(_ kind: RankingMetric.Kind, cutoff: Int, gains: DiscountedGains) -> Double? {
    let hits = ranks.prefix { $0 < cutoff }
    let attainable = min(cutoff, relevantCount)
    switch kind {
    case .ndcg:
      return hits.reduce(0) { $0 + gains.gains[Int($1)] } / gains.ideal[attainable]
    case .recall:
      return Double(hits.count) / Double(relevantCount)
    case .cappedRecall:
      return Double(hits.count) / Double(attainable)
    case .precision:
      return Double(hits.count) / Double(cutoff)
    case .meanAveragePrecision:
      var sum = 0.0
      for (earlier, rank) in hits.enumerated() { sum += Double(earlier + 1) / Double(rank + 1) }
      return sum / Double(attainable)
    case .reciprocalRank:
      return hits.first.map { 1 / Double($0 + 1) } ?? 0
    case .hitRate:
      return hits.isEmpty ? 0 : 1
    case .auc:
      // Other candidates before a relevant one are lost pairs; a relevant item that is not in the list loses to all.
      let others = listLength - hits.count
      if others == 0 { return nil }
      var lost = (relevantCount - hits.count) * others
      for (earlier, rank) in hits.enumerated() { lost += Int(rank) - earlier }
      return 1 - Double(lost) / (Double(relevantCount) * Double(others))
    default:
      return nil
    }
  }
}
