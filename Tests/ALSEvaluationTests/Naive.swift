import ALSEvaluation
import Foundation

/// The formulas, term by term.
struct Naive {
  let list: [Int]
  let relevant: Set<Int>
  let cutoff: Int

  /// relᵢ for i from 1.
  func relevance(_ i: Int) -> Double { i <= list.count && relevant.contains(list[i - 1]) ? 1 : 0 }

  func sum(_ last: Int, _ term: (Int) -> Double) -> Double {
    // Terms after the end of the list are zero, or asked for as far as relevant items go.
    let last = min(last, max(list.count, relevant.count))
    return last < 1 ? 0 : (1...last).map(term).reduce(0, +)
  }

  /// `nil` when there is no value.
  func value(_ kind: RankingMetric.Kind) -> Double? {
    let attainable = min(cutoff, relevant.count)
    let hits = sum(cutoff, relevance)
    return switch kind {
    case .ndcg:
      sum(cutoff) { relevance($0) / log2(Double($0 + 1)) } / sum(attainable) { 1 / log2(Double($0 + 1)) }
    case .recall: hits / Double(relevant.count)
    case .cappedRecall: hits / Double(attainable)
    case .precision: hits / Double(cutoff)
    case .meanAveragePrecision:
      sum(cutoff) { relevance($0) * sum($0, relevance) / Double($0) } / Double(attainable)
    case .reciprocalRank:
      (1...max(list.count, 1)).first { $0 <= cutoff && relevance($0) == 1 }.map { 1 / Double($0) } ?? 0
    case .hitRate: hits > 0 ? 1 : 0
    case .auc: areaByPairs
    case .coverage, .gini, .meanPopularity, .novelty, .intraListSimilarity: nil
    }
  }

  /// Over all pairs of a relevant and another candidate.
  private var areaByPairs: Double? {
    let others = list.filter { !relevant.contains($0) }
    if others.isEmpty || relevant.isEmpty { return nil }
    var won = 0
    for item in relevant {
      guard let place = list.firstIndex(of: item) else { continue }
      won += list[place...].count { !relevant.contains($0) }
    }
    return Double(won) / Double(others.count * relevant.count)
  }
}
