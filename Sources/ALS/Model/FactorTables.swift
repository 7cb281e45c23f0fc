package import ALSDense
package import ALSPlatform

/// The numbers of a model in one precision.
package struct FactorTables<Element: Scalar>: Sendable {
  /// users × k.
  package let users: Matrix<Element>
  /// items × k.
  package let items: Matrix<Element>
  /// One per user and one per item, or neither.
  package let userBiases: Buffer<Element>?
  package let itemBiases: Buffer<Element>?
  /// The items made ready for recommending, by the first request; `nil` inside when they cannot be.
  let ranked = LazyValue<RankedItems<Element>?>()

  package init(
    users: Matrix<Element>, items: Matrix<Element>, userBiases: Buffer<Element>?, itemBiases: Buffer<Element>?
  ) {
    self.users = users
    self.items = items
    self.userBiases = userBiases
    self.itemBiases = itemBiases
  }

  /// The tables as a trainer leaves them: with biases, they are the last column.
  init(trained users: Matrix<Element>, _ items: Matrix<Element>, hasBiases: Bool) {
    guard hasBiases else {
      self.init(users: users, items: items, userBiases: nil, itemBiases: nil)
      return
    }
    let (userFactors, userBiases) = Self.splittingLastColumn(of: users)
    let (itemFactors, itemBiases) = Self.splittingLastColumn(of: items)
    self.init(users: userFactors, items: itemFactors, userBiases: userBiases, itemBiases: itemBiases)
  }

  private static func splittingLastColumn(of table: Matrix<Element>) -> (Matrix<Element>, Buffer<Element>) {
    let k = table.columnCount - 1
    let factors = Buffer<Element>(uninitialized: table.rowCount * k)
    let last = Buffer<Element>(uninitialized: table.rowCount)
    for row in 0..<table.rowCount {
      (factors.pointer + row * k).initialize(from: table.row(row), count: k)
      last.pointer[row] = table.row(row)[k]
    }
    return (Matrix(rowCount: table.rowCount, columnCount: k, buffer: factors), last)
  }

  /// x·y, plus the biases where there are some.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func score(user: Int, item: Int) -> Double {
    dot(users.row(user), items.row(item), users.columnCount)
      + Double(userBiases?.pointer[user] ?? 0) + Double(itemBiases?.pointer[item] ?? 0)
  }
}
