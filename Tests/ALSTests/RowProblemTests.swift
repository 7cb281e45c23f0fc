import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// An objective with everything that a row problem has room for: densities of rows and of cells, priors, and two
/// functions of the value.
private struct FullObjective: Objective {
  let gramWeight: Double
  let factors: Int
  let densityScope: DensityScope?
  let hasPriors: Bool
  let hasBiases = false

  func parameters(of side: Side, entryCount: Int, fixedCount: Int) -> RowParameters {
    RowParameters(
      regularization: (side == .users ? 0.7 : 0.4) * (1 + 0.1 * Double(entryCount)), density: density(side, entryCount))
  }

  func density(_ side: Side, _ entryCount: Int) -> Double {
    densityScope != nil ? (side == .users ? 2 : 0.5) / (1 + Double(entryCount)).squareRoot() : 1
  }

  func priors<Element: Scalar>(of side: Side, as type: Element.Type) -> Matrix<Element>? {
    hasPriors ? prior(side).map { matrix($0.map { $0.map { Element($0) } }) } : nil
  }

  /// The priors of more rows than any test has.
  func prior(_ side: Side) -> [[Double]]? {
    var random = RandomGenerator(seed: side == .users ? 5 : 6)
    return (0..<RowProblemTests.count(side)).map { _ in (0..<factors).map { _ in 0.5 * random.nextNormals().0 } }
  }

  private func matrix<Element: Scalar>(_ rows: [[Element]]) -> Matrix<Element> {
    Matrix(rowCount: rows.count, columnCount: factors, buffer: Buffer(Array(rows.joined())))
  }

  func terms(hasWeights: Bool) -> EntryTerms { EntryTerms(weight: (0.3, 0.2), target: (0.1, 0.6)) }

  func penalty(value: Float, weight: Float?, offset: Double, score: Double) -> Double {
    let (w, wt) = (0.3 + 0.2 * Double(value), 0.1 + 0.6 * Double(value))
    return w * score * score - 2 * wt * score + wt * wt / w
  }
}

/// What the table of problems has room for, against a solution that is written down as it stands.
@Suite struct RowProblemTests {
  static func count(_ side: Side) -> Int { side == .users ? 45 : 31 }

  private static func data() throws -> TestData {
    try TestData("room", users: count(.users), items: count(.items), density: 0.3, seed: 12)
  }

  private static func objectives(factors: Int) -> [FullObjective] {
    [
      (0.2, .unobserved, true), (0.2, .unobserved, false), (0.2, .all, false), (0, .all, false), (0.2, nil, true),
      (0, nil, true),
    ].map { FullObjective(gramWeight: $0, factors: factors, densityScope: $1, hasPriors: $2) }
  }

  /// A row of a side, solved against `fixed`, by Gaussian elimination.
  private static func expected(
    _ objective: FullObjective, _ side: Side, _ entries: [(column: Int, value: Double)], fixed: [[Double]],
    degrees: [Int], prior: [Double]?
  ) -> [Double] {
    let k = objective.factors
    let parameters = objective.parameters(of: side, entryCount: entries.count, fixedCount: fixed.count)
    var a = [[Double]](repeating: [Double](repeating: 0, count: k + 1), count: k)
    for (row, v) in fixed.enumerated() {
      let weight =
        objective.gramWeight * objective.density(side, entries.count) * objective.density(side.other, degrees[row])
      for i in 0..<k { for j in 0..<k { a[i][j] += weight * v[i] * v[j] } }
    }
    let scale = objective.densityScope == .all ? objective.density(side, entries.count) : 1
    for (column, value) in entries {
      let cell = objective.densityScope == .all ? scale * objective.density(side.other, degrees[column]) : 1
      let (v, w, wt) = (fixed[column], cell * (0.3 + 0.2 * value), cell * (0.1 + 0.6 * value))
      for i in 0..<k {
        for j in 0..<k { a[i][j] += w * v[i] * v[j] }
        a[i][k] += wt * v[i]
      }
    }
    for i in 0..<k {
      a[i][i] += scale * parameters.regularization
      a[i][k] += parameters.regularization * (prior?[i] ?? 0)
    }
    for i in 0..<k {
      let pivot = (i..<k).max { abs(a[$0][i]) < abs(a[$1][i]) } ?? i
      a.swapAt(i, pivot)
      for row in 0..<k where row != i {
        let factor = a[row][i] / a[i][i]
        for j in i...k { a[row][j] -= factor * a[i][j] }
      }
    }
    return (0..<k).map { a[$0][k] / a[$0][$0] }
  }

  private static func entries(_ side: Side, _ row: Int, of data: TestData) -> [(column: Int, value: Double)] {
    let matrix = data.interactions.rows(of: side)
    return matrix.entries(ofRow: row).map {
      (Int(matrix.columns.pointer[$0]), Double(matrix.values?.pointer[$0] ?? 1))
    }
  }

  /// The factors of a side as a model has them.
  private static func rows<Element: Scalar>(
    _ objective: FullObjective, _ side: Side, _ trainer: Trainer<Element>, _ data: TestData
  ) -> [[Double]] {
    let rows = trainer.tables[side].rowsAsDoubles
    guard objective.densityScope == .all else { return rows }
    return rows.enumerated().map { row, x in
      let root = objective.density(side, entries(side, row, of: data).count).squareRoot()
      return x.map { $0 / root }
    }
  }

  private static func training(_ objective: FullObjective, _ solver: Solver, _ data: TestData) -> Training {
    Training(
      interactions: data.interactions,
      configuration: ImplicitALS(factors: objective.factors, solver: solver, initialScale: 1).any,
      objective: objective, globalMean: 0, rows: Sides { data.interactions.rows(of: $0) })
  }

  @Test(arguments: Solver.ofAnySign, [1, 6, 17, 40])
  func allSolvers(_ solver: Solver, factors: Int) throws {
    for objective in Self.objectives(factors: factors) {
      try solved(objective, solver, Float.self)
      try solved(objective, solver, Double.self)
    }
  }

  private func solved<Element: Scalar>(_ objective: FullObjective, _ solver: Solver, _ type: Element.Type) throws {
    let data = try Self.data()
    let trainer = Self.training(objective, solver, data).trainer(type, threads: 2)
    // Sums of a few hundred products, and a condition below a hundred; conjugate gradients end at 1e-10.
    let tolerance = max(3000 * Double(Element.ulpOfOne), 3e-9)
    var losses: [Double] = []
    for half in 0..<4 {
      let side: Side = half % 2 == 0 ? .users : .items
      _ = try trainer.solve(side, isLast: true)
      let tables = Sides { Self.rows(objective, $0, trainer, data) }
      let fixed = tables[side.other]
      let degrees = fixed.indices.map { Self.entries(side.other, $0, of: data).count }
      let priors = trainer.priors[side]?.rowsAsDoubles
      for (row, found) in tables[side].enumerated() {
        let entries = Self.entries(side, row, of: data)
        if entries.isEmpty { continue }
        let expected = Self.expected(
          objective, side, entries, fixed: fixed, degrees: degrees, prior: priors?[row])
        let size = expected.reduce(0) { max($0, abs($1)) }
        for (a, b) in zip(found, expected) {
          #expect(abs(a - b) <= tolerance * size, "\(objective), \(solver), half \(half), row \(row)")
        }
      }
      losses.append(trainer.loss())
    }
    for (loss, next) in zip(losses, losses.dropFirst()) { #expect(next <= loss * (1 + 1e-5), "\(losses)") }
    #expect(abs(losses[3] - loss(objective, trainer, data)) <= 1e-5 * abs(losses[3]), "\(objective), \(solver)")
  }

  /// Blocks of coordinates, gone through again and again, come to the same solution.
  @Test(arguments: [1, 4, 9, 11]) func blocks(size: Int) throws {
    for objective in Self.objectives(factors: 9) {
      try solvedByBlocks(of: size, objective, Float.self)
      try solvedByBlocks(of: size, objective, Double.self)
    }
  }

  private func solvedByBlocks<Element: Scalar>(of size: Int, _ objective: FullObjective, _ type: Element.Type) throws {
    let data = try Self.data()
    let trainer = Self.training(objective, .subspace, data)
      .trainer(type, threads: 2, solver: SubspaceSolver(blockSize: size))
    for side in Side.allCases {
      for _ in 0..<(size < 9 ? 150 : 1) { #expect(try trainer.solve(side).rescuedRows == 0) }
      let tables = Sides { Self.rows(objective, $0, trainer, data) }
      let degrees = tables[side.other].indices.map { Self.entries(side.other, $0, of: data).count }
      let priors = trainer.priors[side]?.rowsAsDoubles
      for (row, found) in tables[side].enumerated() {
        let entries = Self.entries(side, row, of: data)
        if entries.isEmpty { continue }
        let expected = Self.expected(
          objective, side, entries, fixed: tables[side.other], degrees: degrees, prior: priors?[row])
        // Sums of a few hundred products, and a condition below a hundred.
        let tolerance = 3000 * Double(Element.ulpOfOne) * (expected.map(abs).max() ?? 0)
        for (a, b) in zip(found, expected) {
          #expect(abs(a - b) <= tolerance, "\(objective), blocks of \(size), \(side), row \(row)")
        }
      }
    }
  }

  private func loss<Element: Scalar>(_ objective: FullObjective, _ trainer: Trainer<Element>, _ data: TestData)
    -> Double
  {
    let tables = Sides { Self.rows(objective, $0, trainer, data) }
    let degrees = Sides { side in tables[side].indices.map { Self.entries(side, $0, of: data).count } }
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    var sum = 0.0
    for (user, x) in tables.users.enumerated() {
      for (item, y) in tables.items.enumerated() {
        sum +=
          objective.gramWeight * objective.density(.users, degrees.users[user])
          * objective.density(.items, degrees.items[item]) * dot(x, y) * dot(x, y)
      }
      for (item, value) in Self.entries(.users, user, of: data) {
        let cell =
          objective.densityScope == .all
          ? objective.density(.users, degrees.users[user]) * objective.density(.items, degrees.items[item]) : 1
        sum += cell * objective.penalty(value: Float(value), weight: nil, offset: 0, score: dot(x, tables.items[item]))
      }
    }
    for side in Side.allCases {
      let priors = trainer.priors[side]?.rowsAsDoubles
      for (row, x) in tables[side].enumerated() {
        let difference = zip(x, priors?[row] ?? x.map { _ in 0 }).map { $0 - $1 }
        sum +=
          objective.parameters(of: side, entryCount: degrees[side][row], fixedCount: tables[side.other].count)
          .regularization * dot(difference, difference)
          * (objective.densityScope == .all ? objective.density(side, degrees[side][row]) : 1)
      }
    }
    return sum
  }

  /// Folding in, with a prior or without; replacing entries of kept sums; and how an entry contributes.
  @Test func foldingIn() throws {
    let data = try Self.data()
    for objective in Self.objectives(factors: 9) {
      let trainer = Self.training(objective, .cholesky, data).trainer(Double.self, threads: 1)
      _ = try trainer.solve(.users)
      for side in Side.allCases {
        let fixed = Self.rows(objective, side.other, trainer, data)
        let degrees = fixed.indices.map { Self.entries(side.other, $0, of: data).count }
        let problem = FoldInProblem(
          side,
          against: FactorSide(
            FactorRows(
              Matrix(rowCount: fixed.count, columnCount: 9, buffer: Buffer(Array(fixed.joined()))), biases: nil,
              roots: objective.densityScope == nil
                ? nil : Buffer(degrees.map { objective.density(side.other, $0).squareRoot() }))),
          objective: objective, threads: 1)
        let scratch = problem.makeScratch()
        for row in 0..<12 {
          let entries = Self.entries(side, row, of: data)
          let prior = objective.hasPriors ? objective.prior(side)?[row] : nil
          let expected = Self.expected(
            objective, side, entries, fixed: fixed, degrees: degrees, prior: prior)
          let none = KnownEntries(
            EntryReader(side, ImplicitLoss.ials(confidence: .linear), mean: 0), readsWeights: false)
          var known = none
          for (column, value) in entries { try known.append(Int32(column), WeightedValue(value)) }
          let found = try #require(problem.solution(for: known, prior: prior, scratch: scratch))
          let size = expected.reduce(0) { max($0, abs($1)) }
          for (a, b) in zip(found, expected) {
            #expect(abs(a - b) <= 1e-11 * size, "\(objective), \(side), row \(row)")
          }

          var sums = EntrySums(problem)
          var wrong = none
          try wrong.append(3, WeightedValue(7))
          _ = sums.update(problem, removing: [], adding: [wrong], count: 1)
          let updated = sums.update(problem, removing: [wrong], adding: [known], count: known.count)
          let kept = try #require(updated)
          let plain = try #require(problem.solution(for: known, scratch: scratch))
          for (a, b) in zip(kept, plain) { #expect(abs(a - b) <= 1e-11 * size) }

          let target = fixed[2]
          let z = try #require(problem.solution(for: known, rightSide: target, at: plain, scratch: scratch))
          let score = zip(plain, target).reduce(0) { $0 + $1.0 * $1.1 }
          let parts = problem.contributions(of: known, along: z, scratch: scratch)
          #expect(abs(parts.reduce(0, +) - score) <= 1e-11 * (1 + abs(score)))
        }
      }
    }
  }

  /// What no solver finds is refused before it is looked for.
  @Test func otherDomainsAreRefused() throws {
    struct Nonnegative: Objective {
      let hasBiases = false
      let gramWeight = 0.0
      var domain: Domain { .nonnegative }
      func terms(hasWeights: Bool) -> EntryTerms { EntryTerms(weight: (1, 0), target: (0, 1)) }
      func parameters(of side: Side, entryCount: Int, fixedCount: Int) -> RowParameters {
        RowParameters(regularization: 1)
      }
      func penalty(value: Float, weight: Float?, offset: Double, score: Double) -> Double { 0 }
    }
    let data = try Self.data()
    for solver in Solver.ofAnySign {
      let training = Training(
        interactions: data.interactions, configuration: ImplicitALS(factors: 3, solver: solver).any,
        objective: Nonnegative(), globalMean: 0, rows: Sides { data.interactions.rows(of: $0) })
      let error = #expect(throws: ALSError.self) { _ = try TrainingRun(training, threads: 1) }
      #expect(error?.message.contains("solver \(solver)") == true)
    }
  }
}
