import ALSDense
import ALSPlatform
import ALSSparse

extension Trainer {
  /// Starts from the factors of `model` where it knows a user or an item of `interactions`; the others stay.
  ///
  /// Where it has fewer factors, the others start at random, as large as the smallest of its directions: that is about what
  /// they will become, and smaller ones would take more iterations to grow. Rows without entries stay, unless `withoutEntries`.
  ///
  /// - Complexity: O((users + items) · k) and a look-up for each.
  func start(from model: FactorModel, _ interactions: Interactions, withoutEntries: Bool = false) {
    func copy<Source: Scalar>(_ source: FactorRows<Source>, _ side: Side) {
      let (old, new) = (model.identifiers(of: side), interactions.identifiers(of: side))
      let (rows, table, scales, isSame) = (rows[side], tables[side], scales(of: side), old == new)
      let factors = table.columnCount - (objective.hasBiases ? 1 : 0)
      let fresh = side == .items && source.columnCount < factors ? leastDirection(of: source) : 0
      for row in 0..<table.rowCount where withoutEntries || rows.degree(ofRow: row) > 0 {
        guard let position = isSame ? row : old.index(of: new[row]) else { continue }
        let (from, to) = (source.row(position), table.row(row))
        let scale = Element(scales?.pointer[row] ?? 1)
        for c in 0..<source.columnCount { to[c] = scale * Element(from[c]) }
        if fresh > start { for c in source.columnCount..<factors { to[c] *= Element(fresh / start) } }
        if objective.hasBiases { to[table.columnCount - 1] = Element(source.bias(position)) }
      }
    }
    let start = initialDeviation
    for side in Side.allCases {
      model.tables.open({ copy($0[side].rows, side) }, { copy($0[side].rows, side) })
    }
  }

  /// The smallest root mean square of a column.
  private func leastDirection<Source: Scalar>(of source: FactorRows<Source>) -> Double {
    var sums = [Double](repeating: 0, count: source.columnCount)
    for row in 0..<source.rowCount {
      let factors = source.row(row)
      for c in 0..<source.columnCount { sums[c] += Double(factors[c]) * Double(factors[c]) }
    }
    return ((sums.min() ?? 0) / Double(max(source.rowCount, 1))).squareRoot()
  }
}
