public import ALSSparse

/// What is recommended to somebody of whom nothing is known but a history.
public struct HistoryRecommendations: Hashable, Sendable {
  /// The items, best first.
  public let items: [Recommendation]
  /// Items of the history that the model does not know, once each; they had no part in the result.
  public let unknown: [Identifier]
  /// How many items of the history the result comes from.
  public let knownCount: Int
}

extension FactorModel {
  /// The best items for somebody who has interacted with some items, without storing anything.
  ///
  /// The user is folded in (``foldIn(user:)``) and gets recommendations like any other.
  ///
  ///     let basket: History = ["85123A": 2, "22423": 1]
  ///     let best = try model.recommend(history: basket, count: 5)
  ///
  /// - Parameters:
  ///   - history: All items of the user, with the values that training would have been given.
  ///   - count: How many items; fewer are returned when fewer are left, never others.
  ///   - includingHistory: Whether items of the history may be recommended again.
  ///   - exclusions: Items that nobody should get are left out; what users of the model have seen does not matter.
  ///   - options: What else to heed; without any known item in the history, ``RecommendationOptions/coldStart``.
  /// - Returns: At most `count` items, and the items of the history that the model does not know.
  /// - Throws: `ALSError` when a value is out of the objective's range, `count` is negative, or exclusions or options
  ///   were made for another model.
  /// - Complexity: O(n·k² + k³) for n items of the history, and O(items · k) at worst.
  public func recommend(
    history: History, count: Int = 10, includingHistory: Bool = false, excluding exclusions: Exclusions = .none,
    options: RecommendationOptions = RecommendationOptions()
  ) throws -> HistoryRecommendations {
    let row = try foldIn(user: history)
    let items = try recommend(
      user: row, count: count, includingHistory: includingHistory, excluding: exclusions, options: options)
    return HistoryRecommendations(items: items, unknown: row.unknown, knownCount: row.entries.count)
  }

  /// The best items for somebody who has interacted with these items, once each; see
  /// ``recommend(history:count:includingHistory:excluding:options:)``.
  @inlinable
  public func recommend(
    history items: some Sequence<some IdentifierKey>, count: Int = 10, includingHistory: Bool = false,
    excluding exclusions: Exclusions = .none, options: RecommendationOptions = RecommendationOptions()
  ) throws -> HistoryRecommendations {
    try recommend(
      history: History(items), count: count, includingHistory: includingHistory, excluding: exclusions,
      options: options)
  }

  /// The best items for a user that was folded in; see ``recommend(history:count:includingHistory:excluding:options:)``.
  ///
  /// - Parameters:
  ///   - user: What ``foldIn(user:)`` of this model gave.
  ///   - count: How many items.
  ///   - includingHistory: Whether items of the history may be recommended again.
  ///   - exclusions: Items that nobody should get are left out.
  ///   - options: What else to heed.
  /// - Returns: At most `count` items.
  /// - Throws: `ALSError` as for a history, and when the user was folded in by another model.
  public func recommend(
    user: FoldedRow, count: Int = 10, includingHistory: Bool = false, excluding exclusions: Exclusions = .none,
    options: RecommendationOptions = RecommendationOptions()
  ) throws -> [Recommendation] {
    try require(user.origin, of: .users)
    let plan = try RecommendationPlan(self, count: count, excluding: exclusions, options: options)
    if user.isEmpty {
      return try plan.coldStart(
        ALSError(
          .unknownIdentifier,
          "the history has no item that the model knows (\(user.unknown.count) others). Choose what such users get.")
      ).map(recommendation)
    }
    let seen = includingHistory ? [] : user.entries.map(Int32.init)
    return try plan.best(for: user, seen: seen).map(recommendation)
  }

  /// The score of a user that was folded in and an item: μ + b_u + b_i + x·y.
  ///
  /// - Throws: `ALSError` when the model does not know the item, or the user was folded in by another model.
  /// - Complexity: O(k + log items).
  @inlinable
  public func score(user: FoldedRow, item: some IdentifierKey) throws -> Double {
    try score(user, itemAt: index(item: item))
  }

  @usableFromInline
  func score(_ user: FoldedRow, itemAt index: Int) throws -> Double {
    try require(user.origin, of: .users)
    return zip(user.factors, itemFactors(at: index))
      .reduce(globalMean + user.bias + itemBias(at: index)) { $0 + $1.0 * $1.1 }
  }
}
