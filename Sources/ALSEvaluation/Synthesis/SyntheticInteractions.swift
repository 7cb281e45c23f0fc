import ALSPlatform

/// Implicit feedback of any size with the shape of the real thing and structure that a model can find.
///
/// Users' activity is log-normal above a floor, items' popularity falls with the power 1.25 of their rank, and both
/// have tastes: each of a number of groups prefers its own items (a gamma weight per item and group), and each user
/// belongs to a few groups (a Dirichlet draw). Every user draws from a random stream of its own, so that users can be
/// made in any order, on any number of threads, and none needs memory after it is made.
///
///     let data = try SyntheticInteractions(users: 138_493, items: 26_744, interactions: 20_000_263)
///     for event in data.events(ofUser: 0) { print(event.item, event.rating) }
public struct SyntheticInteractions: Sendable {
  /// The number of users.
  public let users: Int
  /// The number of items.
  public let items: Int
  /// The number of taste groups.
  public let groups: Int
  /// The seed.
  public let seed: UInt64
  let tastes: [AliasTable]
  let activity: Activity

  /// A data set that is not drawn yet: only tables of items are made.
  ///
  /// - Parameters:
  ///   - users: How many users, ≥ 1.
  ///   - items: How many items, ≥ 1.
  ///   - interactions: How many interactions in all, about; at most a third of all cells and at least one per user.
  ///   - groups: How many groups of taste, ≥ 1.
  ///   - seed: The same seed gives the same data.
  /// - Throws: `ALSError` when a parameter is out of its range.
  /// - Complexity: O(items · groups + users) time, O(items · groups) memory.
  public init(users: Int, items: Int, interactions: Int, groups: Int = 40, seed: UInt64 = 0) throws {
    try Self.require((1...Int(Int32.max)).contains(users), "users", users, "between 1 and \(Int32.max)")
    try Self.require((1...Int(Int32.max)).contains(items), "items", items, "between 1 and \(Int32.max)")
    try Self.require((1...1000).contains(groups), "groups", groups, "between 1 and 1000")
    let most = users * max(1, items / 3)
    try Self.require(
      (users...most).contains(interactions), "interactions", interactions,
      "between the number of users and a third of all cells, \(users) and \(most)")
    self.users = users
    self.items = items
    self.groups = groups
    self.seed = seed
    tastes = Self.tastes(items: items, groups: groups, seed: seed)
    activity = Activity(users: users, items: items, interactions: interactions, seed: seed)
  }

  private static func require(_ holds: Bool, _ name: String, _ value: Int, _ range: String) throws {
    if !holds { throw ALSError(.configuration, "\(name) is \(value), but it must be \(range).") }
  }

  /// Which items each group draws, and how often.
  private static func tastes(items: Int, groups: Int, seed: UInt64) -> [AliasTable] {
    var random = RandomGenerator(seed: seed, stream: Stream.popularity)
    var ranks = Array(0..<items)
    random.shuffle(&ranks)
    let popularity = ranks.map { Self.popularity(ofRank: $0) }
    return (0..<groups).map { group in
      var random = RandomGenerator(seed: seed, stream: Stream.tastes + UInt64(group))
      return AliasTable(weights: popularity.map { $0 * random.nextGamma(shape: 0.15) })
    }
  }
}

/// Random streams of one seed; users have those from 0 on.
enum Stream {
  static let popularity: UInt64 = 1 << 40
  static let tastes: UInt64 = 1 << 41
}
