extension FactorModel {
  /// The share of the users' factors that are exactly zero: next to none, unless factors are not negative or have an L1 norm.
  ///
  /// - Complexity: O(users · k).
  public var zeroShareOfUsers: Double { zeroShare(of: .users) }

  /// The share of the items' factors that are exactly zero; see ``zeroShareOfUsers``.
  public var zeroShareOfItems: Double { zeroShare(of: .items) }

  private func zeroShare(of side: Side) -> Double {
    func share<Element>(_ rows: FactorRows<Element>) -> Double {
      var count = 0
      for row in 0..<rows.rowCount {
        let factors = rows.row(row)
        for c in 0..<rows.columnCount where factors[c] == 0 { count += 1 }
      }
      return Double(count) / Double(max(rows.rowCount * rows.columnCount, 1))
    }
    return tables.open({ share($0[side].rows) }, { share($0[side].rows) })
  }
}
