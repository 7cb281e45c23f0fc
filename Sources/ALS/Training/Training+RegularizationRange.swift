import ALSSparse

extension Training {
  /// Throws when the regularization of some row is beyond the arithmetic.
  ///
  /// - Complexity: O(users + items).
  func requireRegularizationInRange() throws {
    for side in Side.allCases {
      let rows = rows[side]
      guard let row = (0..<rows.rowCount).max(by: { rows.degree(ofRow: $0) < rows.degree(ofRow: $1) }) else { continue }
      let (count, name) = (rows.degree(ofRow: row), interactions.identifiers(of: side)[row])
      let value = objective.regularization(entryCount: count, fixedCount: rows.columnCount)
      try require(
        value < 1 || configuration.precision.holds(value),
        "the regularization of \(side.noun) \(name) with its \(count) entries",
        "\(value)", "a finite number\(configuration.precision.range). Choose a smaller regularization or exponent")
    }
  }
}
