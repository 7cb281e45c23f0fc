import ALSPlatform

extension SyntheticInteractions {
  /// One interaction of a user.
  public struct Event: Hashable, Sendable {
    /// The item, from 0 on.
    public let item: Int
    /// A rating from 0.5 to 5 in steps of a half, without meaning.
    public let rating: Double
    /// Seconds since 1970.
    public let timestamp: Int
  }

  /// The interactions of a user.
  ///
  /// - Parameter user: A user, from 0 on.
  /// - Returns: Interactions with distinct items, by rising item.
  /// - Precondition: `user` is less than ``users``.
  /// - Complexity: O(n log n + ``groups``) for n items of the user.
  public func events(ofUser user: Int) -> [Event] {
    precondition(user >= 0 && user < users, "user \(user) is outside 0..<\(users)")
    var random = RandomGenerator(seed: seed, stream: UInt64(user))
    let degree = activity.degree(using: &random)
    let membership = cumulativeMembership(using: &random)
    return items(count: degree, membership: membership, using: &random).map { item in
      Event(
        item: Int(item), rating: Double(1 + random.nextIndex(below: 10)) / 2,
        timestamp: 789_652_009 + random.nextIndex(below: 638_131_993))
    }
  }

  /// Makes something of the interactions of each user on several threads, and hands it on in the order of the users.
  package func forEachPart<Part: Sendable>(
    threads: Int, make: @Sendable (_ user: Int, _ events: [Event]) -> Part, then use: (Part) throws -> Void
  ) rethrows {
    let (chunk, batch) = (64, 64 * 16 * threads)
    for first in stride(from: 0, to: users, by: batch) {
      let parts = parallelMapChunks(of: min(batch, users - first), size: chunk, workers: threads) { part, _ in
        part.map { make(first + $0, events(ofUser: first + $0)) }
      }
      for part in parts { try use(part) }
    }
  }

  /// A bound on the number of interactions of all users: a user may find fewer items than are looked for.
  ///
  /// - Complexity: O(users).
  package var mostInteractions: Int {
    (0..<users).reduce(0) { sum, user in
      var random = RandomGenerator(seed: seed, stream: UInt64(user))
      return sum + activity.degree(using: &random)
    }
  }

  /// Which share of a user's taste lies in the groups up to each.
  private func cumulativeMembership(using random: inout RandomGenerator) -> [Double] {
    var total = 0.0
    let sums = (0..<groups).map { _ in
      total += random.nextGamma(shape: 0.08)
      return total
    }
    return total > 0 ? sums.map { $0 / total } : sums
  }

  /// `count` distinct items, rising; fewer only when they are hard to find.
  private func items(count: Int, membership: [Double], using random: inout RandomGenerator) -> [Int32] {
    var found: [Int32] = []
    found.reserveCapacity(count)
    // Repeats are drawn again; whoever has exhausted the own taste ends by looking at all others.
    for round in 0..<16 where found.count < count {
      for _ in found.count..<count {
        var group = random.nextIndex(below: groups)
        if round < 8 {
          let place = random.nextUniform()
          group = membership.firstIndex { place <= $0 } ?? group
        }
        found.append(tastes[group].draw(using: &random))
      }
      found.sort()
      found.removeRepeats()
    }
    return found
  }
}
