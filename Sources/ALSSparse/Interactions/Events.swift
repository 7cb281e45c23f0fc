package import ALSPlatform

/// Interactions as they were recorded: one row per line of the input, in its order, repeats included.
///
/// Columns of 32-bit indices into two identifier tables, with optional values, times and weights; columns that are not
/// there cost nothing.
public struct Events: Sendable {
  /// The users' identifiers.
  public let users: Identifiers
  /// The items' identifiers.
  public let items: Identifiers
  package let userIndices: Buffer<Int32>
  package let itemIndices: Buffer<Int32>
  /// `nil` when every value is one.
  package let values: Buffer<Float>?
  /// Seconds, or whatever the input counts time in; `nil` when it was not asked for.
  package let times: Buffer<Double>?
  /// How much each counts, above 0; `nil` when all count as 1.
  package let weights: Buffer<Float>?

  /// The number of rows.
  public var count: Int { userIndices.count }

  package init(
    users: Identifiers, items: Identifiers, userIndices: Buffer<Int32>, itemIndices: Buffer<Int32>,
    values: Buffer<Float>?, times: Buffer<Double>?, weights: Buffer<Float>? = nil
  ) {
    precondition(itemIndices.count == userIndices.count, "users and items differ in number")
    precondition(values.map { $0.count == userIndices.count } ?? true, "values and users differ in number")
    precondition(times.map { $0.count == userIndices.count } ?? true, "times and users differ in number")
    precondition(weights.map { $0.count == userIndices.count } ?? true, "weights and users differ in number")
    self.users = users
    self.items = items
    self.userIndices = userIndices
    self.itemIndices = itemIndices
    self.values = values
    self.times = times
    self.weights = weights
  }

  /// One event per position of the arrays, but for those of weight 0, which are as good as absent.
  ///
  /// - Parameters:
  ///   - users: The user of each event.
  ///   - items: The item of each event.
  ///   - values: A rating or count of each event; one everywhere when `nil`.
  ///   - times: When each event happened, in any unit.
  ///   - weights: How much each event counts, 0 or more; 1 everywhere when `nil`.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` when the arrays differ in length, a value or time is not finite, or a weight is not finite or
  ///   negative.
  /// - Complexity: O(n) hashing plus O(d log d) for d distinct identifiers, on all threads.
  public init<User: IdentifierKey, Item: IdentifierKey>(
    users: [User], items: [Item], values: [Float]? = nil, times: [Double]? = nil, weights: [Float]? = nil,
    threads: Int? = nil
  ) throws {
    let threads = try threadCount(threads)
    for (name, count) in [
      ("items", items.count), ("values", values?.count), ("times", times?.count), ("weights", weights?.count),
    ] {
      if let count, count != users.count {
        throw ALSError(.data, "there are \(users.count) users but \(count) \(name): one of each per event is needed.")
      }
    }
    if let row = values?.firstIndex(where: { !$0.isFinite }) {
      throw ALSError(.data, "event \(row): value \(values?[row] ?? .nan) is not a finite number. Remove or correct it.")
    }
    if let row = times?.firstIndex(where: { !$0.isFinite }) {
      throw ALSError(.data, "event \(row): time \(times?[row] ?? .nan) is not a finite number. Remove or correct it.")
    }
    if let row = weights?.firstIndex(where: { !isWeight($0) }) {
      throw ALSError(
        .data,
        "event \(row): weight \(weights?[row] ?? .nan) is not a finite number of 0 or more. Remove or correct it.")
    }
    let (userTable, userIndices) = try Identifiers.indexing(users, threads: threads)
    let (itemTable, itemIndices) = try Identifiers.indexing(items, threads: threads)
    let events = Events(
      users: userTable, items: itemTable, userIndices: userIndices, itemIndices: itemIndices,
      values: values.map { Buffer($0) }, times: times.map { Buffer($0) },
      weights: weights.flatMap { $0.allSatisfy { $0 == 1 } ? nil : Buffer($0) })
    self = try events.withoutWeightless()
  }
}

extension Events {
  /// The events for which `isIncluded` holds, over the same identifier tables.
  ///
  /// - Complexity: O(`count`).
  package func filtered(_ isIncluded: (Int) -> Bool) -> Events {
    selecting((0..<count).filter(isIncluded))
  }

  /// The events at `kept`, in that order, over the same identifier tables.
  func selecting(_ kept: [Int]) -> Events {
    Events(
      users: users, items: items,
      userIndices: Buffer(kept.map { userIndices.pointer[$0] }),
      itemIndices: Buffer(kept.map { itemIndices.pointer[$0] }),
      values: values.map { values in Buffer(kept.map { values.pointer[$0] }) },
      times: times.map { times in Buffer(kept.map { times.pointer[$0] }) },
      weights: weights.map { weights in Buffer(kept.map { weights.pointer[$0] }) })
  }

  /// The events that count, over tables of their users and items.
  package func withoutWeightless() throws -> Events {
    guard let weights, weights.elements.contains(0) else { return self }
    return try filtered { weights.pointer[$0] > 0 }.withoutUnused()
  }
}
