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
  /// models they are ratings.
  ///
  /// With `keepingZeros` they are kept all the same, for those who do not ask for values.
  ///
  /// - Complexity: O(1) for the identifiers that the model was trained on, otherwise O(interactions) and one look-up
  ///   per identifier.
  package init(_ interactions: Interactions, with model: FactorModel, keepingZeros: Bool = false) {
    let keepsZeros = keepingZeros || model.configuration.isExplicit
    if interactions.users == model.users && interactions.items == model.items {
      byUser = keepsZeros ? interactions.byUser : interactions.byUser.withoutZeros()
      unknown = []
      return
    }
    let userPositions = interactions.users.map { model.users.index(of: $0).map(Int32.init) }
    let itemPositions = interactions.items.map { model.items.index(of: $0).map(Int32.init) }
    var (rows, columns, values): ([Int32], [Int32], [Float]) = ([], [], [])
    var unknown: [(user: Int, item: Int, value: Float)] = []
    let source = interactions.byUser
    for user in userPositions.indices {
      for entry in source.entries(ofRow: user) {
        let item = Int(source.columns.pointer[entry])
        let value = source.values?.pointer[entry] ?? 1
        if value == 0, !keepsZeros { continue }
        if let row = userPositions[user], let column = itemPositions[item] {
          rows.append(row)
          columns.append(column)
          values.append(value)
        } else {
          unknown.append((user, item, value))
        }
      }
    }
    self.unknown = unknown
    // Grouped by item and transposed: the columns of a row are sorted then.
    byUser = CSRMatrix<Float>.grouping(
      rowCount: model.items.count, columnCount: model.users.count, rows: Buffer(columns), columns: Buffer(rows),
      values: source.values == nil ? nil : Buffer(values), threads: 1
    ).transposed(threads: 1)
  }
}
