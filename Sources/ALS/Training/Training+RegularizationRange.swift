import ALSSparse

extension Training {
  /// Throws when the regularization of some row is beyond the arithmetic.
  ///
  /// - Complexity: O(users + items).
  func requireRegularizationInRange() throws {
    for side in Side.allCases {
      let rows = rows[side]
      guard let row = (0..<rows.rowCount).max(by: { rows.degree(ofRow: $0) < rows.degree(ofRow: $1) }) else { continue }
      try objective.requireRegularizationInRange(
        of: "\(side.noun) \(interactions.identifiers(of: side)[row])", entryCount: rows.degree(ofRow: row),
        fixedCount: rows.columnCount, configuration.precision)
    }
  }
}

extension Objective {
  /// Throws when the regularization of a row is beyond the arithmetic; rows with fewer entries have no more.
  func requireRegularizationInRange(
    of name: @autoclosure () -> String, entryCount: Int, fixedCount: Int, _ precision: Precision
  ) throws {
    let value = regularization(entryCount: entryCount, fixedCount: fixedCount)
    try require(
      value < 1 || precision.holds(value), "the regularization of \(name()) with its \(entryCount) entries", "\(value)",
      "a finite number\(precision.range). Choose a smaller regularization or exponent")
  }
}
