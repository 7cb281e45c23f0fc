package import ALSDense
import ALSPlatform
package import ALSSparse

/// One half of an iteration: every row of `solution` is to be solved against the fixed side.
package struct HalfSweep<Element: Scalar>: Sendable {
  /// The side that is solved.
  let side: Side
  let objective: any Objective
  /// The objective's, at hand for loops over entries.
  let terms: EntryTerms
  private let scope: DensityScope?
  /// What the objective says of rows with few entries, by their number: most rows, and powers take time.
  private let parameters: Buffer<RowParameters>
  package let fixed: FixedSide<Element>
  /// The interactions with one row per row of `solution`.
  package let rows: CSRMatrix<Float>
  /// n of each row; `nil` where that is the number of its entries.
  private let counts: Buffer<Int32>?
  /// m of each row; `nil` when all are zero.
  package let priors: Matrix<Element>?
  /// Written by the solver, each row by one worker.
  package let solution: Matrix<Element>
  /// ω: how far a row goes on the way from its last value to its solution; beyond it when above 1.
  let relaxation: Double
  /// Whether rows are to be solved as exactly as the arithmetic allows, because nothing comes after.
  let isLast: Bool
  /// Whether μ counts.
  let hasNorm: Bool
  package let threads: Int
  let cancellation: CancellationFlag
  /// Where the solver's copy of the fixed side lies.
  let room: TableRoom
  /// The mean value of the entries of all rows, where ``rows`` is a part of them.
  let meanValue: Double?

  init(
    _ side: Side, objective: any Objective, fixed: FixedSide<Element>, rows: CSRMatrix<Float>,
    counts: Buffer<Int32>? = nil, solution: Matrix<Element>, priors: Matrix<Element>? = nil, relaxation: Double = 1,
    isLast: Bool, hasNorm: Bool = true, threads: Int, cancellation: CancellationFlag, room: TableRoom = TableRoom(),
    meanValue: Double? = nil
  ) {
    self.side = side
    self.priors = priors
    self.objective = objective
    (terms, scope) = (objective.terms(hasWeights: rows.weights != nil), objective.densityScope)
    self.fixed = fixed
    (self.rows, self.counts) = (rows, counts)
    self.solution = solution
    self.relaxation = relaxation
    (self.isLast, self.hasNorm) = (isLast, hasNorm)
    self.threads = threads
    self.cancellation = cancellation
    self.room = room
    self.meanValue = meanValue
    parameters = Buffer(
      (0..<min(rows.rowCount, 1024)).map {
        objective.parameters(of: side, entryCount: $0, fixedCount: fixed.count)
      })
  }

  /// The number of unknowns of a row.
  package var width: Int { solution.columnCount }

  /// The problem of row `row`.
  package func problem(ofRow row: Int) -> RowProblem { problem(entryCount: entryCount(ofRow: row)) }

  /// n of row `row`.
  @inline(__always)
  func entryCount(ofRow row: Int) -> Int { rows.entryCount(ofRow: row, counts) }

  /// The problem of a row with `entryCount` entries.
  func problem(entryCount: Int) -> RowProblem {
    let parameters =
      entryCount < parameters.count
      ? parameters.pointer[entryCount]
      : objective.parameters(of: side, entryCount: entryCount, fixedCount: fixed.count)
    return RowProblem(entryCount: entryCount, terms: terms, parameters, scope, isScaled: true)
  }

  /// λ·m of row `row`, to which `factor` is multiplied, added to `vector`.
  func addPrior(
    ofRow row: Int, _ problem: RowProblem, times factor: Element = 1, to vector: UnsafeMutablePointer<Element>
  ) {
    guard let prior = priors?.row(row) else { return }
    for i in 0..<width { vector[i] += factor * Element(problem.priorWeight(i, of: width)) * prior[i] }
  }

  /// Moves row `row` by the relaxation towards `values`, its solution.
  package func store(_ values: UnsafePointer<Element>, to row: Int) {
    let (target, beyond) = (solution.row(row), Element(relaxation - 1))
    for i in 0..<width { target[i] = values[i] + beyond * (values[i] - target[i]) }
  }

  /// A part of the entries of a row, by position in the matrix.
  package func entries(_ positions: Range<Int>) -> RowEntries<Element> {
    RowEntries(
      columns: rows.columns.pointer + positions.lowerBound,
      values: rows.values.map { UnsafePointer($0.pointer + positions.lowerBound) },
      weights: rows.weights.map { UnsafePointer($0.pointer + positions.lowerBound) }, count: positions.count,
      scales: fixed.scales.map { UnsafePointer($0.pointer) },
      offsets: fixed.offsets.map { UnsafePointer($0.pointer) })
  }

  /// The same for the kernels that gather, with the terms of their row.
  func gathered(_ positions: Range<Int>, _ terms: EntryTerms) -> (columns: UnsafePointer<Int32>, terms: GatheredTerms) {
    let entries = entries(positions)
    return (
      entries.columns,
      GatheredTerms(
        weight: terms.weight, target: terms.target, values: entries.values, weights: entries.weights,
        scales: entries.scales, offsets: entries.offsets)
    )
  }
}
