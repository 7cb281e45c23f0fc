public import ALSSparse

/// Items that must not be recommended: what each user has seen already, and what nobody should get.
///
/// Made once for a model and used for any number of requests.
public struct Exclusions: Sendable {
  /// Users × items in the model's order; `nil` when nothing seen is excluded.
  package let seen: CSRMatrix<Float>?
  /// Ascending item indices.
  package let everywhere: [Int32]

  /// Nothing is excluded.
  public static let none = Exclusions(seen: nil, everywhere: [])

  package init(seen: CSRMatrix<Float>?, everywhere: [Int32]) {
    self.seen = seen
    self.everywhere = everywhere
  }

  /// Exclusions for `model`.
  ///
  /// - Parameters:
  ///   - seen: Interactions whose items are not recommended to their users again, but for those of value zero in implicit
  ///     models, which are as good as absent. Users and items that the model does not know are ignored.
  ///   - items: Items that nobody should get.
  ///   - model: The model that recommends.
  /// - Throws: `ALSError` when the model does not know one of `items`.
  /// - Complexity: O(1) for interactions with the identifiers that the model was trained on, otherwise
  ///   O(interactions) and two look-ups per identifier.
  public init(seen: Interactions? = nil, items: [Identifier] = [], for model: FactorModel) throws {
    self.seen = seen.map { AlignedInteractions($0, with: model).byUser.replacingValues(with: nil) }
    everywhere = Set(try items.map { Int32(try model.index(ofItem: $0)) }).sorted()
  }

  /// These exclusions and `items`, ascending, that nobody should get.
  func adding(_ items: [Int32]) -> Exclusions {
    guard !items.isEmpty else { return self }
    return Exclusions(seen: seen, everywhere: merged(everywhere, items))
  }

  /// Whether all indices are of users and items that `model` has.
  func fit(_ model: FactorModel) -> Bool {
    let seenFits = seen.map { $0.rowCount == model.users.count && $0.columnCount == model.items.count } ?? true
    return seenFits && (everywhere.last.map { Int($0) < model.items.count } ?? true)
  }

  /// The items that the user at `index` alone must not get, ascending.
  func seen(byUser index: Int) -> UnsafeBufferPointer<Int32> {
    seen?.columns(ofRow: index) ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  /// The items to leave out for the user at `index`, ascending.
  func items(forUser index: Int) -> [Int32] {
    guard let seen else { return everywhere }
    return merged(everywhere, Array(seen.columns(ofRow: index)))
  }
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
