/// What may be recommended besides the exclusions, in which order, and what becomes of users that nothing is known of.
///
/// Every part works with every other one. In order: only ``candidates`` and ``candidatesPerUser`` are looked at; scores
/// are lowered by the ``popularityPenalty``; those below ``minimumScore`` are dropped; the best are taken, or, with
/// ``diversity``, a varied choice among the best.
public struct RecommendationOptions: Sendable {
  /// Only these items; all when `nil`.
  ///
  /// Few items are scored one by one, in O(n·k) for n of them; many are left to the search among all.
  public var candidates: Selection?
  /// For each user only its own items here; all items when `nil`.
  ///
  /// Users without any get nothing. Candidates are scored one by one: O(n·k) for a user with n candidates.
  public var candidatesPerUser: UserCandidates?
  /// Items with a lower score are not recommended.
  public var minimumScore: Double?
  /// What is taken off the scores of popular items.
  public var popularityPenalty: PopularityPenalty?
  /// How much the recommended items are to differ from one another.
  public var diversity: Diversity?
  /// What users get that the model does not know, and histories without any item that it knows.
  public var coldStart: ColdStart

  /// Options; by default everything may be recommended, the highest scores first, and unknown users are errors.
  public init(
    candidates: Selection? = nil, candidatesPerUser: UserCandidates? = nil, minimumScore: Double? = nil,
    popularityPenalty: PopularityPenalty? = nil, diversity: Diversity? = nil, coldStart: ColdStart = .error
  ) {
    self.candidates = candidates
    self.candidatesPerUser = candidatesPerUser
    self.minimumScore = minimumScore
    self.popularityPenalty = popularityPenalty
    self.diversity = diversity
    self.coldStart = coldStart
  }
}

/// What is recommended to users that nothing is known of.
public enum ColdStart: Hashable, Sendable {
  /// An error that names the user.
  case error
  /// Nothing.
  case empty
  /// The items with the most interactions in training, whose scores are those numbers; ties by item index.
  ///
  /// Exclusions of items, candidates and the count hold; everything that is about scores does not.
  case popular
}
