package import ALSDense
package import ALSPlatform

/// The numbers of a model in one precision.
package struct FactorTables<Element: Scalar>: Sendable {
  /// users × k, and the users' biases.
  package let users: FactorRows<Element>
  /// items × k.
  package let items: Matrix<Element>
  /// One per item, where users have biases too.
  package let itemBiases: Buffer<Element>?
  /// The items made ready for recommending, by the first request; `nil` inside when they cannot be.
  let ranked: LazyValue<RankedItems<Element>?>
  let itemSide: SideValues
  let userSide: SideValues

  /// What is made of one side when it is first needed.
  final class SideValues: Sendable {
    /// a0·G, made by the first row that is folded in.
    let gram = LazyValue<Buffer<Double>>()
    /// The norms, made by the first request for similar ones.
    let norms = LazyValue<Buffer<Double>>()
    /// What rows that are folded in are tied to; see ``FactorModel/origin(fixing:)``.
    let origin = LazyValue<UInt64>()
  }

  package init(
    users: Matrix<Element>, items: Matrix<Element>, userBiases: Buffer<Element>?, itemBiases: Buffer<Element>?
  ) {
    self.init(
      users: FactorRows(users, biases: userBiases), items: items, itemBiases: itemBiases, ranked: LazyValue(),
      itemSide: SideValues(), userSide: SideValues())
  }

  private init(
    users: FactorRows<Element>, items: Matrix<Element>, itemBiases: Buffer<Element>?,
    ranked: LazyValue<RankedItems<Element>?>, itemSide: SideValues, userSide: SideValues
  ) {
    self.users = users
    self.items = items
    self.itemBiases = itemBiases
    self.ranked = ranked
    self.itemSide = itemSide
    self.userSide = userSide
  }

  /// Other users with the same items, and with everything that has been made of those.
  func replacingUsers(_ users: FactorRows<Element>) -> FactorTables {
    FactorTables(
      users: users, items: items, itemBiases: itemBiases, ranked: ranked, itemSide: itemSide, userSide: SideValues())
  }

  /// Other items with the same users, and with what has been made of those.
  func replacingItems(_ items: Matrix<Element>, biases: Buffer<Element>?) -> FactorTables {
    FactorTables(
      users: users, items: items, itemBiases: biases, ranked: LazyValue(), itemSide: SideValues(), userSide: userSide)
  }

  /// The items made ready for recommending.
  func rankedItems(threads: Int) -> RankedItems<Element>? {
    ranked.value { RankedItems(self, threads: threads) }
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
      + Double(users.bias(user)) + Double(itemBiases?.pointer[item] ?? 0)
  }
}
