import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// The items with the highest scores for a user, best first, ties by item index.
  ///
  /// - Parameters:
  ///   - user: A user that the model knows.
  ///   - count: How many items; fewer are returned when fewer are left after the exclusions, never others.
  ///   - exclusions: What must not be recommended.
  /// - Returns: At most `count` items.
  /// - Throws: `ALSError` when the model does not know the user or `count` is negative.
  /// - Complexity: O(items · k) at worst; the first request of a model also ranks its items, in
  ///   O(items · (k + log items)).
  public func recommend(
    user: Identifier, count: Int = 10, excluding exclusions: Exclusions = .none
  ) throws -> [Recommendation] {
    try recommend(users: [user], count: count, excluding: exclusions, threads: 1)[0]
  }

  /// The items with the highest scores for each of several users; see ``recommend(user:count:excluding:)``.
  ///
  /// - Parameters:
  ///   - users: Users that the model knows.
  ///   - count: How many items each.
  ///   - exclusions: What must not be recommended.
  ///   - threads: All processors when `nil`.
  /// - Returns: One list per user, in the order of `users`.
  /// - Throws: `ALSError` when the model does not know a user or `count` is negative.
  /// - Complexity: O(users · items · k) at worst; items whose norms show that they cannot be among the best are not
  ///   looked at.
  public func recommend(
    users: [Identifier], count: Int = 10, excluding exclusions: Exclusions = .none, threads: Int? = nil
  ) throws -> [[Recommendation]] {
    var results: [[Recommendation]] = []
    try forEachRecommendation(
      ofUsers: try users.map(index(ofUser:)), count: count, excluding: exclusions, threads: threads
    ) { results.append($1) }
    return results
  }

  /// Calls `deliver` with the best items of each user, in the order of `users`, in bounded memory.
  ///
  /// - Parameters:
  ///   - users: Indices of users, in any order and number.
  ///   - count: How many items each.
  ///   - exclusions: What must not be recommended.
  ///   - threads: All processors when `nil`.
  ///   - deliver: Called on the calling thread with a user's index and its items; what it throws ends the work.
  /// - Throws: `ALSError` when `count` is negative, and what `deliver` throws.
  /// - Complexity: O(users · items · k) time at worst, O(threads) blocks of memory.
  public func forEachRecommendation(
    ofUsers users: [Int], count: Int, excluding exclusions: Exclusions = .none, threads: Int? = nil,
    deliver: (_ user: Int, _ recommendations: [Recommendation]) throws -> Void
  ) throws {
    try forEachTop(ofUsers: users, count: count, excluding: exclusions, threads: threads) { user, best in
      try deliver(user, best.map { Recommendation(id: items[Int($0.index)], index: Int($0.index), score: $0.score) })
    }
  }

  /// The same without identifiers, for evaluation.
  package func forEachTop(
    ofUsers users: [Int], count: Int, excluding exclusions: Exclusions, threads: Int?,
    deliver: (_ user: Int, _ best: [Scored]) throws -> Void
  ) throws {
    if count < 0 { throw ALSError(.configuration, "count is \(count), but it must be 0 or more.") }
    precondition(exclusions.seen.map { $0.rowCount == self.users.count } ?? true, "exclusions of another model")
    let threads = min(threads ?? availableProcessors, Training.mostThreads)
    let count = min(count, items.count)
    switch tables {
    case .float(let tables):
      try TopItems(tables, globalMean: globalMean, exclusions: exclusions, count: count, threads: threads)
        .forEach(of: users, deliver: deliver)
    case .double(let tables):
      try TopItems(tables, globalMean: globalMean, exclusions: exclusions, count: count, threads: threads)
        .forEach(of: users, deliver: deliver)
    }
  }
}
