package import ALSDense
import ALSPlatform
package import ALSSparse

/// The numbers of a model in one precision.
package struct FactorTables<Element: Scalar>: Sendable {
  private let sides: Sides<FactorSide<Element>>
  /// The items made ready for recommending them to users, by the first request, and the users for the other way round; `nil`
  /// inside when they cannot be.
  private let ranked: Sides<LazyValue<RankedItems<Element>?>>
  /// Whether users and items have changed places, so that biases are added in the other order.
  private let isTransposed: Bool

  private init(
    _ sides: Sides<FactorSide<Element>>, ranked: Sides<LazyValue<RankedItems<Element>?>> = Sides { _ in LazyValue() },
    isTransposed: Bool = false
  ) {
    (self.sides, self.ranked, self.isTransposed) = (sides, ranked, isTransposed)
  }

  /// The same with users and items in each other's place; scores are the same to the bit.
  var transposed: FactorTables {
    FactorTables(
      Sides { sides[$0.other] }, ranked: Sides { ranked[$0.other] }, isTransposed: !isTransposed)
  }

  package init(users: FactorRows<Element>, items: FactorRows<Element>) {
    self.init(Sides(users: FactorSide(users), items: FactorSide(items)))
  }

  package subscript(side: Side) -> FactorSide<Element> { sides[side] }

  /// users × k, and their biases.
  package var users: FactorRows<Element> { sides.users.rows }
  /// items × k, and their biases, where users have some too.
  package var items: FactorRows<Element> { sides.items.rows }

  /// Other rows of one side with the same of the other, and with everything that has been made of those.
  func replacing(_ side: Side, with rows: FactorRows<Element>) -> FactorTables {
    var sides = sides
    sides[side] = FactorSide(rows)
    var ranked = ranked
    ranked[side] = LazyValue()
    return FactorTables(sides, ranked: ranked, isTransposed: isTransposed)
  }

  /// The items made ready for recommending.
  func rankedItems(threads: Int) -> RankedItems<Element>? {
    ranked.items.value { RankedItems(self, threads: threads) }
  }

  /// The tables as a trainer leaves them: with biases, they are the last column; with `roots` of densities, rows may have been
  /// multiplied by them.
  init(
    trained tables: Sides<Matrix<Element>>, hasBiases: Bool,
    roots: Sides<Buffer<Double>?> = Sides { _ in nil }, areScaled: Bool = false
  ) {
    self.init(
      Sides { side in
        if hasBiases { return FactorSide(FactorRows(splittingLastColumnOf: tables[side])) }
        guard let roots = roots[side] else { return FactorSide(FactorRows(tables[side], biases: nil)) }
        let table = areScaled ? tables[side].scalingRows { 1 / roots.pointer[$0] } : tables[side]
        return FactorSide(FactorRows(table, biases: nil, roots: roots))
      })
  }

  /// x·y, plus the biases where there are some.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func score(user: Int, item: Int) -> Double {
    let product = dot(users.row(user), items.row(item), users.columnCount)
    let (own, other) = (Double(users.bias(user)), Double(items.bias(item)))
    return isTransposed ? product + other + own : product + own + other
  }
}

extension FactorRows {
  fileprivate init(splittingLastColumnOf table: Matrix<Element>) {
    let k = table.columnCount - 1
    let factors = Buffer<Element>(uninitialized: table.rowCount * k)
    let last = Buffer<Element>(uninitialized: table.rowCount)
    for row in 0..<table.rowCount {
      (factors.pointer + row * k).initialize(from: table.row(row), count: k)
      last.pointer[row] = table.row(row)[k]
    }
    self.init(Matrix(rowCount: table.rowCount, columnCount: k, buffer: factors), biases: last)
  }
}
