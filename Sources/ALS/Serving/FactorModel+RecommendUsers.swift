public import ALSSparse

extension FactorModel {
  /// The users with the highest scores for an item, best first, ties by user index: the audience of a campaign, or of an item that
  /// has just come.
  ///
  ///     let audience = try model.recommendUsers(forItem: "85123A", count: 1000)
  ///
  /// - Parameters:
  ///   - item: An item that the model knows.
  ///   - count: How many users; fewer are returned when fewer are left after the exclusions, never others.
  ///   - exclusions: Who has the item already is left out, and an item that nobody should get has no users; what the model remembers
  ///     of its users, if it does, when left out.
  ///   - candidates: Only these users; all when `nil`.
  ///   - minimumScore: Users with a lower score are left out.
  /// - Returns: At most `count` users.
  /// - Throws: `ALSError` when the model does not know the item, `count` is negative, or exclusions or candidates were made for
  ///   another model.
  /// - Complexity: O(users · k) at worst. The first request also ranks the users, in O(users · (k + log users)) and one more copy of
  ///   their factors, and, with exclusions, looks up who has which item, in O(pairs).
  @inlinable
  public func recommendUsers(
    forItem item: some IdentifierKey, count: Int = 10, excluding exclusions: Exclusions = .remembered,
    among candidates: Selection? = nil, minimumScore: Double? = nil
  ) throws -> [Recommendation] {
    try recommendUsers([item.identifier], count, exclusions, candidates, minimumScore, threads: 1)[0]
  }

  /// The users with the highest scores for each of several items; see
  /// ``recommendUsers(forItem:count:excluding:among:minimumScore:)``.
  ///
  /// - Parameters:
  ///   - items: Items in any order, repeats included.
  ///   - count: How many users each.
  ///   - exclusions: Who has an item already is left out.
  ///   - candidates: Only these users; all when `nil`.
  ///   - minimumScore: Users with a lower score are left out.
  ///   - threads: All processors when `nil`.
  /// - Returns: One list per item, in the order of `items`.
  /// - Throws: What ``recommendUsers(forItem:count:excluding:among:minimumScore:)`` throws.
  /// - Complexity: O(items · users · k) at worst.
  @inlinable
  public func recommendUsers(
    forItems items: some Sequence<some IdentifierKey>, count: Int = 10, excluding exclusions: Exclusions = .remembered,
    among candidates: Selection? = nil, minimumScore: Double? = nil, threads: Int? = nil
  ) throws -> [[Recommendation]] {
    try recommendUsers(items.map { $0.identifier }, count, exclusions, candidates, minimumScore, threads: threads)
  }

  @usableFromInline
  func recommendUsers(
    _ items: [Identifier], _ count: Int, _ exclusions: Exclusions, _ candidates: Selection?, _ minimumScore: Double?,
    threads: Int?
  ) throws -> [[Recommendation]] {
    let indices = try items.map { try index(of: $0, in: .items) }
    var results: [[Recommendation]] = []
    results.reserveCapacity(items.count)
    try forEachBlockOfTopUsers(
      forItems: indices, count: count, excluding: exclusions, among: candidates, minimumScore: minimumScore,
      threads: threads
    ) { _, best in
      best.map { $0.map { Recommendation(id: users[Int($0.index)], index: Int($0.index), score: $0.score) } }
    } deliver: {
      results += $0
    }
    return results
  }

  /// Gives `deliver` what `transform` makes of the best users of a block of items, block after block, as
  /// ``forEachBlockOfTop(ofUsers:count:excluding:options:threads:transform:deliver:)`` does for users.
  ///
  /// - Precondition: All of `items` are indices of items.
  package func forEachBlockOfTopUsers<Result: Sendable>(
    forItems items: [Int], count: Int, excluding exclusions: Exclusions, among candidates: Selection?,
    minimumScore: Double?, threads: Int?, transform: @Sendable (_ places: Range<Int>, _ best: [[Scored]]) -> Result,
    deliver: (Result) throws -> Void
  ) throws {
    try candidates?.check(.users, of: users)
    let exclusions = try exclusions.resolved(for: self)
    let plan = try RecommendationPlan(
      transposed, count: count, excluding: exclusions.transposed(users: users.count, items: self.items.count),
      options: RecommendationOptions(
        candidates: candidates?.transposed, minimumScore: minimumScore, coldStart: .empty))
    let unwanted = Set(exclusions.everywhere)
    try plan.forEachBlock(
      of: items.map { unwanted.contains(Int32(truncatingIfNeeded: $0)) ? nil : $0 }, threads: threads,
      transform: transform, deliver: deliver)
  }

  /// A model whose users are the items of this one, and the reverse, for recommending alone.
  private var transposed: FactorModel {
    FactorModel(
      users: items, items: users, configuration: configuration, history: [], globalMean: globalMean,
      dataFingerprint: "", itemCounts: nil, tables: tables.open({ .float($0.transposed) }, { .double($0.transposed) }))
  }
}
