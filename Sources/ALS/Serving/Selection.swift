import ALSPlatform
public import ALSSparse

/// Some of the items, or of the users, of a model: one bit each.
///
/// Made once and used for any number of requests; a predicate is only called when the selection is made.
///
///     let inStock = Selection(itemsOf: model) { stock.contains($0) }
public struct Selection: Hashable, Sendable {
  /// What is selected from.
  public private(set) var side: Side
  /// How many items, or users, the model has.
  public let capacity: Int
  /// Of the identifiers that are selected from.
  private let fingerprint: UInt64
  private var words: [UInt64]
  /// What it was made from that the model does not know, once each; nothing in combinations.
  public private(set) var unknown: [Identifier] = []

  private init(_ side: Side, of names: Identifiers) {
    self.side = side
    capacity = names.count
    fingerprint = names.fingerprint
    words = Array(repeating: 0, count: (capacity + 63) / 64)
  }

  /// The items of `model` for which `isIncluded` holds.
  ///
  /// - Complexity: O(items), one call for each.
  public init(itemsOf model: FactorModel, where isIncluded: (Identifier) throws -> Bool) rethrows {
    self.init(.items, of: model.items)
    for index in model.items.indices where try isIncluded(model.items[index]) { insert(index) }
  }

  /// The users of `model` for which `isIncluded` holds.
  ///
  /// - Complexity: O(users), one call for each.
  public init(usersOf model: FactorModel, where isIncluded: (Identifier) throws -> Bool) rethrows {
    self.init(.users, of: model.users)
    for index in model.users.indices where try isIncluded(model.users[index]) { insert(index) }
  }

  /// These items.
  ///
  /// - Parameters:
  ///   - items: Items in any order, repeats included.
  ///   - unknown: What becomes of those that the model does not know.
  ///   - model: The model that has them.
  /// - Throws: `ALSError` that names an item that the model does not know, unless these are ignored.
  /// - Complexity: O(items / 64 + n log items) for n of them.
  @inlinable
  public init(
    items: some Sequence<some IdentifierKey>, unknown: UnknownIdentifiers = .error, of model: FactorModel
  ) throws {
    try self.init(.items, items.map { $0.identifier }, unknown, of: model)
  }

  /// These users; see ``init(items:unknown:of:)``.
  @inlinable
  public init(
    users: some Sequence<some IdentifierKey>, unknown: UnknownIdentifiers = .error, of model: FactorModel
  ) throws {
    try self.init(.users, users.map { $0.identifier }, unknown, of: model)
  }

  @usableFromInline
  init(_ side: Side, _ identifiers: [Identifier], _ unknown: UnknownIdentifiers, of model: FactorModel) throws {
    self.init(side, of: model.identifiers(of: side))
    let found = try model.indices(of: identifiers, in: side, unknown: unknown)
    for index in found.known { insert(index) }
    self.unknown = found.unknown
  }

  /// The items of `model` whose rows in `table` satisfy `predicate`; items without a row are not selected.
  ///
  ///     let toys = try Selection(itemsOf: model, in: products, where: ItemPredicate("category = toys and stock > 0"))
  ///     let offer = try model.recommend(user: 13085, options: RecommendationOptions(candidates: toys))
  ///
  /// - Throws: `ALSError` that names the character of the predicate, when the table has no such column, or values of another kind.
  /// - Complexity: O(rows) for each comparison and a look-up for each item, on all threads.
  public init(itemsOf model: FactorModel, in table: ItemTable, where predicate: ItemPredicate) throws {
    self.init(.items, of: model.items)
    let (matches, rows) = (
      try table.matches(predicate), table.rows(of: model.items, threads: availableProcessors)
    )
    for index in 0..<capacity where rows.pointer[index] >= 0 && matches[Int(rows.pointer[index])] { insert(index) }
  }

  private mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }
}

extension Selection {
  /// How many are selected.
  ///
  /// - Complexity: O(capacity / 64).
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether the one at `index` is selected.
  public func contains(_ index: Int) -> Bool {
    precondition(index >= 0 && index < capacity, "index \(index) is outside 0..<\(capacity)")
    return words[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// What is in both.
  ///
  /// - Precondition: Both select from the same side of the same model; so for the other operations.
  public func intersection(_ other: Selection) -> Selection { combined(with: other, by: &) }

  /// What is in either.
  public func union(_ other: Selection) -> Selection { combined(with: other, by: |) }

  /// What is in this one but not in `other`.
  public func subtracting(_ other: Selection) -> Selection { combined(with: other) { $0 & ~$1 } }

  private func combined(with other: Selection, by operation: (UInt64, UInt64) -> UInt64) -> Selection {
    precondition(
      side == other.side && capacity == other.capacity && fingerprint == other.fingerprint,
      "selections from different models")
    var result = self
    result.unknown = []
    for word in words.indices { result.words[word] = operation(words[word], other.words[word]) }
    return result
  }

  /// The same ones where users and items have changed places.
  var transposed: Selection {
    var copy = self
    copy.side = side.other
    return copy
  }

  /// The selected ones, or with `false` all others, ascending.
  func indices(selected: Bool = true) -> [Int32] {
    var indices: [Int32] = []
    for (position, word) in words.enumerated() {
      var rest = selected ? word : ~word
      while rest != 0 {
        let index = position << 6 + rest.trailingZeroBitCount
        if index >= capacity { break }
        indices.append(Int32(index))
        rest &= rest - 1
      }
    }
    return indices
  }

  /// Throws unless this selects from `side` of a model, which has these `names`.
  func check(_ side: Side, of names: Identifiers) throws {
    guard self.side == side, capacity == names.count else {
      throw ALSError(
        .configuration,
        "a selection from \(capacity) \(self.side) is used where one from \(names.count) \(side) is needed. "
          + "Make it for this model.")
    }
    if fingerprint != names.fingerprint {
      throw ALSError(
        .configuration, "a selection from other \(side) is used, as many but not the same. Make it for this model.")
    }
  }
}
