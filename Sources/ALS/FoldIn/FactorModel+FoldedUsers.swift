extension FactorModel {
  /// A model of the same items whose users are those that were folded in, and no others.
  ///
  /// What the evaluation of held-out users needs:
  ///
  ///     let heldOut = model.replacingUsers(with: try model.foldIn(users: known))
  ///     let items = try heldOut.recommend(user: 42, excluding: Exclusions(seen: known, for: heldOut))
  ///
  /// - Parameter users: What folding users in against this model gave.
  /// - Returns: A model that shares the items, and what has been made of them for recommending.
  /// - Precondition: `users` are rows of users, in the precision of this model.
  /// - Complexity: O(1).
  public func replacingUsers(with users: FoldedRows) -> FactorModel {
    precondition(users.side == .users, "folded-in items are not users")
    let tables: Tables =
      switch (self.tables, users.table) {
      case (.float(let tables), .float(let rows, let biases)): .float(tables.replacingUsers(rows, biases: biases))
      case (.double(let tables), .double(let rows, let biases)): .double(tables.replacingUsers(rows, biases: biases))
      default: preconditionFailure("rows of another model")
      }
    return FactorModel(
      users: users.identifiers, items: items, configuration: configuration, history: history, globalMean: globalMean,
      dataFingerprint: dataFingerprint, itemCounts: itemCounts, tables: tables)
  }
}
