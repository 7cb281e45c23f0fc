import ALSPlatform
public import ALSSparse

/// What one user has interacted with, or who has interacted with one item, by identifier.
///
/// Literals work where a history is asked for: `["85123A", "22423"]` when every value is one, or
/// `["85123A": 3, "22423": 1]`.
public struct History: Hashable, Sendable {
  /// The items of a user, or the users of an item, in any order.
  ///
  /// What comes twice is merged: the values are added for
  /// implicit feedback, and the last one counts for explicit.
  public let identifiers: [Identifier]
  /// One rating or count per identifier; `nil` when all are one.
  public let values: [Float]?
  /// How much each counts; `nil` when all count as 1.
  public let weights: [Float]?

  /// A history.
  ///
  /// - Parameters:
  ///   - identifiers: The items of a user, or the users of an item.
  ///   - values: One per identifier; all are one when `nil`.
  ///   - weights: One per identifier, 0 or more; all are 1 when `nil`. What has weight 0 is left out.
  /// - Throws: `ALSError` when there are not as many values or weights as identifiers, a value is not finite, or a weight
  ///   is not finite or negative.
  @inlinable
  public init(
    _ identifiers: some Sequence<some IdentifierKey>, values: [Float]? = nil, weights: [Float]? = nil
  ) throws {
    try self.init(identifiers: identifiers.map { $0.identifier }, values: values, weights: weights)
  }

  @usableFromInline
  init(identifiers: [Identifier], values: [Float]?, weights: [Float]?) throws {
    for (name, count) in [("values", values?.count), ("weights", weights?.count)] {
      if let count, count != identifiers.count {
        throw ALSError(
          .data, "a history has \(identifiers.count) identifiers but \(count) \(name): one each is needed.")
      }
    }
    if let values {
      if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw ALSError(
          .data, "history, \(identifiers[position]): value \(values[position]) is not a finite number. Correct it.")
      }
    }
    guard let weights else {
      (self.identifiers, self.values, self.weights) = (identifiers, values, nil)
      return
    }
    if let position = weights.firstIndex(where: { !isWeight($0) }) {
      throw ALSError(
        .data,
        "history, \(identifiers[position]): weight \(weights[position]) is not a finite number of 0 or more. Correct it."
      )
    }
    let kept = weights.indices.filter { weights[$0] > 0 }
    self.identifiers = kept.map { identifiers[$0] }
    self.values = values.map { values in kept.map { values[$0] } }
    self.weights = weights.allSatisfy { $0 == 1 } ? nil : kept.map { weights[$0] }
  }

  /// A history of counts or ratings by identifier.
  ///
  /// - Throws: `ALSError` when a value is not a finite number.
  @inlinable
  public init(_ values: [some IdentifierKey: some InteractionNumber]) throws {
    try self.init(values.keys, values: values.values.map { Float($0.number) })
  }

  /// The interactions of the user at `user`.
  ///
  /// - Complexity: O(number of items).
  public init(ofUserAt user: Int, in interactions: Interactions) {
    precondition(
      user >= 0 && user < interactions.users.count, "user \(user) is outside 0..<\(interactions.users.count)")
    var last: CSRMatrix<Float>?
    if case .undecided(let byUser, _) = interactions.repeats { last = byUser }
    self.init(row: user, of: interactions.byUser, last: last, names: interactions.items)
  }

  /// The interactions of the item at `item`.
  ///
  /// - Complexity: O(number of users).
  public init(ofItemAt item: Int, in interactions: Interactions) {
    precondition(
      item >= 0 && item < interactions.items.count, "item \(item) is outside 0..<\(interactions.items.count)")
    var last: CSRMatrix<Float>?
    if case .undecided(_, let byItem) = interactions.repeats { last = byItem }
    self.init(row: item, of: interactions.byItem, last: last, names: interactions.users)
  }

  private init(row: Int, of matrix: CSRMatrix<Float>, last: CSRMatrix<Float>?, names: Identifiers) {
    let entries = matrix.entries(ofRow: row)
    guard let last else {
      identifiers = entries.map { names[Int(matrix.columns.pointer[$0])] }
      values = matrix.values.map { Array($0.elements[entries]) }
      weights = matrix.weights.map { Array($0.elements[entries]) }
      return
    }
    let events = entries.flatMap { entry in
      matrix.events(ofEntry: entry, last: last).map { (names[Int(matrix.columns.pointer[entry])], $0) }
    }
    identifiers = events.map(\.0)
    values = events.map { Float($0.1.value) }
    weights = matrix.weights.map { _ in events.map { Float($0.1.weight) } }
  }

  /// The number of identifiers, repeats included.
  public var count: Int { identifiers.count }
}

extension History: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// Interactions whose values are all one.
  public init(arrayLiteral identifiers: Identifier...) {
    self.identifiers = identifiers
    (values, weights) = (nil, nil)
  }

  /// Interactions with their values, which must be finite: others are an error where the history is used.
  public init(dictionaryLiteral pairs: (Identifier, Float)...) {
    identifiers = pairs.map(\.0)
    values = pairs.map(\.1)
    weights = nil
  }
}
