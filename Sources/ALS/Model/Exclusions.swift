import ALSPlatform
public import ALSSparse

/// Items that must not be recommended: what each user has seen already, and what nobody should get.
///
/// Made once for a model and used for any number of requests.
public struct Exclusions: Sendable {
  /// Users × items in the model's order; `nil` when nothing seen is excluded.
  let seen: CSRMatrix<Float>?
  /// Ascending item indices.
  let everywhere: [Int32]

  /// Nothing is excluded.
  public static let none = Exclusions(seen: nil, everywhere: [])

  init(seen: CSRMatrix<Float>?, everywhere: [Int32]) {
    self.seen = seen
    self.everywhere = everywhere
  }

  /// Exclusions for `model`.
  ///
  /// - Parameters:
  ///   - seen: Interactions whose items are not recommended to their users again. Users and items that the model does
  ///     not know are ignored.
  ///   - items: Items that nobody should get.
  ///   - model: The model that recommends.
  /// - Throws: `ALSError` when the model does not know one of `items`.
  /// - Complexity: O(1) for interactions with the identifiers that the model was trained on, otherwise
  ///   O(interactions) and two look-ups per identifier.
  public init(seen: Interactions? = nil, items: [Identifier] = [], for model: FactorModel) throws {
    self.seen = seen.map { $0.byUser(inTheOrderOf: model) }
    everywhere = Set(try items.map { Int32(try model.index(ofItem: $0)) }).sorted()
  }

  /// The items to leave out for the user at `index`, ascending.
  func items(forUser index: Int) -> [Int32] {
    guard let seen else { return everywhere }
    let own = seen.columns(ofRow: index)
    if everywhere.isEmpty { return Array(own) }
    return Set(own).union(everywhere).sorted()
  }
}

extension Interactions {
  /// The matrix of users × items with the rows and columns of `model`.
  fileprivate func byUser(inTheOrderOf model: FactorModel) -> CSRMatrix<Float> {
    if users == model.users && items == model.items { return byUser.replacingValues(with: nil) }
    let userPositions = users.map { model.users.index(of: $0) }
    let itemPositions = items.map { model.items.index(of: $0).map(Int32.init) }
    var (rows, columns): ([Int32], [Int32]) = ([], [])
    for (user, position) in userPositions.enumerated() {
      guard let position else { continue }
      for item in byUser.columns(ofRow: user) {
        guard let itemPosition = itemPositions[Int(item)] else { continue }
        rows.append(Int32(position))
        columns.append(itemPosition)
      }
    }
    // Transposed by grouping, and back: the columns of a row are sorted then.
    return CSRMatrix<Float>.grouping(
      rowCount: model.items.count, columnCount: model.users.count, rows: Buffer(columns), columns: Buffer(rows),
      values: nil, threads: 1
    ).transposed(threads: 1)
  }
}
