import ALSPlatform
import ALSSparse

/// Pairs by the positions of their users and items in other data; those that the data do not have come after all of them.
struct PositionedPairs {
  private var users: [Int] = []
  private var items: [Int] = []
  private var values: [Float]?
  private var weights: [Float]?

  /// None.
  init() {}

  init(_ pairs: Interactions, in identifiers: (users: Identifiers, items: Identifiers)) throws {
    let userPositions = pairs.users.enumerated().map { position, user in
      identifiers.users.index(of: user) ?? identifiers.users.count + position
    }
    let itemPositions = pairs.items.enumerated().map { position, item in
      identifiers.items.index(of: item) ?? identifiers.items.count + position
    }
    for row in 0..<pairs.byUser.rowCount {
      for column in pairs.byUser.columns(ofRow: row) {
        users.append(userPositions[row])
        items.append(itemPositions[Int(column)])
      }
    }
    values = pairs.byUser.values.map { Array($0.elements) }
    weights = pairs.byUser.weights.map { Array($0.elements) }
  }

  /// The pairs of the rank's users, called by their positions among these, where the first rank has all; it keeps those of
  /// users that are nobody's.
  func divided(over communicator: any Communicator, _ shard: UserShard) throws -> Interactions {
    let ranges = try communicator.gathered(shard.users)
    let owners = users.map { user in ranges.firstIndex { $0.contains(user) } ?? 0 }
    let order = users.indices.sorted { (owners[$0], $0) < (owners[$1], $1) }
    var counts = [Int](repeating: 0, count: communicator.count)
    for owner in owners { counts[owner] += 1 }
    let receiving = try communicator.exchanged(counts)
    func own<Number: BitwiseCopyable>(_ numbers: [Number]) throws -> [Number] {
      let received = try communicator.exchanged(
        Buffer(order.map { numbers[$0] }), counts: counts, receiving: receiving)
      return withExtendedLifetime(received) { Array(received[0].elements) }
    }
    let (ownUsers, ownItems) = (try own(users), try own(items))
    let has = try communicator.broadcasted([values != nil, weights != nil])
    return try Interactions(
      users: ownUsers.map {
        $0 < shard.userCount ? $0 - shard.users.lowerBound : shard.users.count + $0 - shard.userCount
      },
      items: ownItems, values: has[0] ? try own(values ?? []) : nil, weights: has[1] ? try own(weights ?? []) : nil,
      duplicates: .error)
  }
}
