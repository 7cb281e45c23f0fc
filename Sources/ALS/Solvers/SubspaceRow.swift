import ALSDense
import ALSPlatform

/// Where one row stands while its blocks of coordinates are solved one after the other.
///
/// Each entry's w·(t − v·x) is kept, and follows every step, so that the gradient of a block costs no more than its own
/// coordinates of the entries.
final class SubspaceRow<Element: Scalar> {
  private let sweep: HalfSweep<Element>
  private let resolved: ResolvedFactors
  /// a0·Λ.
  private let dense: Buffer<Element>
  private let vectors: Buffer<Element>
  /// Where the row is; the diagonal a0·Λ + λ; and λ·m.
  let x: UnsafeMutablePointer<Element>
  private let diagonal, drawn: UnsafeMutablePointer<Element>
  private var entryWeights, entryResiduals: Buffer<Element>
  private var row = 0
  private var leftOut = 0..<0
  private var isSingular = false

  init(_ sweep: HalfSweep<Element>, dense: Buffer<Element>, resolved: ResolvedFactors) {
    (self.sweep, self.dense, self.resolved) = (sweep, dense, resolved)
    vectors = Buffer(repeating: 0, count: 3 * sweep.width)
    (x, diagonal) = (vectors.pointer, vectors.pointer + sweep.width)
    drawn = vectors.pointer + 2 * sweep.width
    (entryWeights, entryResiduals) = (Buffer(uninitialized: 0), Buffer(uninitialized: 0))
  }

  /// w of each entry.
  var weights: UnsafePointer<Element> { UnsafePointer(entryWeights.pointer) }
  /// w·(t − v·x) of each entry, once what x adds has been taken off.
  var residuals: UnsafeMutablePointer<Element> { entryResiduals.pointer }

  /// Begins with the last value of row `row`, and w·t of its entries.
  func load(_ row: Int) {
    let (problem, order, last) = (sweep.problem(ofRow: row), sweep.width, sweep.solution.row(row))
    self.row = row
    leftOut = resolved.leftOut(problem)
    isSingular = !leftOut.isEmpty && resolved.isSingular(problem)
    let regularization = Element(problem.regularization)
    for i in 0..<order { (x[i], diagonal[i], drawn[i]) = (last[i], dense.pointer[i] + regularization, 0) }
    problem.own.forEach(of: order) { diagonal[$0] += Element($1) }
    sweep.addPrior(ofRow: row, problem, to: drawn)
    // As heavy as the largest, so that no entry moves them.
    let heavy = leftOut.isEmpty ? 0 : Element(resolved.scale(problem))
    for i in leftOut { (x[i], diagonal[i]) = (sweep.priors?.row(row)[i] ?? 0, diagonal[i] + heavy) }
    let entries = sweep.entries(sweep.rows.entries(ofRow: row))
    if entryWeights.count < entries.count {
      (entryWeights, entryResiduals) = (
        Buffer(uninitialized: entries.count), Buffer(uninitialized: entries.count)
      )
    }
    problem.terms.write(entries, weights: entryWeights.pointer, targets: entryResiduals.pointer)
  }

  /// Whether the row has coordinates in a block, and is not zero in all of them.
  func isPresent(in block: CoordinateBlock) -> Bool { block.coordinates.contains { x[$0] != 0 } }

  /// Whether all coordinates of a block are undetermined.
  func leavesOut(_ block: CoordinateBlock) -> Bool {
    leftOut.lowerBound <= block.coordinates.lowerBound && block.coordinates.upperBound <= leftOut.upperBound
  }

  /// Goes to the minimum over a block, and beyond it by the relaxation; `system` has the sums over the entries, and its
  /// vector becomes the step.
  ///
  /// Returns false when there is no one minimum to working precision.
  func step(_ block: CoordinateBlock, _ system: NormalEquations<Element>) -> Bool {
    let (first, matrix, vector) = (block.coordinates.lowerBound, system.matrix(0), system.vector(0))
    for i in block.coordinates {
      matrix[(i - first) * (block.width + 1)] += diagonal[i]
      vector[i - first] += drawn[i] - diagonal[i] * x[i]
    }
    guard system.factorAndSolve(0, factors: block.factors) else { return false }
    for i in leftOut.clamped(to: block.coordinates) { vector[i - first] = 0 }
    let relaxation = Element(sweep.relaxation)
    for i in block.coordinates {
      vector[i - first] *= relaxation
      x[i] += vector[i - first]
    }
    return true
  }

  /// Writes the row, or, where its blocks could not be solved, its solution in double precision.
  func store(isSolved: Bool, reportingTo outcome: SolveOutcome) {
    if isSolved, (0..<sweep.width).allSatisfy({ x[$0].isFinite }) {
      sweep.solution.row(row).update(from: x, count: sweep.width)
      if isSingular { outcome.countRescue() }
    } else {
      sweep.rescue(row, resolved: resolved, reportingTo: outcome)
    }
  }
}
