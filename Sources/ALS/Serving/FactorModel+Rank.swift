public import ALSSparse

/// Some items in the order that a user should like them, and those that cannot be ranked.
public struct RankedChoice: Hashable, Sendable {
  /// The items with their scores, best first, ties by item index.
  public let items: [Recommendation]
  /// Items that the model does not know, once each, in the order they were given.
  public let unknown: [Identifier]
}

extension FactorModel {
  /// Ranks given items for a user, such as the candidates of another system; all of them unless the options drop some.
  ///
  /// - Parameters:
  ///   - items: Items in any order; repeats count once.
  ///   - user: A user; what comes of one that the model does not know is up to ``RecommendationOptions/coldStart``.
  ///   - exclusions: Items to leave out.
  ///   - options: What else to heed; ``RecommendationOptions/candidates`` narrow the items further.
  /// - Returns: The ranked items, and those that the model does not know.
  /// - Throws: What `recommend` throws.
  /// - Complexity: O(n·(k + log items)) for n items.
  @inlinable
  public func rank(
    items: some Sequence<some IdentifierKey>, user: some IdentifierKey, excluding exclusions: Exclusions = .none,
    options: RecommendationOptions = RecommendationOptions()
  ) throws -> RankedChoice {
    try rank(items.map { $0.identifier }, user.identifier, exclusions, options)
  }

  @usableFromInline
  func rank(
    _ items: [Identifier], _ user: Identifier, _ exclusions: Exclusions, _ options: RecommendationOptions
  ) throws -> RankedChoice {
    let (options, count, unknown) = try narrowing(options, to: items)
    return RankedChoice(
      items: try recommend(user: user, count: count, excluding: exclusions, options: options), unknown: unknown)
  }

  /// Ranks given items for a user that was folded in; items of its history are ranked as well.
  @inlinable
  public func rank(
    items: some Sequence<some IdentifierKey>, user: FoldedRow, excluding exclusions: Exclusions = .none,
    options: RecommendationOptions = RecommendationOptions()
  ) throws -> RankedChoice {
    try rank(items.map { $0.identifier }, user, exclusions, options)
  }

  @usableFromInline
  func rank(
    _ items: [Identifier], _ user: FoldedRow, _ exclusions: Exclusions, _ options: RecommendationOptions
  ) throws -> RankedChoice {
    let (options, count, unknown) = try narrowing(options, to: items)
    return RankedChoice(
      items: try recommend(user: user, count: count, includingHistory: true, excluding: exclusions, options: options),
      unknown: unknown)
  }

  private func narrowing(
    _ options: RecommendationOptions, to items: [Identifier]
  ) throws -> (options: RecommendationOptions, count: Int, unknown: [Identifier]) {
    let choice = try Selection(items: items, unknown: .ignore, of: self)
    try options.candidates?.check(.items, of: self.items)
    var options = options
    options.candidates = options.candidates.map(choice.intersection) ?? choice
    return (options, choice.count, choice.unknown)
  }
}
