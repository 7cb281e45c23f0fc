import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Synchronization
import Testing

/// Blocks of coordinates, against a dense twin that solves each by elimination.
@Suite struct SubspaceTests {
  /// A solver that remembers where rows were, in the basis that they are solved in.
  private struct Recording: RowSolver {
    let solver: SubspaceSolver
    let start = Start()

    final class Start: Sendable { let rows = Mutex<[[Double]]>([]) }

    var usesEigenbasis: Bool { solver.usesEigenbasis }
    var traffic: ItemTraffic { solver.traffic }
    var tableFormat: TableFormat { solver.tableFormat }
    var tiling: Int? { solver.tiling }

    func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
      start.rows.withLock { $0 = sweep.solution.rowsAsDoubles }
      return try solver.solve(sweep)
    }
  }

  private static let factorCounts = [1, 7, 18]

  private static func sizes(factors k: Int) -> [Int] { Set([1, 3, k - 1, k, k + 5]).filter { $0 > 0 }.sorted() }

  @Test(arguments: ObjectiveCase.allCases, factorCounts)
  func blocksAreThoseOfTheTwin(_ objective: ObjectiveCase, factors: Int) throws {
    for size in Self.sizes(factors: factors) {
      for data in try ExactSolverTests.shapes(factors: factors) {
        try check(objective, data, factors: factors, size, Float.self)
        try check(objective, data, factors: factors, size, Double.self)
      }
    }
  }

  /// Rows that are gathered anew in every pass, and rows that all workers share.
  @Test(arguments: [ObjectiveCase.ialsLinear, .explicitBiased], [2, 5])
  func longRows(_ objective: ObjectiveCase, size: Int) throws {
    let long = try TestData("3 × 2,500", users: 3, items: 2_500, density: 0.9, seed: 31)
    try check(objective, long, factors: 5, size, Float.self, halves: 2)
    let heavy = try TestData("33,400 × 3", users: 33_400, items: 3, density: 0.99, seed: 32)
    #expect((0..<3).allSatisfy { heavy.interactions.byItem.degree(ofRow: $0) > 32_768 }, "no row is heavy")
    try check(objective, heavy, factors: 5, size, Double.self, halves: 2)
  }

  @Test(arguments: InstructionSet.supported)
  func everyInstructionSet(_ instructions: InstructionSet) throws {
    let data = try TestData("60 × 50", users: 60, items: 50, density: 0.4, seed: 33)
    for (objective, size) in [(ObjectiveCase.hkv, 8), (ObjectiveCase.explicitBiased, 17)] {
      try check(objective, data, factors: 20, size, Float.self, instructions: instructions)
      try check(objective, data, factors: 20, size, Double.self, instructions: instructions)
    }
  }

  /// Half-sweeps, the later ones relaxed: rows are where one step in every block leads from where they were.
  private func check<Element: Scalar>(
    _ objective: ObjectiveCase, _ data: TestData, factors: Int, _ size: Int, _ type: Element.Type, halves: Int = 4,
    instructions: InstructionSet = .best
  ) throws {
    let reference = objective.reference(for: data)
    let solver = Recording(solver: SubspaceSolver(blockSize: size, instructions: instructions))
    let trainer = try objective.training(on: data, factors: factors, solver: .subspace)
      .trainer(type, threads: 2, solver: solver)
    for half in 0..<halves {
      let (side, relaxation): (Side, Double) = (half % 2 == 0 ? .users : .items, half < 2 ? 1 : 1.5)
      #expect(try trainer.solve(side, relaxation: relaxation).rescuedRows == 0)
      let (solved, others) = (trainer.tables[side].rowsAsDoubles, trainer.tables[side.other].rowsAsDoubles)
      let start = solver.start.rows.withLock { $0 }
      for (row, found) in solved.enumerated() {
        let place = "\(data.name), \(objective), k = \(factors), blocks of \(size), \(type), half \(half), row \(row)"
        if data.interactions.rows(of: side).degree(ofRow: row) == 0 {
          #expect(found.allSatisfy { $0 == 0 }, "\(place)")
          continue
        }
        let system =
          side == .users
          ? reference.system(ofUser: row, items: others) : reference.system(ofItem: row, users: others)
        let twin = moved(start[row], system, size: size, factors: factors, relaxation: relaxation, reference)
        // As of the exact solver: sums of n + N terms and a factorisation, and ‖A⁻¹‖ ≤ 1/λ makes a distance of a
        // residual. The errors of blocks add up, and the relaxation multiplies them.
        let terms = Double(others.count + 3 * (factors + 1))
        let lambda = side == .users ? reference.userRegularization(row) : reference.itemRegularization(row)
        let residual = 4 * terms * Double(Element.ulpOfOne) * twin.size * Double(factors + 1).squareRoot()
        let steps = relaxation * Double((factors + size - 1) / size)
        #expect(distance(found, twin.x) <= steps * residual / lambda, "\(place)")
      }
    }
  }

  /// Where one step in every block leads, and the largest sum of the sizes of the terms of a residual on the way.
  private func moved(
    _ start: [Double], _ system: [[Double]], size: Int, factors: Int, relaxation: Double, _ reference: DenseReference
  ) -> (x: [Double], size: Double) {
    var (x, largest) = (start, 0.0)
    for first in stride(from: 0, to: factors, by: size) {
      // A bias belongs to the last factors.
      let block = first..<(first + size >= factors ? x.count : first + size)
      var augmented = block.map { row in block.map { system[row][$0] } }
      for (position, row) in block.enumerated() {
        augmented[position].append(x.indices.reduce(system[row][x.count]) { rest, i in rest - system[row][i] * x[i] })
        let sizes = x.indices.map { abs(system[row][$0] * x[$0]) }
        largest = max(largest, sizes.reduce(abs(system[row][x.count]), +))
      }
      for (row, step) in zip(block, reference.eliminated(augmented)) { x[row] += relaxation * step }
    }
    return (x, largest)
  }

  /// One block of all factors is the exact solver, whether the bias is there or not.
  @Test(arguments: ObjectiveCase.allCases, factorCounts)
  func oneBlockIsTheExactSolver(_ objective: ObjectiveCase, factors: Int) throws {
    for data in try ExactSolverTests.shapes(factors: factors) {
      for size in [factors, factors + 1, .max] {
        try compare(objective, data, factors: factors, size, Float.self)
        try compare(objective, data, factors: factors, size, Double.self)
      }
    }
  }

  private func compare<Element: Scalar>(
    _ objective: ObjectiveCase, _ data: TestData, factors: Int, _ size: Int, _ type: Element.Type
  ) throws {
    let training = try objective.training(on: data, factors: factors, solver: .cholesky)
    let exact = training.trainer(type, threads: 1)
    let blocks = training.trainer(type, threads: 1, solver: SubspaceSolver(blockSize: size))
    _ = try exact.solve(.users)
    _ = try blocks.solve(.users)
    let reference = objective.reference(for: data)
    let (users, items) = (exact.tables.users.rowsAsDoubles, exact.tables.items.rowsAsDoubles)
    for (user, found) in blocks.tables.users.rowsAsDoubles.enumerated() {
      let sizes = reference.halfGradient(ofUser: user, users, items).size
      let residual = 4 * Double(data.itemCount + 3 * (factors + 1)) * Double(Element.ulpOfOne) * (sizes.max() ?? 0)
      let bound = 2 * residual * Double(factors + 1).squareRoot() / max(reference.userRegularization(user), 1e-300)
      #expect(distance(found, users[user]) <= bound, "\(data.name), \(objective), \(factors), \(type), user \(user)")
    }
  }

  /// Rows that are solved again and again against the same side come to their solution.
  @Test(arguments: ObjectiveCase.allCases, [1, 3, 5])
  func sweepsComeToTheSolution(_ objective: ObjectiveCase, size: Int) throws {
    try checkSolution(objective, size, Float.self, tolerance: 1e-4)
    try checkSolution(objective, size, Double.self, tolerance: 1e-10)
  }

  private func checkSolution<Element: Scalar>(
    _ objective: ObjectiveCase, _ size: Int, _ type: Element.Type, tolerance: Double
  ) throws {
    let data = try TestData("random", users: 40, items: 30, density: 0.4, emptyItems: [2], seed: 34)
    let reference = objective.reference(for: data)
    let trainer = try objective.training(on: data, factors: 6, solver: .subspace)
      .trainer(type, threads: 1, solver: SubspaceSolver(blockSize: size))
    for side in Side.allCases {
      for _ in 0..<200 { _ = try trainer.solve(side) }
      let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
      for (row, found) in (side == .users ? users : items).enumerated() {
        let expected =
          side == .users
          ? reference.solution(ofUser: row, items: items) : reference.solution(ofItem: row, users: users)
        let (gradient, sizes) =
          side == .users
          ? reference.halfGradient(ofUser: row, users, items) : reference.halfGradient(ofItem: row, users, items)
        #expect(
          distance(found, expected) <= tolerance * distance(expected, expected.map { _ in 0 }),
          "\(objective), blocks of \(size), \(side), row \(row)")
        if expected.allSatisfy({ $0 == 0 }) { continue }
        let rounding = 4 * Double(sizes.count * 3 + 40) * Double(Element.ulpOfOne) * (sizes.max() ?? 0)
        #expect(gradient.allSatisfy { abs($0) <= rounding }, "\(objective), blocks of \(size), \(side), row \(row)")
      }
    }
  }

  /// No step raises the loss, however far below 2 the relaxation is.
  @Test(arguments: ObjectiveCase.allCases, [1.0, 1.4, 1.95])
  func lossFalls(_ objective: ObjectiveCase, relaxation: Double) throws {
    let data = try TestData("random", users: 150, items: 110, density: 0.15, seed: 14)
    for size in [1, 5, 11] {
      let trainer = try objective.training(on: data, factors: 12, solver: .subspace)
        .trainer(Double.self, threads: 2, solver: SubspaceSolver(blockSize: size))
      var previous = Double.infinity
      for _ in 0..<5 {
        for side in Side.allCases {
          _ = try trainer.solve(side, relaxation: relaxation)
          let loss = trainer.loss()
          #expect(loss <= previous * (1 + 1e-12), "\(objective), blocks of \(size)")
          previous = loss
        }
      }
    }
  }

  /// What files and messages say of it.
  @Test func blockSizeIsAParameter() throws {
    let data = try TestData("random", users: 20, items: 15, density: 0.4, seed: 35)
    for size in [0, -3] {
      let error = #expect(throws: ALSError.self) {
        try ImplicitALS(factors: 3, iterations: 1, solver: .subspace, blockSize: size).fit(data.interactions)
      }
      #expect(error?.message.contains("blockSize is \(size), but it must be 1 or more") == true)
    }
    let models = try [2, 3, 7, .max].map {
      try ImplicitALS(factors: 3, iterations: 3, solver: .subspace, blockSize: $0, relaxation: 1).fit(data.interactions)
    }
    #expect(models[0].factorBytes != models[1].factorBytes)
    #expect(models[1].factorBytes == models[2].factorBytes && models[1].factorBytes == models[3].factorBytes)
  }
}

private func distance(_ x: [Double], _ y: [Double]) -> Double {
  zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
}
