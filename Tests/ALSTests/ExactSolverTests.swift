import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// Every objective, in both precisions, on awkward sizes, against the dense twin.
@Suite struct ExactSolverTests {
  static let factorCounts = [1, 2, 7, 16, 64]

  /// Shapes for k factors: empty rows and columns, one user, one item, k above both sides, a row with exactly k
  /// entries and with k ± 1, prime sizes.
  static func shapes(factors k: Int) throws -> [TestData] {
    var exact = [[Double?]](repeating: Array(repeating: nil, count: k + 3), count: 4)
    for (user, entries) in [k - 1, k, k + 1].enumerated() {
      for item in 0..<entries { exact[user][item] = Double(1 + (item * 7 + user) % 9) / 2 }
    }
    return [
      try TestData("13 × 17", users: 13, items: 17, density: 0.4, seed: 1),
      try TestData(
        "empty rows and columns", users: 11, items: 7, density: 0.5, emptyUsers: [0, 5, 10], emptyItems: [0, 3],
        seed: 2),
      try TestData("one user", users: 1, items: 19, density: 0.6, seed: 3),
      try TestData("one item", users: 23, items: 1, density: 0.6, seed: 4),
      try TestData("one cell", users: 1, items: 1, density: 1, seed: 5),
      try TestData("3 × 2, fewer than k", users: 3, items: 2, density: 0.8, seed: 6),
      try TestData("rows of k − 1, k, k + 1 and 0 entries", cells: exact, itemCount: k + 3),
      try TestData("dense", users: 31, items: 29, density: 1, seed: 7),
    ]
  }

  @Test(arguments: ObjectiveCase.allCases, factorCounts)
  func float(_ objective: ObjectiveCase, factors: Int) throws {
    for data in try Self.shapes(factors: factors) { try check(objective, data, factors: factors, Float.self) }
  }

  @Test(arguments: ObjectiveCase.allCases, factorCounts)
  func double(_ objective: ObjectiveCase, factors: Int) throws {
    for data in try Self.shapes(factors: factors) { try check(objective, data, factors: factors, Double.self) }
  }

  /// Systems too large for the kernel go to LAPACK's `?posv`, with rows longer than their number of unknowns.
  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased])
  func largeSystems(_ objective: ObjectiveCase) throws {
    let factors = 520
    #expect(factors > NormalEquations<Float>.largestKernelOrder && factors % 16 != 0)
    let data = try TestData("5 × 700", users: 5, items: 700, density: 0.95, emptyUsers: [2], seed: 8)
    try checkUsers(objective, data, factors: factors, Float.self)
    try checkUsers(objective, data, factors: factors, Double.self)
  }

  /// The gradient of the users' side is zero to rounding after they are solved.
  private func checkUsers<Element: Scalar>(
    _ objective: ObjectiveCase, _ data: TestData, factors: Int, _ type: Element.Type
  ) throws {
    let reference = objective.reference(for: data)
    let trainer = try objective.training(on: data, factors: factors, solver: .cholesky).trainer(type, threads: 2)
    let report = try trainer.solve(.users)
    #expect(report.rescuedRows == 0)
    let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
    let tolerance = 4 * Double(data.itemCount + 3 * (factors + 1)) * Double(Element.ulpOfOne)
    for user in users.indices where user != 2 {
      let (gradient, size) = reference.halfGradient(ofUser: user, users, items)
      #expect(users[user].contains { $0 != 0 })
      #expect(gradient.allSatisfy { abs($0) <= tolerance * (size.max() ?? 0) }, "\(objective), user \(user)")
    }
    #expect(users[2].allSatisfy { $0 == 0 })
  }

  /// Four half-sweeps: after each, the gradient of the side just solved is zero to rounding, the factors are those of
  /// elimination, the loss is the dense twin's and has not risen.
  private func check<Element: Scalar>(
    _ objective: ObjectiveCase, _ data: TestData, factors: Int, _ type: Element.Type
  ) throws {
    let reference = objective.reference(for: data)
    let trainer = try objective.training(on: data, factors: factors, solver: .cholesky).trainer(type, threads: 2)
    let epsilon = Double(Element.ulpOfOne)
    var previousLoss = Double.infinity
    for half in 0..<4 {
      let solvingUsers = half % 2 == 0
      let report =
        solvingUsers
        ? try trainer.solve(.users)
        : try trainer.solve(.items)
      #expect(report.rescuedRows == 0)
      let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
      let solved = solvingUsers ? users : items
      for row in solved.indices {
        let (gradient, size) =
          solvingUsers
          ? reference.halfGradient(ofUser: row, users, items) : reference.halfGradient(ofItem: row, users, items)
        let expected =
          solvingUsers ? reference.solution(ofUser: row, items: items) : reference.solution(ofItem: row, users: users)
        if expected.allSatisfy({ $0 == 0 }) {
          #expect(solved[row].allSatisfy { $0 == 0 }, "\(data.name), \(objective), half \(half), row \(row)")
          continue
        }
        // Forming A and b sums n + N terms, Cholesky is backward stable with a constant of about 3k (Higham, ch. 10):
        // both errors are in proportion to Σ|A||x| + |b| and the latter spreads over the whole row.
        let terms = Double(solvingUsers ? data.itemCount : data.cells.count)
        let tolerance = 4 * (terms + 3 * Double(factors + 1)) * epsilon
        let largest = size.max() ?? 0
        for f in gradient.indices {
          #expect(
            abs(gradient[f]) <= tolerance * largest,
            "\(data.name), \(objective), half \(half), row \(row), factor \(f)")
        }
        let distance = zip(solved[row], expected).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
        // ‖A⁻¹‖ ≤ 1/λ_row turns the residual into a distance.
        let lambda = solvingUsers ? reference.userRegularization(row) : reference.itemRegularization(row)
        let residual = tolerance * largest * Double(factors + 1).squareRoot()
        #expect(distance <= residual / lambda, "\(data.name), \(objective), half \(half), row \(row)")
      }
      let loss = trainer.loss()
      let expectedLoss = reference.value(users, items)
      #expect(abs(loss - expectedLoss) <= 1e-10 * lossScale(reference, users, items), "\(data.name), \(objective)")
      #expect(
        loss <= previousLoss + 100 * epsilon * max(1, abs(loss)), "\(data.name), \(objective), half \(half)")
      previousLoss = loss
    }
  }

  /// The Gram trick adds and subtracts terms of about this size; Float factors enter it through a Gram matrix in Float.
  private func lossScale(_ reference: DenseReference, _ users: [[Double]], _ items: [[Double]]) -> Double {
    max(1, reference.value(users, items))
  }
}
