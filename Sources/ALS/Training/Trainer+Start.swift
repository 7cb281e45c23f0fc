import ALSDense
import ALSPlatform
import ALSSparse

extension Trainer {
  /// Starts from the factors of `model` where it knows a user or an item of `interactions`; the others stay.
  ///
  /// - Complexity: O((users + items) · k) and a look-up for each.
  func start(from model: FactorModel, _ interactions: Interactions) {
    func copy<Source: Scalar>(_ source: FactorRows<Source>, _ side: Side) {
      let (old, new) = (model.identifiers(of: side), interactions.identifiers(of: side))
      let (rows, table, scales, isSame) = (rows[side], tables[side], scales(of: side), old == new)
      for row in 0..<table.rowCount where rows.degree(ofRow: row) > 0 {
        guard let position = isSame ? row : old.index(of: new[row]) else { continue }
        let (from, to) = (source.row(position), table.row(row))
        let scale = Element(scales?.pointer[row] ?? 1)
        for c in 0..<source.columnCount { to[c] = scale * Element(from[c]) }
        if objective.hasBiases { to[source.columnCount] = Element(source.bias(position)) }
      }
    }
    for side in Side.allCases {
      model.tables.open({ copy($0[side].rows, side) }, { copy($0[side].rows, side) })
    }
  }
}
