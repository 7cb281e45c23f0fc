package import ALSPlatform

/// Interactions as they were recorded: one row per line of the input, in its order, repeats included.
///
/// Columns of 32-bit indices into two identifier tables, with optional values and times; columns that are not there
/// cost nothing.
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

  /// The number of rows.
  public var count: Int { userIndices.count }

  package init(
    users: Identifiers, items: Identifiers, userIndices: Buffer<Int32>, itemIndices: Buffer<Int32>,
    values: Buffer<Float>?, times: Buffer<Double>?
  ) {
    precondition(itemIndices.count == userIndices.count, "users and items differ in number")
    precondition(values.map { $0.count == userIndices.count } ?? true, "values and users differ in number")
    precondition(times.map { $0.count == userIndices.count } ?? true, "times and users differ in number")
    self.users = users
    self.items = items
    self.userIndices = userIndices
    self.itemIndices = itemIndices
    self.values = values
    self.times = times
  }

  /// One event per position of the arrays.
  ///
  /// - Parameters:
  ///   - users: The user of each event.
  ///   - items: The item of each event.
  ///   - values: A rating, count or weight of each event; one everywhere when `nil`.
  ///   - times: When each event happened, in any unit.
  /// - Throws: `ALSError` when the arrays differ in length, or a value or time is not finite.
  /// - Complexity: O(n) hashing plus O(d log d) for d distinct identifiers; strings on all threads.
  public init<User: IdentifierKey, Item: IdentifierKey>(
    users: [User], items: [Item], values: [Float]? = nil, times: [Double]? = nil
  ) throws {
    for (name, count) in [("items", items.count), ("values", values?.count), ("times", times?.count)] {
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
    let (userTable, userIndices) = try Identifiers.indexing(users)
    let (itemTable, itemIndices) = try Identifiers.indexing(items)
    self.init(
      users: userTable, items: itemTable, userIndices: userIndices, itemIndices: itemIndices,
      values: values.map { Buffer($0) }, times: times.map { Buffer($0) })
  }
}

extension Events {
  /// The events for which `isIncluded` holds, over the same identifier tables.
  ///
  /// - Complexity: O(`count`).
  package func filtered(_ isIncluded: (Int) -> Bool) -> Events {
    let kept = (0..<count).filter(isIncluded)
    return Events(
      users: users, items: items,
      userIndices: Buffer(kept.map { userIndices.pointer[$0] }),
      itemIndices: Buffer(kept.map { itemIndices.pointer[$0] }),
      values: values.map { values in Buffer(kept.map { values.pointer[$0] }) },
      times: times.map { times in Buffer(kept.map { times.pointer[$0] }) })
  }
}
