import ALSDense
import ALSPlatform
import ALSSparse

extension Trainer {
  /// The value of the objective at the current factors, in double precision.
  ///
  /// The sum over all cells is a0·⟨XᵀX, YᵀY⟩ (the Gram trick), so the cost is one pass over the entries. Fixed blocks of
  /// rows are summed in order: the value does not depend on the thread count.
  ///
  /// - Complexity: O(entries·k + (users + items)·k²).
  package func loss() -> Double {
    defer { rows.users.giveBack(rows: 0..<rows.users.rowCount) }
    return withSingleThreadedBLAS(threads: threads) {
      // The users' side is the one being "solved", so the items' biases are the offsets.
      let fixed = FixedSide(tables.items, objective: objective, threads: threads)
      var total = observedLoss(
        of: tables.users, fixing: fixed, given: rows.users, counts: counts.users, .users, objective: objective,
        roots: Sides { scales(of: $0) }, priors: priors(of: .users), threads: threads)
      total += normPenalty(
        of: tables.items, .items, fixedCount: rows.items.columnCount, objective: objective, priors: priors(of: .items),
        threads: threads
      ) { entryCount(.items, $0) }
      for side in Side.allCases { if let features = features[side] { total += features.penalty(features.priors()) } }
      if objective.gramWeight != 0 {
        let grams = zip(
          preciseGram(of: weighted(.users), threads: threads), preciseGram(of: weighted(.items), threads: threads))
        total += objective.gramWeight * grams.reduce(0) { $0 + $1.0 * $1.1 }
      }
      return total
    }
  }
}

/// What the entries of `rows` add to the loss, and the regularisation of the `solution` that belongs to them.
@_specialize(where Element == Float)
@_specialize(where Element == Double)
func observedLoss<Element: Scalar>(
  of solution: Matrix<Element>, fixing fixed: FixedSide<Element>, given rows: CSRMatrix<Float>,
  counts: Buffer<Int32>? = nil, _ side: Side, objective: any Objective, roots: Sides<Buffer<Double>?>,
  priors: Matrix<Element>? = nil, threads: Int
) -> Double {
  blockwiseSum(over: solution.rowCount, threads: threads) { row in
    let factors = solution.row(row)
    var sum = 0.0
    for position in rows.entries(ofRow: row) {
      let column = Int(rows.columns.pointer[position])
      // √(a·b), which is in the score.
      let root = (roots[side]?.pointer[row] ?? 1) * (roots[side.other]?.pointer[column] ?? 1)
      sum +=
        root * root
        * objective.penalty(
          value: rows.values?.pointer[position] ?? 1, weight: rows.weights?.pointer[position],
          offset: Double(fixed.offsets?.pointer[column] ?? 0),
          score: dot(factors, fixed.table.row(column), solution.columnCount) / root)
    }
    return sum
  }
    + normPenalty(
      of: solution, side, fixedCount: fixed.count, objective: objective, priors: priors, threads: threads
    ) {
      rows.entryCount(ofRow: $0, counts)
    }
}

/// The regularisation of the rows of a side; `degree` says how many entries a row has.
@_specialize(where Element == Float)
@_specialize(where Element == Double)
func normPenalty<Element: Scalar>(
  of table: Matrix<Element>, _ side: Side, fixedCount: Int, objective: any Objective, priors: Matrix<Element>? = nil,
  threads: Int, degree: @Sendable (Int) -> Int
) -> Double {
  blockwiseSum(over: table.rowCount, threads: threads) { row in
    let parameters = objective.parameters(of: side, entryCount: degree(row), fixedCount: fixedCount)
    let (x, width) = (table.row(row), table.columnCount)
    var square = dot(x, x, width)
    if let prior = priors?.row(row) { square += dot(prior, prior, width) - 2 * dot(x, prior, width) }
    var penalty = parameters.regularization * square
    parameters.own.forEach(of: width) { coordinate, extra in
      let distance = Double(x[coordinate]) - Double(priors?.row(row)[coordinate] ?? 0)
      penalty += extra * distance * distance
    }
    if parameters.sparsity == 0 { return penalty }
    // A row that has been multiplied by √a has a norm that has been, too.
    let root = objective.densityScope == .all ? parameters.density.squareRoot() : 1
    let factors = width - (objective.hasBiases ? 1 : 0)
    return penalty + root * parameters.sparsity * (0..<factors).reduce(0) { $0 + abs(Double(x[$1])) }
  }
}

private func blockwiseSum(over rowCount: Int, threads: Int, _ body: @Sendable (Int) -> Double) -> Double {
  let size = 256
  let partial = Buffer<Double>(repeating: 0, count: (rowCount + size - 1) / size)
  parallelForEachChunk(of: rowCount, size: size, workers: threads) { rows, _ in
    partial.pointer[rows.lowerBound / size] = rows.reduce(0) { $0 + body($1) }
  }
  return partial.elements.reduce(0, +)
}
