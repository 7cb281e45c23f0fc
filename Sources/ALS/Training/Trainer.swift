package import ALSDense
import ALSPlatform
package import ALSSparse

/// Alternates the two half-sweeps.
package struct Trainer<Element: Scalar> {
  let objective: any Objective
  let solver: any RowSolver
  /// The interactions with one row for each of a side.
  let rows: Sides<CSRMatrix<Float>>
  let threads: Int
  let cancellation: CancellationFlag
  private let room = TableRoom()
  /// m of each row in the coordinates of the factors, as the objective has it; `nil` when all are zero.
  package let priors: Sides<Matrix<Element>?>
  /// What makes m of the features of rows, where a side has some.
  package let features: Sides<FeaturePriors<Element>?>
  let initialDeviation: Double
  /// n of each row; `nil` where that is the number of its entries.
  let counts: Sides<Buffer<Int32>?>
  /// √a of each row; `nil` when all are 1.
  let roots: Sides<Buffer<Double>?>
  /// users × width and items × width; with biases, the last column is the bias.
  ///
  /// Times √a, row by row, where densities weigh all of the loss.
  package let tables: Sides<Matrix<Element>>

  /// A random start: items normal, users zero, because they are solved first.
  init(
    objective: any Objective, solver: any RowSolver, rows: Sides<CSRMatrix<Float>>,
    features: Sides<CSRMatrix<Float>?> = Sides { _ in nil }, _ configuration: ModelConfiguration, threads: Int,
    cancellation: CancellationFlag
  ) {
    self.objective = objective
    self.solver = solver
    self.rows = rows
    self.threads = threads
    self.cancellation = cancellation
    initialDeviation = configuration.initialDeviation
    let width = configuration.factorCount + (objective.hasBiases ? 1 : 0)
    tables = Sides { Matrix(zeros: rows[$0].rowCount, width) }
    priors = Sides { objective.priors(of: $0, as: Element.self) }
    let counts = Sides { objective.likedCounts(of: rows[$0]) }
    self.counts = counts
    roots = Sides { side in
      let matrix = rows[side]
      return objective.rootDensities(of: side, rowCount: matrix.rowCount, fixedCount: matrix.columnCount) {
        matrix.entryCount(ofRow: $0, counts[side])
      }
    }
    let scales = objective.densityScope == .all ? roots : Sides { _ in nil }
    self.features = Sides { side in
      features[side].map {
        FeaturePriors(
          $0, side, of: rows[side], counts: counts[side], roots: scales[side], objective, configuration,
          threads: threads)
      }
    }
    // An item without interactions has no solution but zero, and must not weigh in the Gram matrix before.
    for item in 0..<tables.items.rowCount where entryCount(.items, item) > 0 {
      setRandomStart(of: tables.items.row(item), item: item, configuration)
    }
  }

  /// A trainer of its own with the same factors.
  package func copy() -> Self { Self(copying: self) }

  private init(copying other: Self) {
    (objective, solver, rows) = (other.objective, other.solver, other.rows)
    (threads, cancellation) = (other.threads, other.cancellation)
    tables = Sides { Matrix(copying: other.tables[$0]) }
    priors = Sides { other.priors[$0].map(Matrix.init(copying:)) }
    features = Sides { other.features[$0]?.copy() }
    (counts, roots, initialDeviation) = (other.counts, other.roots, other.initialDeviation)
  }

  /// Solves every row of `side` against the other; the only step there is, the same for both sides.
  ///
  /// A `relaxation` ω takes rows from x to x + ω(solution − x). A row's loss is quadratic, and lowest on that line at
  /// its solution, so any ω below 2 lowers it.
  ///
  /// Where the solver wants it, both sides are first written in the eigenbasis of the fixed side's Gram matrix, which
  /// changes no score and no norm. OpenBLAS is held at one thread, so that no sum depends on how many it has.
  package func solve(
    _ side: Side, relaxation: Double = 1, isLast: Bool = false, hasNorm: Bool = true
  ) throws -> SolveReport {
    try withSingleThreadedBLAS(threads: threads) {
      try cancellation.check()
      if isLast {
        room.release()
        for side in Side.allCases { features[side]?.refit(to: tables[side], exactly: true) }
      }
      let spectrum = solver.usesEigenbasis ? try rotateIntoEigenbasis(of: side.other) : nil
      let fixed = tables[side.other]
      // The table alone may not say what its Gram matrix is.
      let needsGram = weighsGram && (isLast || spectrum == nil)
      let precise = needsGram ? preciseGram(of: weighted(side.other), threads: threads) : nil
      do {
        let report = try solver.solve(
          HalfSweep(
            side, objective: objective,
            fixed: FixedSide(
              part: fixed, of: fixed.rowCount, objective: objective, spectrum: spectrum, scales: scales(of: side.other),
              preciseGram: precise, threads: threads),
            rows: rows[side], counts: counts[side], solution: tables[side], priors: priors(of: side),
            relaxation: relaxation, isLast: isLast, hasNorm: hasNorm, threads: threads, cancellation: cancellation,
            room: room))
        if !isLast { features[side]?.refit(to: tables[side], exactly: false) }
        return report
      } catch let failure as UnsolvableRow {
        throw UnsolvableEntity(side: side, index: failure.row)
      }
    }
  }
}

extension Trainer {
  /// n of a row.
  func entryCount(_ side: Side, _ row: Int) -> Int { rows[side].entryCount(ofRow: row, counts[side]) }

  /// m of each row of a side as it stands; `nil` when all are zero.
  func priors(of side: Side) -> Matrix<Element>? { features[side]?.priors() ?? priors[side] }

  /// Whether rows have densities that they have not been multiplied by.
  private var weighsGram: Bool { objective.densityScope == .unobserved }

  /// What the targets of rows that are solved against a side are multiplied by.
  func scales(of side: Side) -> Buffer<Double>? { objective.densityScope == .all ? roots[side] : nil }

  /// The rows of a side times the roots of their densities.
  func weighted(_ side: Side) -> Matrix<Element> {
    guard weighsGram, let roots = roots[side] else { return tables[side] }
    return tables[side].scalingRows { roots.pointer[$0] }
  }

  /// Writes the factors of both tables in the eigenbasis of one side's Gram matrix, whose eigenvalues are returned.
  ///
  /// Biases are coordinates of their own and stay as they are.
  private func rotateIntoEigenbasis(of side: Side) throws -> [Double] {
    let factors = tables[side].columnCount - (objective.hasBiases ? 1 : 0)
    guard let basis = Eigenbasis(of: gram(of: weighted(side), columns: factors, threads: threads), order: factors)
    else {
      throw ALSError(
        .data,
        "the factors have grown beyond what the arithmetic holds. Increase the regularization, or scale the values down."
      )
    }
    for table in [tables[side], tables[side.other], priors[side], priors[side.other]] {
      if let table { basis.rotate(table, threads: threads) }
    }
    for side in Side.allCases {
      if let features = features[side] { basis.rotate(features.weights, threads: threads) }
    }
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

extension ModelConfiguration {
  /// σ/√k.
  var initialDeviation: Double { initialScale / Double(factorCount).squareRoot() }
}

/// Sets the factors of `item` to normal numbers with standard deviation σ/√k, or to their sizes where none may be negative.
func setRandomStart<Element: Scalar>(
  of row: UnsafeMutablePointer<Element>, item: Int, _ configuration: ModelConfiguration
) {
  let factors = configuration.factorCount
  let deviation = configuration.initialDeviation
  var random = RandomGenerator(seed: configuration.seed, stream: UInt64(item))
  for pair in stride(from: 0, to: factors, by: 2) {
    let normals = random.nextNormals()
    let (first, second) = configuration.nonnegative ? (abs(normals.0), abs(normals.1)) : normals
    row[pair] = Element(deviation * first)
    if pair + 1 < factors { row[pair + 1] = Element(deviation * second) }
  }
}
