import ALSPlatform
package import ALSSparse

/// Interactions, and when they happened as far as that was asked for.
package struct TimedInteractions: Sendable {
  package let interactions: Interactions
  /// The latest time of each pair, in the order of the users' rows.
  let times: Buffer<Double>?

  init(_ interactions: Interactions, times: Buffer<Double>?) {
    precondition(times.map { $0.count == interactions.count } ?? true, "times and pairs differ in number")
    (self.interactions, self.times) = (interactions, times)
  }

  /// The matrix of `events`, which are freed half-way where they have no times and nobody else holds them.
  ///
  /// - Complexity: O(users + items + events), with times O(events · log of a user's items).
  init(_ events: consuming Events, duplicates: Duplicates?, threads: Int?) throws {
    guard let times = events.times else {
      self.init(try Interactions(consume events, duplicates: duplicates, threads: threads), times: nil)
      return
    }
    let (users, items) = (events.userIndices, events.itemIndices)
    let interactions = try Interactions(consume events, duplicates: duplicates, threads: threads)
    let latest = Buffer<Double>(repeating: -.infinity, count: interactions.count)
    for (event, time) in times.elements.enumerated() {
      let entry = interactions.byUser.entry(ofRow: Int(users.pointer[event]), column: items.pointer[event])
      if let entry { latest.pointer[entry] = max(latest.pointer[entry], time) }
    }
    self.init(interactions, times: latest)
  }

  /// What ``Interactions/removing(valuesBelow:threads:)`` leaves.
  func removing(valuesBelow minimum: Float, threads: Int?) throws -> (
    interactions: TimedInteractions, removedCount: Int
  ) {
    let (kept, removed) = try interactions.removing(valuesBelow: minimum, threads: threads)
    guard let times, let values = interactions.byUser.values, removed > 0 else {
      return (TimedInteractions(kept, times: removed > 0 ? nil : times), removed)
    }
    let keptTimes = zip(times.elements, values.elements).filter { $1 >= minimum }.map(\.0)
    return (TimedInteractions(kept, times: Buffer(keptTimes)), removed)
  }
}

/// What is wrong when all values are too small; without a path when whoever throws it puts it before.
func nothingLeft(_ path: String? = nil, of count: Int, _ what: String, _ minimum: Float) -> ALSError {
  ALSError(
    .data,
    "\(path.map { "\($0): " } ?? "")the values of all \(count) \(what) are below the minimum value, \(minimum), so nothing "
      + "is left. Choose a smaller one.")
}
