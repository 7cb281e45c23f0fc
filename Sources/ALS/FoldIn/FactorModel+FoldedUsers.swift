extension FactorModel {
  /// A model of the same items whose users are those that were folded in, and no others.
  ///
  /// What the evaluation of held-out users needs:
  ///
  ///     let heldOut = try model.replacingUsers(with: model.foldIn(users: known))
  ///     let items = try heldOut.recommend(user: 42, excluding: Exclusions(seen: known, for: heldOut))
  ///
  /// - Parameter users: What folding users in against this model gave.
  /// - Returns: A model that shares the items, and what has been made of them for recommending. If this one remembers what
  ///   users have, that one remembers what these were folded in from.
  /// - Throws: `ALSError` when the rows are of items, or were folded in by another model.
  /// - Complexity: O(1).
  public func replacingUsers(with users: FoldedRows) throws -> FactorModel {
    guard users.side == .users else {
      throw ALSError(.configuration, "folded-in items are used where users are needed. Fold users in.")
    }
    try require(users.origin, of: .users)
    let tables: Tables =
      switch (self.tables, users.table) {
      case (.float(let tables), .float(let rows)): .float(tables.replacing(.users, with: rows))
      case (.double(let tables), .double(let rows)): .double(tables.replacing(.users, with: rows))
      default:
        throw ALSError(.configuration, "the rows have another precision than the model. Fold them in with this model.")
      }
    var model = self
    (model.users, model.tables, model.validation) = (users.identifiers, tables, nil)
    model.seen = seen.map { _ in SeenItems(configuration.definition.observed(users.interactions)) }
    model.userTotals = userTotals.map { _ in users.totals }
    model.features = model.features(with: users)
    return model
  }
}
