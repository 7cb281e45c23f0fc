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
  /// One rating, count or weight per identifier; `nil` when all are one.
  public let values: [Float]?

  /// A history.
  ///
  /// - Parameters:
  ///   - identifiers: The items of a user, or the users of an item.
  ///   - values: One per identifier; all are one when `nil`.
  /// - Throws: `ALSError` when there are not as many values as identifiers, or one is not finite.
  public init(_ identifiers: [Identifier], values: [Float]? = nil) throws {
    if let values {
      guard values.count == identifiers.count else {
        throw ALSError(
          .data, "a history has \(identifiers.count) identifiers but \(values.count) values: one each is needed.")
      }
      if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw ALSError(
          .data, "history, \(identifiers[position]): value \(values[position]) is not a finite number. Correct it.")
      }
    }
    self.identifiers = identifiers
    self.values = values
  }

  /// The interactions of the user at `user`.
  ///
  /// - Complexity: O(number of items).
  public init(ofUserAt user: Int, in interactions: Interactions) {
    precondition(
      user >= 0 && user < interactions.users.count, "user \(user) is outside 0..<\(interactions.users.count)")
    var last: Last = .none
    if case .undecided(let values, _) = interactions.repeats { last = .known(values) }
    self.init(row: user, of: interactions.byUser, last, names: interactions.items)
  }

  /// The interactions of the item at `item`.
  ///
  /// - Complexity: O(number of users).
  public init(ofItemAt item: Int, in interactions: Interactions) {
    precondition(
      item >= 0 && item < interactions.items.count, "item \(item) is outside 0..<\(interactions.items.count)")
    var last: Last = .none
    if case .undecided(_, let values) = interactions.repeats { last = .known(values) }
    self.init(row: item, of: interactions.byItem, last, names: interactions.users)
  }

  /// The last values of pairs whose values were added up; `nil` where all are one.
  private enum Last {
    case none
    case known(Buffer<Float>?)
  }

  private init(row: Int, of matrix: CSRMatrix<Float>, _ last: Last, names: Identifiers) {
    guard case .known(let last) = last else {
      identifiers = matrix.columns(ofRow: row).map { names[Int($0)] }
      values = matrix.values.map { Array($0.elements[matrix.entries(ofRow: row)]) }
      return
    }
    // What comes before the last value is one more interaction, so that both ways to read repeats find what they should.
    var entries: [(name: Identifier, value: Float)] = []
    for entry in matrix.entries(ofRow: row) {
      let name = names[Int(matrix.columns.pointer[entry])]
      let (sum, latest) = (matrix.values?.pointer[entry] ?? 1, last?.pointer[entry] ?? 1)
      if sum != latest { entries.append((name, sum - latest)) }
      entries.append((name, latest))
    }
    identifiers = entries.map(\.name)
    values = entries.map(\.value)
  }

  /// The number of identifiers, repeats included.
  public var count: Int { identifiers.count }
}

extension History: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// Interactions whose values are all one.
  public init(arrayLiteral identifiers: Identifier...) {
    self.identifiers = identifiers
    values = nil
  }

  /// Interactions with their values, which must be finite: others are an error where the history is used.
  public init(dictionaryLiteral pairs: (Identifier, Float)...) {
    identifiers = pairs.map(\.0)
    values = pairs.map(\.1)
  }
}
