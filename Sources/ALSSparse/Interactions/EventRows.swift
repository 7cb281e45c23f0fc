import ALSPlatform

/// The columns of rows that are taken one after the other, whatever a row is.
@usableFromInline
struct EventRows<User: IdentifierKey, Item: IdentifierKey>: Sendable {
  @usableFromInline var users: [User] = []
  @usableFromInline var items: [Item] = []
  @usableFromInline var values: [Float]?
  @usableFromInline var times: [Double]?
  @usableFromInline var weights: [Float]?

  @inlinable
  init(hasValues: Bool, hasTimes: Bool, hasWeights: Bool) {
    values = hasValues ? [] : nil
    times = hasTimes ? [] : nil
    weights = hasWeights ? [] : nil
  }

  @inlinable
  mutating func append(
    _ user: User, _ item: Item, value: (any InteractionNumber)?, time: (any InteractionNumber)?,
    weight: (any InteractionNumber)?
  ) {
    users.append(user)
    items.append(item)
    if let value { values?.append(Float(value.number)) }
    if let time { times?.append(time.number) }
    if let weight { weights?.append(Float(weight.number)) }
  }

  @usableFromInline
  func events(threads: Int?) throws -> Events {
    try Events(users: users, items: items, values: values, times: times, weights: weights, threads: threads)
  }
}

extension Events {
  /// One event per row of a sequence, in its order.
  ///
  ///     let events = try Events(rows, user: \.customer, item: \.sku, value: \.quantity, time: \.date)
  ///
  /// - Parameters:
  ///   - rows: Rows of any kind.
  ///   - user: The user of a row.
  ///   - item: The item of a row.
  ///   - value: The rating or count of a row; one everywhere when `nil`.
  ///   - time: When it happened, a `Date` or a number in any unit.
  ///   - weight: How much it counts, 0 or more; 1 everywhere when `nil`.
  ///   - threads: How many threads identifiers are looked up by; all processors when `nil`. Rows are taken by one.
  /// - Throws: `ALSError` when a value or time is not finite, or a weight is not finite or negative; what the closures
  ///   throw.
  /// - Complexity: O(n) hashing plus O(d log d) for d distinct identifiers.
  @inlinable
  public init<Rows: Sequence, User: IdentifierKey, Item: IdentifierKey>(
    _ rows: Rows, user: (Rows.Element) throws -> User, item: (Rows.Element) throws -> Item,
    value: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    time: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    weight: ((Rows.Element) throws -> any InteractionNumber)? = nil, threads: Int? = nil
  ) throws {
    var columns = EventRows<User, Item>(hasValues: value != nil, hasTimes: time != nil, hasWeights: weight != nil)
    for row in rows {
      try columns.append(user(row), item(row), value: value?(row), time: time?(row), weight: weight?(row))
    }
    self = try columns.events(threads: threads)
  }

  /// One event per row of an asynchronous sequence, such as the rows of a database; see
  /// ``init(_:user:item:value:time:weight:threads:)``.
  ///
  /// Rows are taken where the caller runs, and the rest is done on threads of its own.
  @inlinable
  public init<Rows: AsyncSequence, User: IdentifierKey, Item: IdentifierKey>(
    _ rows: Rows, user: (Rows.Element) throws -> User, item: (Rows.Element) throws -> Item,
    value: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    time: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    weight: ((Rows.Element) throws -> any InteractionNumber)? = nil, threads: Int? = nil,
    isolation: isolated (any Actor)? = #isolation
  ) async throws {
    var columns = EventRows<User, Item>(hasValues: value != nil, hasTimes: time != nil, hasWeights: weight != nil)
    for try await row in rows {
      try columns.append(user(row), item(row), value: value?(row), time: time?(row), weight: weight?(row))
    }
    let taken = columns
    self = try await elsewhere { try taken.events(threads: threads) }
  }

  /// The same with the earliest first, so that the last of several is the latest; those without times as they are.
  ///
  /// - Complexity: O(`count`) when they are in that order, otherwise O(`count` log `count`).
  @usableFromInline
  func inOrderOfTime() -> Events {
    guard let times, !zip(times.elements, times.elements.dropFirst()).allSatisfy(<=) else { return self }
    let order = (0..<count).sorted { (times.pointer[$0], $0) < (times.pointer[$1], $1) }
    return selecting(order)
  }
}

extension Interactions {
  /// The matrix of a sequence of rows, such as those that a database gives.
  ///
  ///     let purchases = try Interactions(rows, user: \.customer, item: \.sku, value: \.quantity, time: \.date)
  ///
  /// - Parameters:
  ///   - rows: Rows of any kind, in any order.
  ///   - user: The user of a row.
  ///   - item: The item of a row.
  ///   - value: The rating or count of a row; one everywhere when `nil`.
  ///   - time: When it happened, so that of repeated ratings the latest counts; their order decides when `nil`.
  ///   - weight: How much it counts, 0 or more; 1 everywhere when `nil`.
  ///   - duplicates: What becomes of several rows of the same user and item; when `nil`, implicit feedback adds them up,
  ///     and of ratings the last one counts.
  ///   - threads: How many threads to work with; all processors when `nil`. Rows are taken by one.
  /// - Throws: `ALSError` when a value or time is not finite, a weight is not finite or negative, or `duplicates` is
  ///   `.error` and a pair repeats; what the closures throw.
  /// - Complexity: O(n) hashing plus O(d log d) for d distinct identifiers.
  @inlinable
  public init<Rows: Sequence, User: IdentifierKey, Item: IdentifierKey>(
    _ rows: Rows, user: (Rows.Element) throws -> User, item: (Rows.Element) throws -> Item,
    value: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    time: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    weight: ((Rows.Element) throws -> any InteractionNumber)? = nil, duplicates: Duplicates? = nil, threads: Int? = nil
  ) throws {
    let events = try Events(
      rows, user: user, item: item, value: value, time: time, weight: weight, threads: threads)
    try self.init(events.inOrderOfTime(), duplicates: duplicates, threads: threads)
  }

  /// The matrix of an asynchronous sequence of rows; see
  /// ``init(_:user:item:value:time:weight:duplicates:threads:)``.
  ///
  /// Rows are taken where the caller runs, and the rest is done on threads of its own.
  @inlinable
  public init<Rows: AsyncSequence, User: IdentifierKey, Item: IdentifierKey>(
    _ rows: Rows, user: (Rows.Element) throws -> User, item: (Rows.Element) throws -> Item,
    value: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    time: ((Rows.Element) throws -> any InteractionNumber)? = nil,
    weight: ((Rows.Element) throws -> any InteractionNumber)? = nil, duplicates: Duplicates? = nil,
    threads: Int? = nil, isolation: isolated (any Actor)? = #isolation
  ) async throws {
    let events = try await Events(
      rows, user: user, item: item, value: value, time: time, weight: weight, threads: threads)
    self = try await elsewhere {
      try Interactions(events.inOrderOfTime(), duplicates: duplicates, threads: threads)
    }
  }
}

/// What `body` makes, on a thread of its own.
@usableFromInline
func elsewhere<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await onDedicatedThread(body)
}
