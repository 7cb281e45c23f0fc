public import ALSSparse

/// Items that must not be recommended: what each user has seen already, and what nobody should get.
///
/// Made once for a model and used for any number of requests; those of one request, such as what somebody has in the
/// basket, are united with them in little time.
///
///     let discontinued = try Exclusions(items: gone, unknown: .ignore, for: model)
///     let offer = try model.recommend(user: 13085, excluding: discontinued.union(Exclusions(items: basket, for: model)))
public struct Exclusions: Sendable {
  /// In the model's order; an item is left out that is in any of them.
  private let seen: [SeenItems]
  /// Ascending item indices.
  package let everywhere: [Int32]
  /// Whether what the model remembers is left out as well.
  private let includesRemembered: Bool
  /// The items that the indices are of, and the users where they matter; none when the maker answers for them.
  private let names: [(users: Identifiers?, items: Identifiers)]
  /// Items they were made from that the model does not know.
  public let unknown: [Identifier]

  /// Nothing is excluded.
  public static let none = Exclusions(seen: nil, everywhere: [])

  /// What the model remembers of its users, if it does; see ``FactorModel/remembering(_:)``.
  public static let remembered = Exclusions([], everywhere: [], includesRemembered: true, names: [])

  private init(
    _ seen: [SeenItems], everywhere: [Int32], includesRemembered: Bool,
    names: [(users: Identifiers?, items: Identifiers)], unknown: [Identifier] = []
  ) {
    self.seen = seen
    self.everywhere = everywhere
    self.includesRemembered = includesRemembered
    self.names = names
    self.unknown = unknown
  }

  /// What is known to be in the order of the model.
  package init(seen: CSRMatrix<Float>?, everywhere: [Int32]) {
    self.init(seen.map { [SeenItems($0)] } ?? [], everywhere: everywhere, includesRemembered: false, names: [])
  }

  /// Exclusions for `model`.
  ///
  /// - Parameters:
  ///   - seen: Interactions whose items are not recommended to their users again, but for those of value zero in implicit
  ///     models, which are as good as absent. Users and items that the model does not know are ignored.
  ///   - items: Items that nobody should get.
  ///   - unknown: What becomes of those of `items` that the model does not know: nobody gets them anyway.
  ///   - remembered: Whether to leave out what the model remembers as well, if it does.
  ///   - model: The model that recommends, or one with the same users and items in the same order.
  /// - Throws: `ALSError` when the model does not know one of `items`, unless these are ignored.
  /// - Complexity: O(1) for interactions with the identifiers that the model was trained on, otherwise
  ///   O(users + interactions), and two look-ups per identifier where tables are not sorted.
  @inlinable
  public init(
    seen: Interactions? = nil, items: some Sequence<some IdentifierKey>,
    unknown: UnknownIdentifiers = .error, remembered: Bool = true, for model: FactorModel
  ) throws {
    try self.init(seen, items.map { $0.identifier }, unknown, remembered, model)
  }

  /// Exclusions of what users have seen; see ``init(seen:items:unknown:remembered:for:)``.
  public init(seen: Interactions, remembered: Bool = true, for model: FactorModel) {
    self.init(seen, known: [], unknown: [], remembered, model)
  }

  @usableFromInline
  init(
    _ seen: Interactions?, _ items: [Identifier], _ unknown: UnknownIdentifiers, _ remembered: Bool,
    _ model: FactorModel
  ) throws {
    let items = try model.indices(of: items, in: .items, unknown: unknown)
    self.init(seen, known: items.known, unknown: items.unknown, remembered, model)
  }

  private init(
    _ seen: Interactions?, known: [Int], unknown: [Identifier], _ remembered: Bool, _ model: FactorModel
  ) {
    self.init(
      seen.map { [SeenItems(AlignedInteractions($0, with: model).byUser)] } ?? [],
      everywhere: Set(known.map { Int32($0) }).sorted(), includesRemembered: remembered,
      names: [(seen == nil ? nil : model.users, model.items)], unknown: unknown)
  }

  /// What either leaves out.
  ///
  /// Both must have been made for the same model, which is checked where they are used.
  ///
  /// - Complexity: O(items that nobody should get).
  public func union(_ other: Exclusions) -> Exclusions {
    Exclusions(
      seen + other.seen, everywhere: merged(everywhere, other.everywhere),
      includesRemembered: includesRemembered || other.includesRemembered, names: names + other.names,
      unknown: unknown + other.unknown)
  }

  /// These exclusions and `items`, ascending, that nobody should get.
  func adding(_ items: [Int32]) -> Exclusions {
    guard !items.isEmpty else { return self }
    return Exclusions(
      seen, everywhere: merged(everywhere, items), includesRemembered: includesRemembered, names: names,
      unknown: unknown)
  }

  /// The same without what depends on the user.
  var ofEverybody: Exclusions {
    Exclusions(
      [], everywhere: everywhere, includesRemembered: false, names: names.map { (nil, $0.items) }, unknown: unknown)
  }

  /// The same with what `model` remembers, if that is wanted.
  ///
  /// - Throws: `ALSError` when they were made for other items, or what was seen for other users.
  func resolved(for model: FactorModel) throws -> Exclusions {
    for (users, items) in names {
      guard items.isSame(as: model.items), users?.isSame(as: model.users) ?? true else {
        throw madeForAnotherModel("exclusions")
      }
    }
    guard includesRemembered, let remembered = model.seen else { return self }
    return Exclusions(
      seen + [remembered], everywhere: everywhere, includesRemembered: false, names: names, unknown: unknown)
  }

  /// The same the other way round, once they are those of a model: for every item the users that have it.
  ///
  /// - Complexity: That of ``SeenItems/transposed(users:items:)``.
  func transposed(users: Int, items: Int) -> Exclusions {
    Exclusions(
      seen.map { $0.transposed(users: users, items: items) }, everywhere: [], includesRemembered: false, names: [])
  }

  /// Calls `body` with every item that the user at `index` alone must not get, some perhaps twice.
  @inline(__always)
  func forEachItem(seenBy index: Int, _ body: (Int) -> Void) {
    for list in seen { for item in list.items(ofUser: index) { body(Int(item)) } }
  }

  /// The items to leave out for the user at `index`, ascending.
  package func items(forUser index: Int) -> [Int32] {
    seen.reduce(everywhere) { merged($0, Array($1.items(ofUser: index))) }
  }
}

/// An error for what has indices of another model.
func madeForAnotherModel(_ what: String) -> ALSError {
  ALSError(.configuration, "the \(what) were made for a model with other users or items. Make them for this one.")
}

/// The union of two ascending lists.
///
/// - Complexity: O(numbers of both).
private func merged(_ a: [Int32], _ b: [Int32]) -> [Int32] {
  if a.isEmpty || b.isEmpty { return a + b }
  var (union, i, j): ([Int32], Int, Int) = ([], 0, 0)
  union.reserveCapacity(a.count + b.count)
  while i < a.count, j < b.count {
    union.append(min(a[i], b[j]))
    let (fromA, fromB) = (a[i] <= b[j], b[j] <= a[i])
    if fromA { i += 1 }
    if fromB { j += 1 }
  }
  return union + a[i...] + b[j...]
}
