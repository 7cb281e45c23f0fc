package import ALSDense
import ALSPlatform
package import ALSSparse

/// Alternates the two half-sweeps.
package struct Trainer<Element: Scalar> {
  let objective: any Objective
  let solver: any RowSolver
  /// The interactions with one row for each of a side.
  let rows: Sides<CSRMatrix<Float>>
  /// ω of the iterations from the third on: before, factors are still too far from where they will be.
  let relaxation: Double
  static var firstRelaxed: Int { 3 }
  let threads: Int
  let cancellation: CancellationFlag
  private let room = TableRoom()
  /// users × width and items × width; with biases, the last column is the bias.
  package let tables: Sides<Matrix<Element>>

  /// A random start: items normal, users zero, because they are solved first.
  init(
    objective: any Objective, solver: any RowSolver, rows: Sides<CSRMatrix<Float>>,
    _ configuration: ModelConfiguration, threads: Int, cancellation: CancellationFlag
  ) {
    self.objective = objective
    self.solver = solver
    self.rows = rows
    relaxation = configuration.relaxation
    self.threads = threads
    self.cancellation = cancellation
    let width = configuration.factors + (objective.hasBiases ? 1 : 0)
    tables = Sides { Matrix(zeros: rows[$0].rowCount, width) }
    // An item without interactions has no solution but zero, and must not weigh in the Gram matrix before.
    for item in 0..<tables.items.rowCount where rows.items.degree(ofRow: item) > 0 {
      setRandomStart(of: tables.items.row(item), item: item, configuration)
    }
  }

  /// Runs `iterations`, counted from 1, each solving the users and then the items.
  ///
  /// When `finishing`, the users are solved once more and exactly after the last one. So the users' factors are what
  /// anybody gets who solves their rows against the items' factors, and a user folded in later is treated like one who
  /// was there. The last record's user seconds count both solves.
  func run(
    _ iterations: ClosedRange<Int>, finishing: Bool, computingLoss: Bool, progress: (IterationRecord) throws -> Void
  ) throws {
    for iteration in iterations {
      let start = ContinuousClock.now
      let relaxation = iteration < Self.firstRelaxed ? 1 : relaxation
      let userReport = try solve(.users, relaxation: relaxation)
      let middle = ContinuousClock.now
      let itemReport = try solve(.items, relaxation: relaxation)
      let itemsEnd = ContinuousClock.now
      let isLast = finishing && iteration == iterations.upperBound
      let lastReport = isLast ? try finish() : SolveReport()
      let seconds = (ContinuousClock.now - start).inSeconds
      let itemSeconds = (itemsEnd - middle).inSeconds
      try progress(
        IterationRecord(
          iteration: iteration, seconds: seconds, userSeconds: seconds - itemSeconds, itemSeconds: itemSeconds,
          loss: computingLoss ? loss() : nil,
          rescuedRows: userReport.rescuedRows + itemReport.rescuedRows + lastReport.rescuedRows))
    }
  }

  /// Solves the users exactly against the items, which ends a training.
  func finish() throws -> SolveReport {
    room.release()
    return try solve(.users, isLast: true)
  }

  /// A trainer of its own with the same factors.
  package func copy() -> Self { Self(copying: self) }

  private init(copying other: Self) {
    (objective, solver, rows) = (other.objective, other.solver, other.rows)
    (relaxation, threads, cancellation) = (other.relaxation, other.threads, other.cancellation)
    tables = Sides { Matrix(copying: other.tables[$0]) }
  }

  /// Solves every row of `side` against the other; the only step there is, the same for both sides.
  ///
  /// A `relaxation` ω takes rows from x to x + ω(solution − x). A row's loss is quadratic, and lowest on that line at
  /// its solution, so any ω below 2 lowers it.
  ///
  /// Where the solver wants it, both sides are first written in the eigenbasis of the fixed side's Gram matrix, which
  /// changes no score and no norm.
  package func solve(_ side: Side, relaxation: Double = 1, isLast: Bool = false) throws -> SolveReport {
    try cancellation.check()
    let fixed = tables[side.other]
    let spectrum = solver.usesEigenbasis ? try rotateIntoEigenbasis(of: fixed, tables[side]) : nil
    do {
      return try solver.solve(
        HalfSweep(
          objective: objective,
          fixed: FixedSide(fixed, objective: objective, spectrum: spectrum, threads: threads), rows: rows[side],
          solution: tables[side], relaxation: relaxation, isLast: isLast, threads: threads, cancellation: cancellation,
          room: room))
    } catch let failure as UnsolvableRow {
      throw UnsolvableEntity(side: side, index: failure.row)
    }
  }
}

extension Trainer {
  /// Writes the factors of both tables in the eigenbasis of the first one's Gram matrix, whose eigenvalues are returned.
  ///
  /// Biases are coordinates of their own and stay as they are.
  private func rotateIntoEigenbasis(of fixed: Matrix<Element>, _ other: Matrix<Element>) throws -> [Double] {
    let factors = fixed.columnCount - (objective.hasBiases ? 1 : 0)
    guard let basis = Eigenbasis(of: gram(of: fixed, columns: factors, threads: threads), order: factors) else {
      throw ALSError(
        .data,
        "the factors have grown beyond what the arithmetic holds. Increase the regularization, or scale the values down."
      )
    }
    basis.rotate(fixed, threads: threads)
    basis.rotate(other, threads: threads)
    return basis.values
  }
}

/// A user or an item whose system has no finite solution.
struct UnsolvableEntity: Error {
  let side: Side
  let index: Int
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Sets the factors of `item` to normal numbers with standard deviation σ/√k.
func setRandomStart<Element: Scalar>(
  of row: UnsafeMutablePointer<Element>, item: Int, _ configuration: ModelConfiguration
) {
  let factors = configuration.factors
  let deviation = configuration.initialScale / Double(factors).squareRoot()
  var random = RandomGenerator(seed: configuration.seed, stream: UInt64(item))
  for pair in stride(from: 0, to: factors, by: 2) {
    let (first, second) = random.nextNormals()
    row[pair] = Element(deviation * first)
    if pair + 1 < factors { row[pair + 1] = Element(deviation * second) }
  }
}
