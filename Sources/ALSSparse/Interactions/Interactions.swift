import ALSPlatform

/// What a model learns from: at most one value for each pair of user and item, as a sparse matrix in both orientations,
/// and with it a weight above 0, which is 1 where nothing else was said.
///
/// Immutable and cheap to pass around: copies share their storage.
///
/// Of pairs that occur more than once, unless it is said what becomes of them, implicit feedback adds the values up and
/// ratings take the last one. Whatever knows which of both it is, a training, a model, an evaluation of ratings, does so by
/// itself; what is only about the interactions, such as ``value(userAt:itemAt:)``, ``meanValue()`` and files, has the sums.
public struct Interactions: Sendable {
  /// The users' identifiers, one per row.
  public let users: Identifiers
  /// The items' identifiers, one per column.
  public let items: Identifiers
  /// users × items.
  package let byUser: CSRMatrix<Float>
  /// items × users: the transpose of ``byUser``.
  package let byItem: CSRMatrix<Float>
  package let repeats: Repeats

  /// The number of pairs of user and item that have a value.
  public var count: Int { byUser.entryCount }

  package init(
    users: Identifiers, items: Identifiers, byUser: CSRMatrix<Float>, byItem: CSRMatrix<Float>,
    repeats: Repeats = .decided
  ) {
    precondition(byUser.rowCount == users.count && byUser.columnCount == items.count)
    precondition(byItem.rowCount == items.count && byItem.columnCount == users.count)
    self.users = users
    self.items = items
    self.byUser = byUser
    self.byItem = byItem
    self.repeats = repeats
  }

  /// The matrix of recorded events.
  ///
  /// - Parameters:
  ///   - events: Events in any order.
  ///   - duplicates: What becomes of several events for the same user and item; when `nil`, implicit feedback adds them
  ///     up, and of ratings the last one counts.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` when `duplicates` is `.error` and a pair repeats.
  /// - Complexity: O(users + items + events).
  public init(_ events: consuming Events, duplicates: Duplicates? = nil, threads: Int? = nil) throws {
    let threads = try threadCount(threads)
    let (users, items) = (events.users, events.items)
    let (byUser, byItem, repeats) = try Self.matrices(events, duplicates, threads: threads)
    byUser.checkInvariants()
    if let (row, column, _) = byUser.firstNonFiniteEntry() {
      throw Duplicates.overflow(ofUser: users[row], item: items[column])
    }
    self.init(users: users, items: items, byUser: byUser, byItem: byItem, repeats: repeats)
  }

  /// Both orientations; a function of its own so that what lies between is freed at its end.
  ///
  /// The events are freed, if nobody else holds them, before the second orientation is made.
  private static func matrices(
    _ events: consuming Events, _ duplicates: Duplicates?, threads: Int
  ) throws -> (byUser: CSRMatrix<Float>, byItem: CSRMatrix<Float>, repeats: Repeats) {
    let (users, items) = (events.users, events.items)
    let grouped = CSRMatrix.grouping(
      rowCount: users.count, columnCount: items.count,
      rows: events.userIndices, columns: events.itemIndices, values: events.values, weights: events.weights,
      threads: threads)
    _ = consume events
    if grouped.brokenInvariant() == nil { return (grouped, grouped.transposed(threads: threads), .decided) }
    // Transposing sorts each item's users and keeps repeats in the order of the input; transposing back sorts the rest.
    let sorted = grouped.transposed(threads: threads)
    let (byItem, repeated) = sorted.merging(duplicates ?? .sum)
    if let repeated { throw Duplicates.refusal(ofUser: users[repeated.column], item: items[repeated.row]) }
    if duplicates != nil || byItem.entryCount == sorted.entryCount {
      _ = consume sorted
      return (byItem.transposed(threads: threads), byItem, .decided)
    }
    let last = (consume sorted).merging(.last).matrix
    let byUser = byItem.transposed(threads: threads)
    var lastByUser = byUser.structure
    if last.values != nil || last.weights != nil {
      let transposed = last.transposed(threads: threads)
      lastByUser = byUser.replacing(values: transposed.values, weights: transposed.weights)
    }
    let lastByItem = byItem.replacing(values: last.values, weights: last.weights)
    return (byUser, byItem, .undecided(lastByUser: lastByUser, lastByItem: lastByItem))
  }

  /// The matrix of parallel arrays; see ``Events/init(users:items:values:times:weights:threads:)``.
  public init<User: IdentifierKey, Item: IdentifierKey>(
    users: [User], items: [Item], values: [Float]? = nil, weights: [Float]? = nil, duplicates: Duplicates? = nil
  ) throws {
    try self.init(Events(users: users, items: items, values: values, weights: weights), duplicates: duplicates)
  }
}

extension Interactions {
  /// The items of user `index`, ascending, by index.
  ///
  /// - Complexity: O(number of items).
  public func itemIndices(ofUserAt index: Int) -> [Int] {
    precondition(index >= 0 && index < users.count, "user \(index) is outside 0..<\(users.count)")
    return byUser.columns(ofRow: index).map(Int.init)
  }

  /// The value of a user and an item, by index; `nil` where there is none.
  ///
  /// - Complexity: O(log n) for n items of the user.
  public func value(userAt user: Int, itemAt item: Int) -> Float? {
    entry(userAt: user, itemAt: item).map { byUser.values?.pointer[$0] ?? 1 }
  }

  /// How much the pair of a user and an item, by index, counts; `nil` where there is none.
  ///
  /// - Complexity: O(log n) for n items of the user.
  public func weight(userAt user: Int, itemAt item: Int) -> Float? {
    entry(userAt: user, itemAt: item).map { byUser.weights?.pointer[$0] ?? 1 }
  }

  private func entry(userAt user: Int, itemAt item: Int) -> Int? {
    precondition(user >= 0 && user < users.count, "user \(user) is outside 0..<\(users.count)")
    precondition(item >= 0 && item < items.count, "item \(item) is outside 0..<\(items.count)")
    return byUser.entry(ofRow: user, column: Int32(item))
  }
}

extension Interactions {
  /// The mean of all values; 0 when there are none.
  ///
  /// - Complexity: O(``count``).
  public func meanValue() -> Double {
    guard count > 0 else { return 0 }
    guard let values = byUser.values else { return 1 }
    var sum = 0.0
    values.forEachPart { part in sum = part.reduce(sum) { $0 + Double($1) } }
    return sum / Double(count)
  }

  /// The smallest and the largest value; `nil` when there are none.
  ///
  /// - Complexity: O(``count``).
  public func valueRange() -> ClosedRange<Float>? {
    guard count > 0 else { return nil }
    guard let values = byUser.values?.elements, let first = values.first else { return 1...1 }
    let (low, high) = values.reduce((first, first)) { (min($0.0, $1), max($0.1, $1)) }
    return low...high
  }

  /// How many items each user has, by index.
  public func itemCounts() -> [Int] { (0..<users.count).map { byUser.degree(ofRow: $0) } }

  /// How many users each item has, by index.
  public func userCounts() -> [Int] { (0..<items.count).map { byItem.degree(ofRow: $0) } }

  /// The bytes that both orientations take.
  public var byteCount: Int {
    [byUser, byItem].reduce(0) { sum, matrix in
      sum + matrix.rowStarts.count * 8
        + matrix.entryCount * (4 + (matrix.values == nil ? 0 : 4) + (matrix.weights == nil ? 0 : 4))
    }
  }
}
