import ALSPlatform

extension Interactions {
  /// The pairs for which `isIncluded` holds, and the users and items that have any; of undecided repeats the sums.
  ///
  /// - Complexity: O(users + items + interactions).
  package func filtered(_ isIncluded: (_ user: Int, _ item: Int) -> Bool) throws -> Interactions {
    let (all, names) = (byUser, items)
    var (rows, columns, kept): ([Int32], [Int32], [Int]) = ([], [], [])
    for user in users.indices {
      for entry in all.entries(ofRow: user) where isIncluded(user, Int(all.columns.pointer[entry])) {
        rows.append(Int32(user))
        columns.append(all.columns.pointer[entry])
        kept.append(entry)
      }
    }
    if kept.count == count { return self }
    let events = Events(
      users: users, items: names, userIndices: Buffer(rows), itemIndices: Buffer(columns),
      values: all.values.map { values in Buffer(kept.map { values.pointer[$0] }) }, times: nil,
      weights: all.weights.map { weights in Buffer(kept.map { weights.pointer[$0] }) })
    return try Interactions(events.withoutUnused(), duplicates: .sum)
  }
}

extension Events {
  /// These events, and after them those of `others`.
  ///
  /// - Complexity: O(events + users + items of both), times a look-up for each of the others' identifiers.
  package func appending(_ others: Events) -> Events {
    let (users, userPlaces) = self.users.appending(others.users)
    let (items, itemPlaces) = self.items.appending(others.items)
    func joined<Element>(_ a: Buffer<Element>?, _ b: Buffer<Element>?, _ rest: Element) -> Buffer<Element>? {
      if a == nil, b == nil { return nil }
      return Buffer(
        (a.map { Array($0.elements) } ?? Array(repeating: rest, count: count))
          + (b.map { Array($0.elements) } ?? Array(repeating: rest, count: others.count)))
    }
    return Events(
      users: users, items: items,
      userIndices: Buffer(
        Array(userIndices.elements) + others.userIndices.elements.map { Int32(userPlaces[Int($0)]) }),
      itemIndices: Buffer(
        Array(itemIndices.elements) + others.itemIndices.elements.map { Int32(itemPlaces[Int($0)]) }),
      values: joined(values, others.values, 1), times: times.flatMap { joined($0, others.times, 0) },
      weights: joined(weights, others.weights, 1))
  }
}
