package import ALSDense
import ALSPlatform
package import ALSSparse

/// The numbers of a model in one precision.
package struct FactorTables<Element: Scalar>: Sendable {
  private let sides: Sides<FactorSide<Element>>
  /// The items made ready for recommending, by the first request; `nil` inside when they cannot be.
  private let ranked: LazyValue<RankedItems<Element>?>

  private init(_ sides: Sides<FactorSide<Element>>, ranked: LazyValue<RankedItems<Element>?> = LazyValue()) {
    (self.sides, self.ranked) = (sides, ranked)
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
    return side == .users ? FactorTables(sides, ranked: ranked) : FactorTables(sides)
  }

  /// The items made ready for recommending.
  func rankedItems(threads: Int) -> RankedItems<Element>? {
    ranked.value { RankedItems(self, threads: threads) }
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
    dot(users.row(user), items.row(item), users.columnCount) + Double(users.bias(user)) + Double(items.bias(item))
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
