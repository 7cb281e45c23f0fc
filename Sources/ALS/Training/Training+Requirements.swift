import ALSSparse

extension Training {
  /// Throws when the regularization of some row is beyond the arithmetic.
  ///
  /// - Complexity: O(users + items).
  func requireRegularizationInRange() throws {
    for side in Side.allCases {
      let rows = rows[side]
      let counts = objective.likedCounts(of: rows)
      func count(_ row: Int) -> Int { rows.entryCount(ofRow: row, counts) }
      guard let row = (0..<rows.rowCount).max(by: { count($0) < count($1) }) else { continue }
      try objective.requireRegularizationInRange(
        side, of: "\(side.noun) \(interactions.identifiers(of: side)[row])", entryCount: count(row),
        fixedCount: rows.columnCount, configuration.precision)
    }
  }
}

extension ModelConfiguration {
  /// Throws when the solver does not find solutions of the objective's kind.
  func requireSolvable(_ objective: any Objective) throws {
    let sparsity = objective.parameters(of: .users, entryCount: 1, fixedCount: 1).sparsity
    try requireSolvable(objective.domain, hasSparsity: sparsity > 0)
  }
}

extension Objective {
  /// Throws when the regularization of a row is beyond the arithmetic; rows with fewer entries have no more.
  func requireRegularizationInRange(
    _ side: Side, of name: @autoclosure () -> String, entryCount: Int, fixedCount: Int, _ precision: Precision
  ) throws {
    let value = parameters(of: side, entryCount: entryCount, fixedCount: fixedCount).regularization
    try require(
      value < 1 || precision.holds(value), "the regularization of \(name()) with its \(entryCount) entries", "\(value)",
      "a finite number\(precision.range). Choose a smaller regularization or exponent")
  }
}
