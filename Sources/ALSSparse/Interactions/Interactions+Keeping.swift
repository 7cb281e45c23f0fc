import ALSPlatform

extension Interactions {
  /// The users and items that have entries in `matrix`, users × items, and what is between them; the same storage when that is
  /// all.
  ///
  /// - Complexity: O(users + items + interactions).
  package func keeping(rowsAndColumnsOf matrix: CSRMatrix<Float>) throws -> Interactions {
    let (rows, columns) = (UsedPositions(rowsOf: matrix), UsedPositions(matrix.columns.elements, of: items.count))
    if rows.positions.count == users.count, columns.positions.count == items.count { return self }
    var isKept = [Bool](repeating: false, count: items.count)
    for item in columns.positions { isKept[item] = true }
    var (starts, kept, values, weights): ([Int64], [Int32], [Float], [Float]) = ([0], [], [], [])
    for user in rows.positions {
      for entry in byUser.entries(ofRow: user) where isKept[Int(byUser.columns.pointer[entry])] {
        kept.append(columns[Int(byUser.columns.pointer[entry])])
        if let all = byUser.values { values.append(all.pointer[entry]) }
        if let all = byUser.weights { weights.append(all.pointer[entry]) }
      }
      starts.append(Int64(kept.count))
    }
    let byUser = CSRMatrix(
      rowCount: rows.positions.count, columnCount: columns.positions.count, rowStarts: Buffer(starts),
      columns: Buffer(kept), values: byUser.values.map { _ in Buffer(values) },
      weights: byUser.weights.map { _ in Buffer(weights) })
    return Interactions(
      users: try users.selecting(rows.positions), items: try items.selecting(columns.positions), byUser: byUser,
      byItem: byUser.transposed(threads: availableProcessors))
  }
}
