import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// Ratings with factors that are not negative, most of them zero: an objective that only this file knows.
private struct PartsObjective: Objective {
  let gramWeight: Double
  let sparsity: Double
  let hasBiases = false
  var domain: Domain { .nonnegative }
  func terms(hasWeights: Bool) -> EntryTerms { EntryTerms(weight: (1, 0), target: (0, 1)) }

  func parameters(of side: Side, entryCount: Int, fixedCount: Int) -> RowParameters {
    RowParameters(regularization: 0.05, sparsity: sparsity)
  }

  func penalty(value: Float, weight: Float?, offset: Double, score: Double) -> Double {
    (Double(value) - score) * (Double(value) - score)
  }
}

/// Coordinate descent for such an objective: a solver that only this file knows.
private struct CoordinateDescent: RowSolver {
  let usesEigenbasis = false
  let traffic = ItemTraffic.wholeRows
  let tableFormat = TableFormat.full
  let tiling: Int? = nil

  func solves(_ domain: Domain, sparsity: Bool) -> Bool { true }

  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
    for row in 0..<sweep.rows.rowCount { solve(row, of: sweep) }
    return SolveReport()
  }

  private func solve<Element: Scalar>(_ row: Int, of sweep: HalfSweep<Element>) {
    let (problem, k) = (sweep.problem(ofRow: row), sweep.width)
    var a = sweep.fixed.weightedGram ?? [Double](repeating: 0, count: k * k)
    var b = [Double](repeating: 0, count: k)
    let entries = sweep.entries(sweep.rows.entries(ofRow: row))
    var (weights, targets) = (
      [Double](repeating: 0, count: entries.count), [Double](repeating: 0, count: entries.count)
    )
    problem.terms.write(entries, weights: &weights, targets: &targets)
    for entry in 0..<entries.count {
      let v = sweep.fixed.table.row(Int(entries.columns[entry]))
      for i in 0..<k {
        b[i] += targets[entry] * Double(v[i])
        for j in 0..<k { a[i * k + j] += weights[entry] * Double(v[i]) * Double(v[j]) }
      }
    }
    for i in 0..<k { a[i * k + i] += problem.regularization }
    var x = [Double](repeating: 0, count: k)
    for _ in 0..<2000 {
      for i in 0..<k {
        let rest = (0..<k).reduce(b[i]) { $1 == i ? $0 : $0 - a[i * k + $1] * x[$1] }
        x[i] = max(0, (rest - problem.sparsity / 2) / a[i * k + i])
      }
    }
    let target = sweep.solution.row(row)
    for i in 0..<k { target[i] = Element(x[i]) }
  }
}

/// A new objective and a new solver need nothing of the library but what it says to all of them.
@Suite struct OtherSolverTests {
  @Test(arguments: [0, 0.3], [0.0, 0.8]) func partsAreFound(gramWeight: Double, sparsity: Double) throws {
    let data = try TestData("parts", users: 30, items: 22, density: 0.4, seed: 3)
    let objective = PartsObjective(gramWeight: gramWeight, sparsity: sparsity)
    let training = Training(
      interactions: data.interactions, configuration: ExplicitALS(factors: 5).any, objective: objective, globalMean: 0,
      rows: Sides { data.interactions.rows(of: $0) })
    let trainer = training.trainer(Double.self, threads: 2, solver: CoordinateDescent())
    for table in [trainer.tables.users, trainer.tables.items] {
      for i in 0..<table.buffer.count { table.buffer.pointer[i] = abs(table.buffer.pointer[i]) }
    }
    var losses: [Double] = []
    for _ in 0..<6 {
      for side in Side.allCases {
        _ = try trainer.solve(side)
        losses.append(trainer.loss())
        try requireOptimal(side, trainer, objective, data)
      }
    }
    for (loss, next) in zip(losses, losses.dropFirst()) { #expect(next <= loss * (1 + 1e-9), "\(losses)") }
    let zeros = trainer.tables.users.rowsAsDoubles.joined().count { $0 == 0 }
    #expect(zeros > 0, "none is zero")
  }

  /// Karush, Kuhn and Tucker: the gradient is zero where a coordinate is positive, and not negative where it is zero.
  private func requireOptimal(
    _ side: Side, _ trainer: Trainer<Double>, _ objective: PartsObjective, _ data: TestData
  ) throws {
    let fixed = trainer.tables[side.other].rowsAsDoubles
    let matrix = data.interactions.rows(of: side)
    for (row, x) in trainer.tables[side].rowsAsDoubles.enumerated() {
      var gradient = x.map { 2 * 0.05 * $0 + objective.sparsity }
      func dot(_ v: [Double]) -> Double { zip(v, x).reduce(0) { $0 + $1.0 * $1.1 } }
      for v in fixed { for i in x.indices { gradient[i] += 2 * objective.gramWeight * dot(v) * v[i] } }
      for entry in matrix.entries(ofRow: row) {
        let v = fixed[Int(matrix.columns.pointer[entry])]
        let error = dot(v) - Double(matrix.values?.pointer[entry] ?? 1)
        for i in x.indices { gradient[i] += 2 * error * v[i] }
      }
      for i in x.indices {
        #expect(x[i] >= 0)
        #expect(x[i] > 0 ? abs(gradient[i]) < 1e-6 : gradient[i] > -1e-6, "row \(row), factor \(i)")
      }
    }
  }
}
