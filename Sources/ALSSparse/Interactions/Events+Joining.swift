import ALSPlatform

extension Events {
  /// These events one after the other, over tables of all their users and items; where some have values or weights, those of the others
  /// are 1, and times are kept where all have them.
  ///
  /// - Throws: `ALSError` when there are too many users or items.
  /// - Complexity: O(events) and a look-up for each identifier of each part, on all threads.
  package init(joining parts: [Events], threads: Int) throws {
    if parts.count == 1 {
      self = parts[0]
      return
    }
    let count = parts.reduce(0) { $0 + $1.count }
    func indices(
      _ names: KeyPath<Events, Identifiers>, _ own: KeyPath<Events, Buffer<Int32>>
    ) throws -> (table: Identifiers, indices: Buffer<Int32>) {
      let (table, places) = try Identifiers.joining(parts.map { $0[keyPath: names] }, threads: threads)
      let joined = Buffer<Int32>(uninitialized: count)
      var event = 0
      for (part, places) in zip(parts, places) {
        for index in part[keyPath: own].elements {
          joined.pointer[event] = places.pointer[Int(index)]
          event += 1
        }
      }
      return (table, joined)
    }
    func numbers<Number>(_ own: KeyPath<Events, Buffer<Number>?>, others: Number?) -> Buffer<Number>? {
      let there = parts.count { $0[keyPath: own] != nil }
      if there == 0 || there < parts.count && others == nil { return nil }
      let joined = Buffer<Number>(uninitialized: count)
      var first = 0
      for part in parts {
        for event in 0..<part.count {
          guard let number = part[keyPath: own]?.pointer[event] ?? others else { continue }
          (joined.pointer + first + event).initialize(to: number)
        }
        first += part.count
      }
      return joined
    }
    let (users, items) = (try indices(\.users, \.userIndices), try indices(\.items, \.itemIndices))
    self.init(
      users: users.table, items: items.table, userIndices: users.indices, itemIndices: items.indices,
      values: numbers(\.values, others: 1), times: numbers(\.times, others: nil),
      weights: numbers(\.weights, others: 1))
  }
}
