import ALSPlatform

extension CSRMatrix {
  /// What is wrong with the structure, or `nil`: row starts that fall or do not cover the entries, columns out of
  /// range, unsorted or repeated within a row.
  ///
  /// - Complexity: O(rows + entries).
  package func brokenInvariant() -> String? { brokenStarts() ?? brokenColumns(rows: 0..<rowCount) }

  /// What is wrong with the row starts, or `nil`; as long as something is, no row may be asked for.
  ///
  /// - Complexity: O(rows).
  package func brokenStarts() -> String? {
    let starts = rowStarts.elements
    if starts[0] != 0 { return "row starts begin at \(starts[0]), not 0" }
    if starts[rowCount] != Int64(entryCount) {
      return "row starts end at \(starts[rowCount]), but there are \(entryCount) entries"
    }
    var isRising = true
    for row in 0..<rowCount { isRising = isRising && starts[row] <= starts[row + 1] }
    if isRising { return nil }
    return (0..<rowCount).first { starts[$0 + 1] < starts[$0] }.map { "row \($0) starts after it ends" }
  }

  /// What is wrong with the columns of some rows, or `nil`.
  package func brokenColumns(rows: Range<Int>) -> String? {
    for row in rows {
      var previous: Int32 = -1
      for column in columns(ofRow: row) {
        if column <= previous { return "row \(row) has column \(column) after \(previous): unsorted or repeated" }
        if column >= columnCount { return "row \(row) has column \(column) of only \(columnCount)" }
        previous = column
      }
    }
    return nil
  }

  /// Traps when the structure is broken.
  package func checkInvariants() {
    if let problem = brokenInvariant() { preconditionFailure("broken CSR matrix: \(problem)") }
  }
}

extension CSRMatrix where Value == Float {
  /// The first entry with a value that is not finite, or `nil`.
  package func firstNonFiniteEntry() -> (row: Int, column: Int, value: Float)? {
    guard let values else { return nil }
    guard let entry = values.elements.firstIndex(where: { !$0.isFinite }) else { return nil }
    return (row(ofEntry: entry), Int(columns.pointer[entry]), values.pointer[entry])
  }
}
