package import ALSPlatform

extension CSRMatrix {
  /// The same structure and weights with other values.
  package func replacingValues(with values: Buffer<Value>?) -> CSRMatrix { replacing(values: values, weights: weights) }

  /// The same structure and values with other weights.
  package func replacingWeights(with weights: Buffer<Float>?) -> CSRMatrix {
    replacing(values: values, weights: weights)
  }

  /// The same structure alone.
  package var structure: CSRMatrix { replacing(values: nil, weights: nil) }

  /// The same structure with other values and weights.
  package func replacing(values: Buffer<Value>?, weights: Buffer<Float>?) -> CSRMatrix {
    CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns, values: values,
      weights: weights)
  }

  /// The entries for which `isSelected` holds, and the others.
  ///
  /// - Complexity: O(rows + entries); `isSelected` is called twice for each.
  package func divided(
    threads: Int, _ isSelected: @Sendable (_ row: Int, _ column: Int32) -> Bool
  ) -> (selected: CSRMatrix, rest: CSRMatrix) {
    let starts = (0..<2).map { _ in Buffer<Int64>(repeating: 0, count: rowCount + 1) }
    parallelForEachChunk(of: rowCount, size: 256, workers: threads) { rows, _ in
      for row in rows {
        let count = columns(ofRow: row).count { isSelected(row, $0) }
        starts[0].pointer[row + 1] = Int64(count)
        starts[1].pointer[row + 1] = Int64(degree(ofRow: row) - count)
      }
    }
    for part in starts { for row in 0..<rowCount { part.pointer[row + 1] += part.pointer[row] } }
    let targets = starts.map { Buffer<Int32>(uninitialized: Int($0.pointer[rowCount])) }
    let targetValues = targets.map { part in values.map { _ in Buffer<Value>(uninitialized: part.count) } }
    let targetWeights = targets.map { part in weights.map { _ in Buffer<Float>(uninitialized: part.count) } }
    parallelForEachChunk(of: rowCount, size: 256, workers: threads) { rows, _ in
      var next = starts.map { Int($0.pointer[rows.lowerBound]) }
      for row in rows {
        for entry in entries(ofRow: row) {
          let part = isSelected(row, columns.pointer[entry]) ? 0 : 1
          targets[part].pointer[next[part]] = columns.pointer[entry]
          if let values { targetValues[part]?.pointer[next[part]] = values.pointer[entry] }
          if let weights { targetWeights[part]?.pointer[next[part]] = weights.pointer[entry] }
          next[part] += 1
        }
      }
    }
    let parts = (0..<2).map { part in
      CSRMatrix(
        rowCount: rowCount, columnCount: columnCount, rowStarts: starts[part], columns: targets[part],
        values: targetValues[part], weights: targetWeights[part])
    }
    return (parts[0], parts[1])
  }

  /// The entries whose value is not zero; the matrix itself when that is all.
  ///
  /// - Complexity: O(entries), at the speed of memory where there are none to leave out.
  package func withoutZeros() -> CSRMatrix where Value == Float {
    var hasZeros: UInt32 = 0
    values?.forEachPart { part in for value in part { hasZeros |= value == 0 ? 1 : 0 } }
    return hasZeros == 0 ? self : filtered { $0 != 0 }
  }

  /// The entries whose value satisfies `isIncluded`; a matrix of ones, and one of which all do, is returned as it is.
  ///
  /// - Complexity: O(rows + entries).
  package func filtered(_ isIncluded: (Value) -> Bool) -> CSRMatrix {
    guard let values, !values.elements.allSatisfy(isIncluded) else { return self }
    let starts = Buffer<Int64>(uninitialized: rowCount + 1)
    var (keptColumns, keptValues, keptWeights): ([Int32], [Value], [Float]) = ([], [], [])
    for row in 0..<rowCount {
      starts.pointer[row] = Int64(keptColumns.count)
      for entry in entries(ofRow: row) where isIncluded(values.pointer[entry]) {
        keptColumns.append(columns.pointer[entry])
        keptValues.append(values.pointer[entry])
        if let weights { keptWeights.append(weights.pointer[entry]) }
      }
    }
    starts.pointer[rowCount] = Int64(keptColumns.count)
    return CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: Buffer(keptColumns),
      values: Buffer(keptValues), weights: weights.map { _ in Buffer(keptWeights) })
  }
}
