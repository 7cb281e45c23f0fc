import ALS
import ALSDense
import Testing

/// Over-relaxed half-sweeps.
@Suite struct RelaxationTests {
  /// Rows go beyond their solution by ω − 1 times the way to it; told by scores, which no rotation changes.
  @Test(arguments: ObjectiveCase.allCases, Solver.ofAnySign)
  func rowsGoBeyondTheirSolution(_ objective: ObjectiveCase, _ solver: Solver) throws {
    let data = try TestData("random", users: 40, items: 30, density: 0.3, emptyUsers: [3], seed: 21)
    try check(objective, solver, data, Double.self, tolerance: 1e-10)
    try check(objective, solver, data, Float.self, tolerance: 2e-3)
  }

  private func check<Element: Scalar>(
    _ objective: ObjectiveCase, _ solver: Solver, _ data: TestData, _ type: Element.Type, tolerance: Double
  ) throws {
    let relaxation = 1.75
    let start = try objective.training(on: data, factors: 9, solver: solver).trainer(type, threads: 2)
    _ = try start.solve(.users)
    _ = try start.solve(.items)
    let (plain, relaxed) = (start.copy(), start.copy())
    _ = try plain.solve(.users)
    _ = try relaxed.solve(.users, relaxation: relaxation)
    let (before, solved, beyond) = (scores(start), scores(plain), scores(relaxed))
    let size = solved.reduce(0) { max($0, abs($1)) }
    for cell in before.indices {
      let expected = solved[cell] + (relaxation - 1) * (solved[cell] - before[cell])
      #expect(abs(beyond[cell] - expected) <= tolerance * size, "\(objective), \(solver), \(type), cell \(cell)")
    }
    #expect(beyond != solved)
  }

  /// Every x·y, and the users' biases where they are coordinates.
  private func scores<Element: Scalar>(_ trainer: Trainer<Element>) -> [Double] {
    let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
    return users.flatMap { user in items.map { item in zip(user, item).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// The loss falls with every relaxed half, too, and after ten iterations it is below that of plain sweeps.
  @Test(arguments: ObjectiveCase.allCases, Solver.ofAnySign)
  func lossFallsFaster(_ objective: ObjectiveCase, _ solver: Solver) throws {
    let data = try TestData("random", users: 150, items: 110, density: 0.15, seed: 14)
    let plain = try objective.training(on: data, factors: 12, solver: solver).trainer(Double.self, threads: 2)
    let relaxed = plain.copy()
    var previous = Double.infinity
    for iteration in 1...10 {
      let relaxation = iteration < 3 ? 1 : 1.4
      for side in Side.allCases {
        _ = try relaxed.solve(side, relaxation: relaxation)
        let loss = relaxed.loss()
        #expect(loss <= previous * (1 + 1e-12), "\(objective), \(solver), iteration \(iteration)")
        previous = loss
      }
      _ = try plain.solve(.users)
      _ = try plain.solve(.items)
    }
    #expect(previous < plain.loss(), "\(objective), \(solver)")
  }
}
