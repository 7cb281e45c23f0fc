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
  let ranked: LazyValue<RankedItems<Element>?>
  /// a0·G of the items and of the users, made by the first row that is folded in.
  let itemGram: LazyValue<Buffer<Double>>
  let userGram: LazyValue<Buffer<Double>>
  /// The norms of items and users, made by the first request for similar ones.
  let itemNorms: LazyValue<Buffer<Double>>
  let userNorms: LazyValue<Buffer<Double>>

  package init(
    users: Matrix<Element>, items: Matrix<Element>, userBiases: Buffer<Element>?, itemBiases: Buffer<Element>?
  ) {
    self.init(
      users: users, items: items, userBiases: userBiases, itemBiases: itemBiases, ranked: LazyValue(),
      itemGram: LazyValue(), userGram: LazyValue(), itemNorms: LazyValue(), userNorms: LazyValue())
  }

  private init(
    users: Matrix<Element>, items: Matrix<Element>, userBiases: Buffer<Element>?, itemBiases: Buffer<Element>?,
    ranked: LazyValue<RankedItems<Element>?>, itemGram: LazyValue<Buffer<Double>>, userGram: LazyValue<Buffer<Double>>,
    itemNorms: LazyValue<Buffer<Double>>, userNorms: LazyValue<Buffer<Double>>
  ) {
    self.users = users
    self.items = items
    self.userBiases = userBiases
    self.itemBiases = itemBiases
    self.ranked = ranked
    self.itemGram = itemGram
    self.userGram = userGram
    self.itemNorms = itemNorms
    self.userNorms = userNorms
  }

  /// Other users with the same items, and with everything that has been made of those.
  func replacingUsers(_ users: Matrix<Element>, biases: Buffer<Element>?) -> FactorTables {
    FactorTables(
      users: users, items: items, userBiases: biases, itemBiases: itemBiases, ranked: ranked, itemGram: itemGram,
      userGram: LazyValue(), itemNorms: itemNorms, userNorms: LazyValue())
  }

  /// Other items with the same users, and with what has been made of those.
  func replacingItems(_ items: Matrix<Element>, biases: Buffer<Element>?) -> FactorTables {
    FactorTables(
      users: users, items: items, userBiases: userBiases, itemBiases: biases, ranked: LazyValue(),
      itemGram: LazyValue(), userGram: userGram, itemNorms: LazyValue(), userNorms: userNorms)
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
      + Double(userBiases?.pointer[user] ?? 0) + Double(itemBiases?.pointer[item] ?? 0)
  }
}
