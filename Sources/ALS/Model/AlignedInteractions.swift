import ALSPlatform
package import ALSSparse

/// Interactions, perhaps from another file, as a matrix with the rows and columns of a model.
package struct AlignedInteractions: Sendable {
  /// Users × items in the model's order.
  package let byUser: CSRMatrix<Float>
  /// Pairs whose user or item the model does not know, by index in the original; they are not in the matrix.
  package let unknown: [(user: Int, item: Int, value: Float)]

  /// Aligns `interactions` with `model`.
  ///
  /// Pairs of value zero are as good as absent in implicit models, whoever asks: neither seen nor relevant. In explicit
  /// models they are ratings. With `keepingZeros` they are kept all the same, for those who do not ask for values.
  ///
  /// - Complexity: O(1) for the identifiers that the model was trained on, O(users) for a model to which others have been
  ///   added since, otherwise O(users + interactions), and two look-ups per identifier where tables are not sorted.
  package init(_ interactions: Interactions, with model: FactorModel, keepingZeros: Bool = false) {
    let keepsZeros = keepingZeros || model.configuration.definition.readsZeros
    let source = keepsZeros ? interactions.byUser : interactions.byUser.withoutZeros()
    if model.users.begins(with: interactions.users) && model.items.begins(with: interactions.items) {
      byUser = source.padded(rowCount: model.users.count, columnCount: model.items.count)
      unknown = []
      return
    }
    let threads = availableProcessors
    let rows = interactions.users.positions(in: model.users, threads: threads)
    let columns = interactions.items.positions(in: model.items, threads: threads)
    let starts = Buffer<Int64>(repeating: 0, count: model.users.count + 1)
    parallelForEachChunk(of: source.rowCount, size: 1024, workers: threads) { users, _ in
      for user in users where rows.pointer[user] >= 0 {
        let known = source.columns(ofRow: user).count { columns.pointer[Int($0)] >= 0 }
        starts.pointer[Int(rows.pointer[user]) + 1] = Int64(known)
      }
    }
    for row in 0..<model.users.count { starts.pointer[row + 1] += starts.pointer[row] }
    let kept = Buffer<Int32>(uninitialized: Int(starts.pointer[model.users.count]))
    let keptValues = source.values.map { _ in Buffer<Float>(uninitialized: kept.count) }
    let keptWeights = source.weights.map { _ in Buffer<Float>(uninitialized: kept.count) }
    parallelForEachChunk(of: source.rowCount, size: 1024, workers: threads) { users, _ in
      var entries: [(column: Int32, place: Int)] = []
      for user in users where rows.pointer[user] >= 0 {
        entries.removeAll(keepingCapacity: true)
        for entry in source.entries(ofRow: user) {
          let column = columns.pointer[Int(source.columns.pointer[entry])]
          if column >= 0 { entries.append((column, entry)) }
        }
        entries.sort { $0.column < $1.column }
        let start = Int(starts.pointer[Int(rows.pointer[user])])
        for (offset, entry) in entries.enumerated() {
          kept.pointer[start + offset] = entry.column
          if let values = source.values { keptValues?.pointer[start + offset] = values.pointer[entry.place] }
          if let weights = source.weights { keptWeights?.pointer[start + offset] = weights.pointer[entry.place] }
        }
      }
    }
    byUser = CSRMatrix(
      rowCount: model.users.count, columnCount: model.items.count, rowStarts: starts, columns: kept, values: keptValues,
      weights: keptWeights)
    unknown = kept.count == source.entryCount ? [] : Self.unknown(source, rows: rows, columns: columns)
  }

  private static func unknown(
    _ source: CSRMatrix<Float>, rows: Buffer<Int32>, columns: Buffer<Int32>
  ) -> [(user: Int, item: Int, value: Float)] {
    var unknown: [(user: Int, item: Int, value: Float)] = []
    for user in 0..<source.rowCount {
      for entry in source.entries(ofRow: user) {
        let item = Int(source.columns.pointer[entry])
        if rows.pointer[user] < 0 || columns.pointer[item] < 0 {
          unknown.append((user, item, source.values?.pointer[entry] ?? 1))
        }
      }
    }
    return unknown
  }
}

extension CSRMatrix {
  /// The same entries in a matrix with more rows, or more columns.
  func padded(rowCount: Int, columnCount: Int) -> CSRMatrix {
    if rowCount == self.rowCount, columnCount == self.columnCount { return self }
    var starts = rowStarts
    if rowCount > self.rowCount {
      starts = Buffer(repeating: Int64(entryCount), count: rowCount + 1)
      starts.pointer.update(from: rowStarts.pointer, count: rowStarts.count)
    }
    return CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: columns, values: values,
      weights: weights)
  }
}
