public import ALSSparse

extension FactorModel {
  /// The items with the highest scores for a user, best first, ties by item index.
  ///
  /// - Parameters:
  ///   - user: A user; what one gets that the model does not know is up to ``RecommendationOptions/coldStart``.
  ///   - count: How many items; fewer are returned when fewer are left after the exclusions, never others.
  ///   - exclusions: What must not be recommended; what the model remembers of its users, if it does, when left out.
  ///   - options: What else to heed.
  /// - Returns: At most `count` items.
  /// - Throws: `ALSError` when the model does not know the user, `count` is negative, or exclusions or options were made
  ///   for another model.
  /// - Complexity: O(items · k) at worst; the first request of a model without ``prepare(threads:)`` also ranks its
  ///   items, in O(items · (k + log items)).
  @inlinable
  public func recommend(
    user: some IdentifierKey, count: Int = 10, excluding exclusions: Exclusions = .remembered,
    options: RecommendationOptions = RecommendationOptions()
  ) throws -> [Recommendation] {
    try recommend([user.identifier], count, exclusions, options, threads: 1)[0]
  }

  /// The items with the highest scores for each of several users; see
  /// ``recommend(user:count:excluding:options:)``.
  ///
  /// - Parameters:
  ///   - users: Users in any order, repeats included.
  ///   - count: How many items each.
  ///   - exclusions: What must not be recommended; what the model remembers of its users, if it does, when left out.
  ///   - options: What else to heed.
  ///   - threads: All processors when `nil`.
  /// - Returns: One list per user, in the order of `users`.
  /// - Throws: What ``recommend(user:count:excluding:options:)`` throws.
  /// - Complexity: O(users · items · k) at worst; items whose norms show that they cannot be among the best are not
  ///   looked at.
  @inlinable
  public func recommend(
    users: some Sequence<some IdentifierKey>, count: Int = 10, excluding exclusions: Exclusions = .remembered,
    options: RecommendationOptions = RecommendationOptions(), threads: Int? = nil
  ) throws -> [[Recommendation]] {
    try recommend(users.map { $0.identifier }, count, exclusions, options, threads: threads)
  }

  @usableFromInline
  func recommend(
    _ users: [Identifier], _ count: Int, _ exclusions: Exclusions, _ options: RecommendationOptions, threads: Int?
  ) throws -> [[Recommendation]] {
    let plan = try RecommendationPlan(self, count: count, excluding: exclusions, options: options)
    return try recommend(users: users, plan: plan, threads: threads)
  }

  func recommend(users: [Identifier], plan: RecommendationPlan, threads: Int?) throws -> [[Recommendation]] {
    let indices = users.map { self.users.index(of: $0) }
    if let stranger = indices.firstIndex(of: nil) { _ = try plan.coldStart(unknown(users[stranger], in: .users)) }
    var results: [[Recommendation]] = []
    results.reserveCapacity(users.count)
    try plan.forEachBlock(of: indices, threads: threads) { _, best in
      best.map { $0.map(recommendation) }
    } deliver: {
      results += $0
    }
    return results
  }

  /// Calls `deliver` with the best items of each user, in the order of `users`, in bounded memory.
  ///
  /// - Parameters:
  ///   - users: Indices of users, in any order and number; others are a mistake of the caller, and trap.
  ///   - count: How many items each.
  ///   - exclusions: What must not be recommended; what the model remembers of its users, if it does, when left out.
  ///   - options: What else to heed.
  ///   - threads: All processors when `nil`.
  ///   - deliver: Called on the calling thread with a user's index and its items; what it throws ends the work.
  /// - Throws: `ALSError` when `count` is negative or exclusions or options were made for another model, and what
  ///   `deliver` throws.
  /// - Complexity: O(users · items · k) time at worst, O(threads) blocks of memory.
  public func forEachRecommendation(
    ofUsers users: [Int], count: Int, excluding exclusions: Exclusions = .remembered,
    options: RecommendationOptions = RecommendationOptions(), threads: Int? = nil,
    deliver: (_ user: Int, _ recommendations: [Recommendation]) throws -> Void
  ) throws {
    try RecommendationPlan(self, count: count, excluding: exclusions, options: options)
      .forEach(of: users, threads: threads) { user, best in try deliver(user, best.map(recommendation)) }
  }

  /// Gives `deliver` what `transform` makes of the best items of a block of users, block after block.
  ///
  /// - Parameters:
  ///   - users: Indices of users; `nil` for one that the model does not know.
  ///   - count: How many items each.
  ///   - exclusions: What must not be recommended; what the model remembers of its users, if it does, when left out.
  ///   - options: What else to heed.
  ///   - threads: All processors when `nil`.
  ///   - transform: Called by all threads, with the places of a block in `users`.
  ///   - deliver: Called on the calling thread, in the order of `users`.
  /// - Throws: What ``forEachRecommendation(ofUsers:count:excluding:options:threads:deliver:)`` throws, and `ALSError` for
  ///   an unknown user if the options say so.
  package func forEachBlockOfTop<Result: Sendable>(
    ofUsers users: [Int?], count: Int, excluding exclusions: Exclusions, options: RecommendationOptions, threads: Int?,
    transform: @Sendable (_ places: Range<Int>, _ best: [[Scored]]) -> Result, deliver: (Result) throws -> Void
  ) throws {
    try RecommendationPlan(self, count: count, excluding: exclusions, options: options)
      .forEachBlock(of: users, threads: threads, transform: transform, deliver: deliver)
  }

  /// The same without identifiers, for evaluation.
  package func forEachTop(
    ofUsers users: [Int], count: Int, excluding exclusions: Exclusions, threads: Int?,
    deliver: (_ user: Int, _ best: [Scored]) throws -> Void
  ) throws {
    try RecommendationPlan(self, count: count, excluding: exclusions, options: RecommendationOptions())
      .forEach(of: users, threads: threads, deliver: deliver)
  }
}
