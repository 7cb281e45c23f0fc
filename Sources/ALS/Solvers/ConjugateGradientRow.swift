import ALSDense
import ALSPlatform

/// The conjugate gradient iteration of one row, but for the passes over its entries, which are the caller's.
///
/// A row goes through `load`, a pass with targets from `x`, `start`; then, while `findDirection` says so, a pass without
/// targets from `direction`, and `advance`; and again from the pass with targets while `needsCheck` says so. Each pass
/// adds to `sum`, which is zero before.
final class ConjugateGradientRow<Element: Scalar> {
  typealias Chunk = SIMD16<Element>

  private let problem: RowProblem<Element>
  private let count: Int
  private let storage: Buffer<Chunk>
  private let xs, residuals, directions, sums: UnsafeMutablePointer<Chunk>
  /// The diagonal part of the system, and the inverse of the preconditioner.
  private let diagonals, inverses: UnsafeMutablePointer<Chunk>
  private var decrease: Element = 0
  private var stepsTaken = 0
  private var stepsAtStart = 0
  /// Whether another step would move the row by no more than the tolerance.
  private(set) var isSolved = false

  init(_ problem: RowProblem<Element>) {
    self.problem = problem
    count = problem.table.width / Chunk.scalarCount
    storage = Buffer(repeating: .zero, count: 6 * count)
    xs = storage.pointer
    (residuals, directions, sums) = (xs + count, xs + 2 * count, xs + 3 * count)
    (diagonals, inverses) = (xs + 4 * count, xs + 5 * count)
  }

  var x: UnsafeMutablePointer<Element> { UnsafeMutableRawPointer(xs).assumingMemoryBound(to: Element.self) }
  var direction: UnsafeMutablePointer<Element> {
    UnsafeMutableRawPointer(directions).assumingMemoryBound(to: Element.self)
  }
  var sum: UnsafeMutablePointer<Element> { UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Element.self) }

  /// Begins with the last value of row `row`.
  func load(_ row: Int) {
    let (source, width) = (problem.sweep.solution.row(row), problem.sweep.width)
    let unit = 1 / problem.table.scale
    for i in 0..<width { x[i] = unit * source[i] }
    let square = problem.table.scale * problem.table.scale
    let regularization = Chunk(repeating: square * Element(problem.sweep.regularization(ofRow: row)))
    let entryCount = Element(problem.sweep.rows.degree(ofRow: row))
    let least = Chunk(repeating: .leastNormalMagnitude)
    for i in 0..<count {
      let diagonal = problem.dense.pointer[i] + regularization
      diagonals[i] = diagonal
      // Where nothing is expected, no fixed row has that coordinate and its residual is zero.
      inverses[i] = 1 / (diagonal + entryCount * problem.expected.pointer[i] + least)
    }
    (decrease, stepsTaken, isSolved) = (0, 0, false)
    sums.update(repeating: .zero, count: count)
  }

  /// Takes Σ w (t − v·x) v from the pass.
  func start() {
    for i in 0..<count { residuals[i] = sums[i] - diagonals[i] * xs[i] }
    if let coupling = problem.coupling {
      let (width, target) = (problem.sweep.width, UnsafeMutableRawPointer(residuals))
      Element.gemv(
        transpose: false, rows: width, columns: width, alpha: -1, coupling.pointer, stride: width, x, beta: 1,
        target.assumingMemoryBound(to: Element.self))
    }
    (decrease, stepsAtStart) = (0, stepsTaken)
  }

  /// Whether the residual that says the row is solved should be computed anew, because the steps have only updated it
  /// and have taken the eigenbasis for exact; in a last sweep.
  func needsCheck() -> Bool {
    guard problem.sweep.isLast, isSolved, stepsTaken > stepsAtStart, stepsTaken < problem.steps else { return false }
    sums.update(repeating: .zero, count: count)
    return true
  }

  /// Chooses the next direction, or returns false when there is none or the steps are used up.
  func findDirection() -> Bool {
    guard stepsTaken < problem.steps || problem.sweep.isLast else { return false }
    var (product, length, size) = (Chunk.zero, Chunk.zero, Chunk.zero)
    // The preconditioned residual is kept where the sum was.
    for i in 0..<count {
      let z = residuals[i] * inverses[i]
      sums[i] = z
      product += residuals[i] * z
      length += z * z
      size += xs[i] * xs[i]
    }
    let (newDecrease, tolerance) = (product.sum(), problem.tolerance)
    isSolved = !(length.sum() > tolerance * tolerance * size.sum() && newDecrease > 0)
    guard !isSolved, stepsTaken < problem.steps else { return false }
    let ratio = decrease > 0 ? newDecrease / decrease : 0
    for i in 0..<count {
      directions[i] = sums[i] + ratio * directions[i]
      sums[i] = .zero
    }
    decrease = newDecrease
    return true
  }

  /// Takes −Σ w (v·p) v from the pass along the direction p, and goes to the minimum along it.
  func advance() {
    var product = Chunk.zero
    for i in 0..<count {
      let applied = diagonals[i] * directions[i] - sums[i]
      sums[i] = applied
      product += directions[i] * applied
    }
    stepsTaken += 1
    let length = decrease / product.sum()
    // Without curvature there is nothing to go by; rounding can lead there only from a row that is as good as solved.
    guard length > 0, length.isFinite else {
      stepsTaken = problem.steps
      return
    }
    for i in 0..<count {
      xs[i] += length * directions[i]
      residuals[i] -= length * sums[i]
    }
  }

  /// Writes the solution to row `row`; solves it directly when it is not finite, or not good enough for a last sweep.
  func store(_ row: Int, reportingTo outcome: SolveOutcome) {
    let (target, sweep) = (problem.sweep.solution.row(row), problem.sweep)
    var isFinite = true
    for i in 0..<sweep.width {
      target[i] = problem.table.scale * x[i]
      if !target[i].isFinite { isFinite = false }
    }
    if isFinite && (isSolved || !sweep.isLast) { return }
    guard let solution = rescuedSolution(ofRow: row, of: sweep), solution.allSatisfy({ Element($0).isFinite }) else {
      outcome.fail(row)
      return
    }
    for i in 0..<sweep.width { target[i] = Element(solution[i]) }
    if !isFinite { outcome.countRescue() }
  }
}
