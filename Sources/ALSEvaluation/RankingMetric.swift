/// A measure of recommendations, down to a cutoff: `ndcg@10`.
///
/// Higher is better for all of them.
public struct RankingMetric: Sendable, Hashable {
  /// What is measured.
  public let kind: Kind
  /// How many of the recommendations are looked at, from the best; at least 1.
  public let cutoff: Int

  /// The first `cutoff` recommendations, measured by `kind`.
  ///
  /// - Precondition: `cutoff` is at least 1.
  public init(_ kind: Kind, at cutoff: Int) {
    precondition(cutoff >= 1, "a cutoff of \(cutoff) looks at no recommendation")
    self.kind = kind
    self.cutoff = cutoff
  }
}

extension RankingMetric {
  /// What a metric measures.
  ///
  /// For a user with the set R of relevant items and a cutoff k, relᵢ is 1 when the recommendation in position i
  /// (1, 2, …) is in R, otherwise 0; positions after the end of a shorter list count as not relevant. All but
  /// ``coverage`` are means over the users for whom R is not empty.
  public enum Kind: String, CaseIterable, Sendable, Hashable {
    /// Normalised discounted cumulative gain, binary:
    /// Σ_{i ≤ k} relᵢ / log₂(i + 1), divided by Σ_{i ≤ min(k, |R|)} 1 / log₂(i + 1).
    ///
    /// Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", TOIS 2002, with the discount of
    /// Burges et al., "Learning to Rank Using Gradient Descent", ICML 2005. The divisor is the best possible value at
    /// the cutoff, as in Liang et al., "Variational Autoencoders for Collaborative Filtering", WWW 2018.
    case ndcg

    /// Recall: Σ_{i ≤ k} relᵢ / |R|.
    ///
    /// Cannot reach 1 for a user with more than k relevant items. Herlocker et al., "Evaluating Collaborative
    /// Filtering Recommender Systems", TOIS 2004.
    case recall

    /// Recall that a perfect list brings to 1: Σ_{i ≤ k} relᵢ / min(k, |R|).
    ///
    /// "Recall@R" of Liang et al., "Variational Autoencoders for Collaborative Filtering", WWW 2018, which Rendle et
    /// al. ("Revisiting the Performance of iALS on Item Recommendation Benchmarks", RecSys 2022) report too.
    case cappedRecall = "recall-capped"

    /// Precision: Σ_{i ≤ k} relᵢ / k, also when the list is shorter.
    ///
    /// Herlocker et al., TOIS 2004.
    case precision

    /// Mean average precision: Σ_{i ≤ k} relᵢ · Pᵢ / min(k, |R|), where Pᵢ is the precision of the first i.
    ///
    /// McFee et al., "The Million Song Dataset Challenge", WWW 2012 companion.
    case meanAveragePrecision = "map"

    /// Mean reciprocal rank: 1 / i for the smallest i ≤ k with relᵢ = 1; 0 if there is none.
    ///
    /// Voorhees, "The TREC-8 Question Answering Track Report", 1999.
    case reciprocalRank = "mrr"

    /// Hit rate: 1 when relᵢ = 1 for some i ≤ k, otherwise 0.
    ///
    /// Deshpande and Karypis, "Item-Based Top-N Recommendation Algorithms", TOIS 2004.
    case hitRate = "hit-rate"

    /// Catalogue coverage: the share of all items that are among the first k of at least one list.
    ///
    /// A property of all lists together, so a single user has no value. Ge, Delgado-Battenfeld and Jannach, "Beyond
    /// Accuracy: Evaluating Recommender Systems by Coverage and Serendipity", RecSys 2010.
    case coverage

    /// Whether each user has a value, of which the metric is the mean.
    public var isPerUser: Bool { self != .coverage }
  }
}

extension RankingMetric {
  /// The value for one list.
  ///
  /// - Parameters:
  ///   - list: Recommendations, best first; a repeated one counts in its first position only.
  ///   - relevant: What would have been right to recommend.
  /// - Returns: The value, or `nil` when it is not defined: nothing is relevant, or the metric is not per user.
  /// - Complexity: O(min(`cutoff`, length of the list) + min(`cutoff`, relevant items)).
  public func value<Item: Hashable>(of list: some Sequence<Item>, relevant: Set<Item>) -> Double? {
    guard kind.isPerUser, !relevant.isEmpty else { return nil }
    var found: Set<Item> = []
    var ranks: [Int32] = []
    for (rank, item) in list.prefix(cutoff).enumerated()
    where relevant.contains(item) && found.insert(item).inserted {
      ranks.append(Int32(rank))
    }
    let gains = DiscountedGains(length: min(cutoff, max(relevant.count, Int(ranks.last ?? 0) + 1)))
    return ranks.withUnsafeBufferPointer {
      RankedHits(ranks: $0, relevantCount: relevant.count).value(kind, cutoff: cutoff, gains: gains)
    }
  }
}
