import ALS

/// A measure of recommendations, down to a cutoff: `ndcg@10`.
///
/// Lists are in the order of the engine: by falling score, equal scores by item index. Users without a relevant item
/// are not part of any mean.
public struct RankingMetric: Sendable, Hashable {
  /// What is measured.
  public let kind: Kind
  /// How many of the recommendations are looked at, from the best; at least 1, and `Int.max` for ``Kind/auc``, which
  /// looks at all.
  public let cutoff: Int

  /// The area under the ROC curve, which has no cutoff.
  public static let auc = RankingMetric(.auc, at: .max)

  /// The first `cutoff` recommendations, measured by `kind`; the cutoff of ``Kind/auc`` is ignored.
  ///
  /// - Precondition: `cutoff` is at least 1.
  public init(_ kind: Kind, at cutoff: Int) {
    precondition(cutoff >= 1, "a cutoff of \(cutoff) looks at no recommendation")
    self.kind = kind
    self.cutoff = kind == .auc ? .max : cutoff
  }
}

extension RankingMetric {
  /// What a metric measures.
  ///
  /// For a user with the set R of relevant items and a cutoff k, relᵢ is 1 when the recommendation in position i
  /// (1, 2, …) is in R, otherwise 0; positions after the end of a shorter list count as not relevant. All but
  /// ``coverage`` and ``gini`` are means over the users for whom R is not empty.
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

    /// Area under the ROC curve: the share of pairs of a relevant and another candidate in which the relevant one has
    /// the higher score; equal scores count half.
    ///
    /// Σ_{p ∈ R} Σ_{n ∉ R} ([s_p > s_n] + ½ [s_p = s_n]) / (|R| · |N|) over the N other candidates, which are all items
    /// but those excluded: the statistic of Mann and Whitney. Hanley and McNeil, "The Meaning and Use of the Area under
    /// a Receiver Operating Characteristic (ROC) Curve", Radiology 1982; per user as in Rendle et al., "BPR: Bayesian
    /// Personalized Ranking from Implicit Feedback", UAI 2009. Looks at the whole ranking and needs every score, so it
    /// takes longer than all others together.
    case auc

    /// Catalogue coverage: the share of all items that are among the first k of at least one list.
    ///
    /// A property of all lists together, so a single user has no value. Ge, Delgado-Battenfeld and Jannach, "Beyond
    /// Accuracy: Evaluating Recommender Systems by Coverage and Serendipity", RecSys 2010.
    case coverage

    /// Gini index of how often each item is among the first k: 0 when all are equally often, nearly 1 when it is always
    /// the same few.
    ///
    /// Σ_j (2j − n − 1) c_j / (n Σ_j c_j) with the counts c of all n items rising. A property of all lists together.
    /// Fleder and Hosanagar, "Blockbuster Culture's Next Rise or Fall", Management Science 2009; Shani and Gunawardana,
    /// "Evaluating Recommendation Systems", Recommender Systems Handbook 2011.
    case gini

    /// Mean popularity: Σ_{i ≤ k} φᵢ / l for the first l ≤ k items of the list, where φᵢ is the number of users that
    /// item i has in training.
    ///
    /// Yin et al., "Challenging the Long Tail Recommendation", VLDB 2012; "average recommendation popularity" of
    /// Abdollahpouri et al., "Managing Popularity Bias in Recommender Systems with Personalized Re-Ranking", FLAIRS 2019.
    case meanPopularity = "mean-popularity"

    /// Mean self-information: Σ_{i ≤ k} log₂(U / φᵢ) / l, in bits, for U users in training; an item that nobody has
    /// counts as one that one user has.
    ///
    /// Zhou et al., "Solving the Apparent Diversity-Accuracy Dilemma of Recommender Systems", PNAS 2010; "novelty" in
    /// Vargas and Castells, "Rank and Relevance in Novelty and Diversity Metrics for Recommender Systems", RecSys 2011.
    case novelty

    /// Intra-list similarity: the mean cosine of the item factors over all pairs of different items among the first k.
    ///
    /// Σ_{i < j ≤ l} cos(yᵢ, yⱼ) / (l (l − 1) / 2); an item without factors is like no other. Lists of fewer than two
    /// items have no value. Ziegler et al., "Improving Recommendation Lists Through Topic Diversification", WWW 2005, who
    /// take the sum; the mean does not depend on the length. Factors of different models have different cosines.
    case intraListSimilarity = "intra-list-similarity"

    /// What the value follows from, and who computes it.
    enum Basis {
      /// Where the relevant items of one user stand: ``RankedHits``.
      case hits
      /// The items of one list: ``ItemTraits``.
      case items
      /// How often each item is recommended to anybody: ``Exposure``.
      case exposure
    }

    var basis: Basis {
      switch self {
      case .ndcg, .recall, .cappedRecall, .precision, .meanAveragePrecision, .reciprocalRank, .hitRate, .auc: .hits
      case .meanPopularity, .novelty, .intraListSimilarity: .items
      case .coverage, .gini: .exposure
      }
    }

    /// Whether each user has a value, of which the metric is the mean.
    public var isPerUser: Bool { basis != .exposure }

    /// Whether it says how well the relevant items are ranked.
    ///
    /// Higher is better then. The others describe the lists.
    public var isAccuracy: Bool { basis == .hits }

    /// Whether it looks no further than a cutoff.
    public var hasCutoff: Bool { self != .auc }

    /// Whether it needs to know how many users each item has in training.
    public var needsPopularity: Bool { self == .meanPopularity || self == .novelty }
  }
}

extension RankingMetric {
  /// The value for one list.
  ///
  /// - Parameters:
  ///   - list: Recommendations, best first; a repeated one counts in its first position only. For ``auc`` all
  ///     candidates, none of them tied; relevant items that are not among them come after all.
  ///   - relevant: What would have been right to recommend.
  /// - Returns: The value, or `nil` when it is not defined: nothing is relevant, nothing else is, or the metric is not
  ///   one of accuracy.
  /// - Complexity: O(min(`cutoff`, length of the list) + min(`cutoff`, relevant items)).
  public func value<Item: Hashable>(of list: some Sequence<Item>, relevant: Set<Item>) -> Double? {
    guard kind.isAccuracy, !relevant.isEmpty else { return nil }
    var found: Set<Item> = []
    var ranks: [Int32] = []
    var length = 0
    for item in list.prefix(cutoff) {
      if relevant.contains(item), found.insert(item).inserted { ranks.append(Int32(length)) }
      length += 1
    }
    let gains = DiscountedGains(length: min(cutoff, max(relevant.count, Int(ranks.last ?? 0) + 1)))
    return ranks.withUnsafeBufferPointer {
      RankedHits(ranks: $0, relevantCount: relevant.count, listLength: length).value(kind, cutoff: cutoff, gains: gains)
    }
  }
}
