public import ALSSparse

/// Items that must not be recommended: what each user has seen already, and what nobody should get.
///
/// Made once for a model and used for any number of requests.
public struct Exclusions: Sendable {
  /// In the model's order; an item is left out that is in any of them.
  private let seen: [SeenItems]
  /// Ascending item indices.
  package let everywhere: [Int32]
  /// Whether what the model remembers is left out as well.
  private let includesRemembered: Bool
  /// The users and items that the indices are of; `nil` when the maker answers for them.
  private let names: (users: Identifiers, items: Identifiers)?

  /// Nothing is excluded.
  public static let none = Exclusions(seen: nil, everywhere: [])

  /// What the model remembers of its users, if it does; see ``FactorModel/remembering(_:)``.
  public static let remembered = Exclusions([], everywhere: [], includesRemembered: true, names: nil)

  private init(
    _ seen: [SeenItems], everywhere: [Int32], includesRemembered: Bool, names: (users: Identifiers, items: Identifiers)?
  ) {
    self.seen = seen
    self.everywhere = everywhere
    self.includesRemembered = includesRemembered
    self.names = names
  }

  /// What is known to be in the order of the model.
  package init(seen: CSRMatrix<Float>?, everywhere: [Int32]) {
    self.init(seen.map { [SeenItems($0)] } ?? [], everywhere: everywhere, includesRemembered: false, names: nil)
  }

  /// Exclusions for `model`.
  ///
  /// - Parameters:
  ///   - seen: Interactions whose items are not recommended to their users again, but for those of value zero in implicit
  ///     models, which are as good as absent. Users and items that the model does not know are ignored.
  ///   - items: Items that nobody should get.
  ///   - remembered: Whether to leave out what the model remembers as well, if it does.
  ///   - model: The model that recommends, or one with the same users and items in the same order.
  /// - Throws: `ALSError` when the model does not know one of `items`.
  /// - Complexity: O(1) for interactions with the identifiers that the model was trained on, otherwise
  ///   O(users + interactions), and two look-ups per identifier where tables are not sorted.
  public init(
    seen: Interactions? = nil, items: [Identifier] = [], remembered: Bool = true, for model: FactorModel
  ) throws {
    self.init(
      seen.map { [SeenItems(AlignedInteractions($0, with: model).byUser)] } ?? [],
      everywhere: Set(try items.map { Int32(try model.index(ofItem: $0)) }).sorted(), includesRemembered: remembered,
      names: (model.users, model.items))
  }

  /// These exclusions and `items`, ascending, that nobody should get.
  func adding(_ items: [Int32]) -> Exclusions {
    guard !items.isEmpty else { return self }
    return Exclusions(
      seen, everywhere: merged(everywhere, items), includesRemembered: includesRemembered, names: names)
  }

  /// The same without what depends on the user.
  var ofEverybody: Exclusions { Exclusions([], everywhere: everywhere, includesRemembered: false, names: names) }

  /// The same with what `model` remembers, if that is wanted.
  ///
  /// - Throws: `ALSError` when they were made for other items, or what was seen for other users.
  func resolved(for model: FactorModel) throws -> Exclusions {
    if let names {
      guard names.items.isSame(as: model.items), seen.isEmpty || names.users.isSame(as: model.users) else {
        throw madeForAnotherModel("exclusions")
      }
    }
    guard includesRemembered, let remembered = model.seen else { return self }
    return Exclusions(seen + [remembered], everywhere: everywhere, includesRemembered: false, names: names)
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
