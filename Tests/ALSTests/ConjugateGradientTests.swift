import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// The default solver, against the dense twin and against the exact solver.
@Suite struct ConjugateGradientTests {
  @Test(arguments: ObjectiveCase.allCases, ExactSolverTests.factorCounts)
  func lastSweepIsExactInFloat(_ objective: ObjectiveCase, factors: Int) throws {
    for data in try ExactSolverTests.shapes(factors: factors) {
      try checkLastSweeps(objective, data, factors: factors, Float.self, tolerance: 1e-4)
    }
  }

  @Test(arguments: ObjectiveCase.allCases, ExactSolverTests.factorCounts)
  func lastSweepIsExactInDouble(_ objective: ObjectiveCase, factors: Int) throws {
    for data in try ExactSolverTests.shapes(factors: factors) {
      try checkLastSweeps(objective, data, factors: factors, Double.self, tolerance: 1e-8)
    }
  }

  /// Every instruction set, row by row and with tiles so small that the rows advance together.
  @Test(arguments: ObjectiveCase.allCases, InstructionSet.supported)
  func tiledRowsAreSolvedAlike(_ objective: ObjectiveCase, _ instructions: InstructionSet) throws {
    let data = try TestData("tall and wide", users: 530, items: 520, density: 0.55, emptyUsers: [4], seed: 12)
    for tileBytes in [64 * 64, 1 << 20] {
      try checkLastSweeps(
        objective, data, factors: 5, Float.self, halves: 2, every: 7, tolerance: 1e-4, instructions: instructions,
        tileBytes: tileBytes)
    }
  }

  /// Half-sweeps, each solved as if it were the last; and one row of so many against the twin.
  private func checkLastSweeps<Element: Scalar>(
    _ objective: ObjectiveCase, _ data: TestData, factors: Int, _ type: Element.Type, halves: Int = 4,
    every step: Int = 1, tolerance: Double, instructions: InstructionSet = .best, tileBytes: Int = 1 << 20
  ) throws {
    let reference = objective.reference(for: data)
    let trainer = try objective.training(on: data, factors: factors, solver: .conjugateGradient)
      .trainer(type, threads: 2, instructions: instructions, tileBytes: tileBytes)
    for half in 0..<halves {
      let side: Side = half % 2 == 0 ? .users : .items
      let report = try trainer.solve(side, isLast: true)
      #expect(report.rescuedRows == 0, "\(data.name), \(objective), half \(half)")
      let (solved, others) = (trainer.tables[side].rowsAsDoubles, trainer.tables[side.other].rowsAsDoubles)
      for row in stride(from: 0, to: solved.count, by: step) {
        let expected =
          side == .users
          ? reference.solution(ofUser: row, items: others) : reference.solution(ofItem: row, users: others)
        #expect(
          distance(solved[row], expected) <= tolerance * norm(expected) + 1e-30,
          "\(data.name), \(objective), half \(half), row \(row)")
      }
    }
  }

  /// A step of conjugate gradients never leads uphill, and enough of them lead where the exact solver does.
  ///
  /// The data is noise, the hardest case: on data with structure two steps are enough.
  @Test(arguments: ObjectiveCase.allCases)
  func lossFallsToThatOfTheExactSolver(_ objective: ObjectiveCase) throws {
    let data = try TestData("random", users: 150, items: 110, density: 0.15, seed: 14)
    for (steps, excess) in [(1, 0.2), (2, 0.06), (12, 0.001)] {
      try checkDescent(objective, data, Double.self, steps: steps, slack: 1e-12, excess: excess)
      // Halves of the fixed side make the steps go downhill on a loss that is a little off.
      try checkDescent(objective, data, Float.self, steps: steps, slack: 1e-5, excess: excess)
    }
  }

  private func checkDescent<Element: Scalar>(
    _ objective: ObjectiveCase, _ data: TestData, _ type: Element.Type, steps: Int, slack: Double, excess: Double
  ) throws {
    let trainer = try objective.training(on: data, factors: 12, solver: .conjugateGradient, steps: steps).trainer(
      type, threads: 2)
    let exact = try objective.training(on: data, factors: 12, solver: .cholesky).trainer(type, threads: 2)
    var previous = Double.infinity
    for _ in 0..<8 {
      _ = try trainer.solve(.users)
      let middle = trainer.loss()
      #expect(middle <= previous * (1 + slack), "\(objective)")
      _ = try trainer.solve(.items)
      let end = trainer.loss()
      #expect(end <= middle * (1 + slack), "\(objective)")
      previous = end
      _ = try exact.solve(.users)
      _ = try exact.solve(.items)
    }
    #expect(
      previous <= (1 + excess) * exact.loss(), "\(objective), \(steps) steps: \(previous) against \(exact.loss())")
  }

  /// Solving a training row anew, exactly, gives the factors that the model holds.
  @Test(arguments: ObjectiveCase.allCases, Solver.ofAnySign)
  func trainedUsersAreThoseOfTheirRows(_ objective: ObjectiveCase, _ solver: Solver) throws {
    let data = try TestData("random", users: 90, items: 70, density: 0.2, emptyUsers: [7], seed: 15)
    let model = try objective.fit(data, factors: 16, iterations: 4, solver: solver)
    let reference = objective.reference(for: data)
    let (users, items) = (model.rows(ofUsers: true), model.rows(ofUsers: false))
    for user in users.indices {
      let expected = reference.solution(ofUser: user, items: items)
      #expect(distance(users[user], expected) <= 1e-4 * norm(expected), "\(objective), user \(user)")
    }
  }

  /// Rows that are solved again and again against the same side come as close to the solution as their precision allows.
  @Test(arguments: ObjectiveCase.allCases)
  func toleranceFollowsThePrecision(_ objective: ObjectiveCase) throws {
    let data = try TestData("random", users: 60, items: 40, density: 0.3, seed: 17)
    let trainer = try objective.training(on: data, factors: 6, solver: .conjugateGradient, steps: 8).trainer(
      Double.self, threads: 1)
    _ = try trainer.solve(.users)
    for _ in 0..<12 { _ = try trainer.solve(.items) }
    let (solved, users) = (trainer.tables.items.rowsAsDoubles, trainer.tables.users.rowsAsDoubles)
    let reference = objective.reference(for: data)
    for item in solved.indices {
      let expected = reference.solution(ofItem: item, users: users)
      #expect(distance(solved[item], expected) <= 1e-6 * norm(expected) + 1e-30, "\(objective), item \(item)")
    }
  }

  /// λ so large that all factors fall to where 32 bits end.
  @Test(arguments: Precision.allCases)
  func collapsedFactorsStayFinite(_ precision: Precision) throws {
    let data = try TestData("random", users: 20, items: 15, density: 0.4, emptyItems: [3], seed: 16)
    for lambda in [1e3, 1e8, 1e30] {
      let implicit = try ImplicitALS(factors: 6, iterations: 5, regularization: lambda, precision: precision)
        .fit(data.interactions, computingLoss: true)
      let explicit = try ExplicitALS(factors: 6, iterations: 5, regularization: lambda, precision: precision)
        .fit(data.interactions, computingLoss: true)
      for model in [implicit, explicit] {
        let factors = (model.rows(ofUsers: true) + model.rows(ofUsers: false)).flatMap { $0 }
        #expect(factors.allSatisfy { $0.isFinite })
        #expect(model.history.allSatisfy { $0.loss?.isFinite == true })
      }
    }
  }

  /// Without regularisation, with more factors than rows on either side.
  @Test(arguments: Precision.allCases)
  func singularRowsHaveFiniteSolutions(_ precision: Precision) throws {
    let data = try TestData("few", users: 5, items: 4, density: 0.7, emptyUsers: [2], seed: 17)
    let model = try ExplicitALS(
      ExplicitLoss(biases: false), factors: 8, iterations: 3, regularization: 0, precision: precision
    )
    .fit(data.interactions)
    #expect(model.rows(ofUsers: true)[2].allSatisfy { $0 == 0 })
    for (user, row) in data.cells.enumerated() {
      for (item, value) in row.enumerated() {
        if let value { #expect(abs(model.score(userAt: user, itemAt: item) - value) < 1e-2) }
      }
    }
  }
}

private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

private func distance(_ x: [Double], _ y: [Double]) -> Double { norm(zip(x, y).map { $0 - $1 }) }

extension FactorModel {
  /// All rows of one side, with the bias as the last coordinate where there is one.
  fileprivate func rows(ofUsers: Bool) -> [[Double]] {
    func rows<Element>(_ tables: FactorTables<Element>) -> [[Double]] {
      let side = tables[ofUsers ? .users : .items].rows
      let biases = side.biases
      return side.matrix.rowsAsDoubles.enumerated().map { row, factors in
        factors + (biases.map { [Double($0[row])] } ?? [])
      }
    }
    return switch tables {
    case .float(let tables): rows(tables)
    case .double(let tables): rows(tables)
    }
  }
}

extension ObjectiveCase {
  fileprivate func fit(_ data: TestData, factors: Int, iterations: Int, solver: Solver) throws -> FactorModel {
    var configuration = configuration(factors: factors)
    (configuration.iterations, configuration.solver) = (iterations, solver)
    return try configuration.fit(data.interactions, threads: 2)
  }
}
