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
    defer { byUser.giveBack(rows: 0..<byUser.rowCount) }
    // The users' side is the one being "solved", so the items' biases are the offsets.
    let fixed = FixedSide(items, objective: objective, threads: threads)
    var total = blockwiseSum(over: users.rowCount) { row in
      let solution = users.row(row)
      var sum = 0.0
      for position in byUser.entries(ofRow: row) {
        let item = Int(byUser.columns.pointer[position])
        sum += objective.penalty(
          value: byUser.values?.pointer[position] ?? 1, offset: fixed.offsets?.pointer[item] ?? 0,
          score: dot(solution, fixed.table.row(item), users.columnCount))
      }
      return sum + regularization(of: solution, in: byUser, row: row)
    }
    total += blockwiseSum(over: items.rowCount) { row in regularization(of: items.row(row), in: byItem, row: row) }
    if objective.gramWeight != 0 {
      let grams = zip(preciseGram(of: users, threads: threads), preciseGram(of: items, threads: threads))
      total += objective.gramWeight * grams.reduce(0) { $0 + $1.0 * $1.1 }
    }
    return total
  }

  private func regularization(
    of solution: UnsafePointer<Element>, in rows: CSRMatrix<Float>, row: Int
  ) -> Double {
    let weight = objective.regularization(entryCount: rows.degree(ofRow: row), fixedCount: rows.columnCount)
    return weight * dot(solution, solution, users.columnCount)
  }

  private func blockwiseSum(over rowCount: Int, _ body: @Sendable (Int) -> Double) -> Double {
    let size = 256
    let partial = Buffer<Double>(repeating: 0, count: (rowCount + size - 1) / size)
    parallelForEachChunk(of: rowCount, size: size, workers: threads) { rows, _ in
      partial.pointer[rows.lowerBound / size] = rows.reduce(0) { $0 + body($1) }
    }
    return partial.elements.reduce(0, +)
  }
}
