/// Which items a held-out item is ranked among.
public enum Candidates: Sendable, Hashable {
  /// All items of the model, except those excluded.
  case all

  /// Each held-out item among `count` items drawn at random, without repeats, from those that are neither excluded nor
  /// held out for the user.
  ///
  /// A user's value is the mean over the held-out items, each the only relevant one of its candidates. Values are much
  /// higher than those of the full ranking, cannot be compared with them, and may order models differently: Krichene
  /// and Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020. For comparisons with publications that use
  /// it, such as He et al., "Neural Collaborative Filtering", WWW 2017, with a `count` of 99.
  case sampled(count: Int, seed: UInt64)

  /// The name of a metric under this protocol: `ndcg@10`, or `sampled99-ndcg@10`.
  public func name(of metric: RankingMetric) -> String {
    switch self {
    case .all: metric.description
    case .sampled(let count, _): "sampled\(count)-\(metric)"
    }
  }
}
