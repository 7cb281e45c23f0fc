import ALSDense
import ALSPlatform
import ALSSparse

extension Trainer {
  /// Starts from the factors of `model` where it knows a user or an item that has interactions; the others stay.
  ///
  /// - Complexity: O((users + items) · k) and a look-up for each.
  func start(from model: FactorModel, users names: Identifiers, items itemNames: Identifiers) {
    func copy<Source: Scalar>(
      _ source: Matrix<Source>, _ biases: Buffer<Source>?, to target: Matrix<Element>,
      rows: CSRMatrix<Float>, _ old: Identifiers, _ new: Identifiers
    ) {
      let isSame = old == new
      for row in 0..<target.rowCount where rows.degree(ofRow: row) > 0 {
        guard let position = isSame ? row : old.index(of: new[row]) else { continue }
        let (from, to) = (source.row(position), target.row(row))
        for c in 0..<source.columnCount { to[c] = Element(from[c]) }
        if objective.hasBiases { to[source.columnCount] = Element(biases?.pointer[position] ?? 0) }
      }
    }
    func copy<Source>(_ tables: FactorTables<Source>) {
      copy(tables.users.matrix, tables.users.biases, to: users, rows: byUser, model.users, names)
      copy(tables.items, tables.itemBiases, to: items, rows: byItem, model.items, itemNames)
    }
    switch model.tables {
    case .float(let tables): copy(tables)
    case .double(let tables): copy(tables)
    }
  }
}
