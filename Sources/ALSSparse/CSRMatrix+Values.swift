package import ALSPlatform

extension CSRMatrix {
  /// The same structure with other values.
  package func replacingValues(with values: Buffer<Value>?) -> CSRMatrix {
    CSRMatrix(rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns, values: values)
  }

  /// The entries whose value satisfies `isIncluded`; a matrix of ones is returned as it is.
  ///
  /// - Complexity: O(rows + entries).
  package func filtered(_ isIncluded: (Value) -> Bool) -> CSRMatrix {
    guard let values else { return self }
    let starts = Buffer<Int64>(uninitialized: rowCount + 1)
    var (keptColumns, keptValues): ([Int32], [Value]) = ([], [])
    for row in 0..<rowCount {
      starts.pointer[row] = Int64(keptColumns.count)
      for entry in entries(ofRow: row) where isIncluded(values.pointer[entry]) {
        keptColumns.append(columns.pointer[entry])
        keptValues.append(values.pointer[entry])
      }
    }
    starts.pointer[rowCount] = Int64(keptColumns.count)
    return CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: Buffer(keptColumns),
      values: Buffer(keptValues))
  }
}
