import ALSDense
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// The vectors of all items, or users, in the order of the model: one after the other in `values`.
  ///
  /// - Complexity: O(n·k) for n of them.
  public func vectors(of side: Side, as form: VectorForm) -> (values: [Double], dimensions: Int) {
    let columns = vectorLength(form)
    let values = tables.open({ Self.vectors(side, form, columns, $0) }, { Self.vectors(side, form, columns, $0) })
    return (values, columns)
  }

  private func vectorLength(_ form: VectorForm) -> Int {
    func length<Element>(_ tables: FactorTables<Element>) -> Int {
      switch form {
      case .factors: tables.items.columnCount
      case .innerProduct: tables.vectorLength
      case .cosine: tables.vectorLength + 1
      }
    }
    return tables.open(length, length)
  }

  private static func vectors<Element: Scalar>(
    _ side: Side, _ form: VectorForm, _ columns: Int, _ tables: FactorTables<Element>
  ) -> [Double] {
    let table = tables[side].rows
    let (n, k, hasBiases) = (table.rowCount, table.columnCount, table.hasBiases)
    let norms = form == .cosine && side == .items ? (0..<n).map(tables.itemNorm) : []
    let largest = norms.max() ?? 0
    var values = [Double](repeating: 0, count: n * columns)
    for row in 0..<n {
      let start = row * columns
      for c in 0..<k { values[start + c] = Double(table.row(row)[c]) }
      if form != .factors, hasBiases {
        values[start + k] = side == .users ? 1 : Double(table.bias(row))
      }
      if !norms.isEmpty {
        values[start + columns - 1] = max(0, largest * largest - norms[row] * norms[row]).squareRoot()
      }
    }
    return values
  }
}
