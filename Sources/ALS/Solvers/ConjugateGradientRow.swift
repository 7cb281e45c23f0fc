import ALSDense

/// The conjugate gradient iteration of one row, but for the passes over its entries, which are the caller's.
///
/// A row goes through `load`, a pass with targets from `x`, `start`; then, while `findDirection` says so, a pass without
/// targets from `direction`, and `advance`; and again from the pass with targets while `needsCheck` says so. Each pass
/// adds to `sum`, which is zero before.
final class ConjugateGradientRow<Element: Scalar> {
  private let gradients: GradientSweep<Element>
  private let vectors: GradientVectors<Element>
  // Parts of the problem, so that a row costs no reference counting.
  private let solution, dense, expected: UnsafeMutablePointer<Element>
  private let order, factors: Int
  private let scale, tolerance, beyond, longest: Element
  private let steps: Int
  private let isLast: Bool
  /// The row's number and problem.
  @exclusivity(unchecked) private var row = 0
  @exclusivity(unchecked) private(set) var problem: RowProblem
  @exclusivity(unchecked) private var decrease: Element = 0
  /// pᵀMp of the direction p, with M the preconditioner.
  @exclusivity(unchecked) private var length: Element = 0
  @exclusivity(unchecked) private(set) var stepsTaken = 0
  @exclusivity(unchecked) private var stepsAtStart = 0
  /// Whether another step would move the row by no more than the tolerance.
  @exclusivity(unchecked) private(set) var isSolved = false
  /// What C moves the row by, at most, of its own length or of the way that it has gone.
  @exclusivity(unchecked) private var couplingShare: Element = 0
  /// Whether some factors are undetermined and left out; see ``ResolvedFactors``.
  @exclusivity(unchecked) private(set) var isSingular = false

  /// Steps after which rounding in updates of the residual is still well below the tolerance, of 32 ε.
  private static var stepsUnchecked: Element { 8 }

  init(_ gradients: GradientSweep<Element>) {
    self.gradients = gradients
    problem = gradients.sweep.problem(entryCount: 0)
    vectors = GradientVectors(width: gradients.table.width, instructions: gradients.instructions)
    (solution, dense, expected) = (
      gradients.sweep.solution.buffer.pointer, gradients.dense.pointer, gradients.expected.pointer
    )
    (order, factors, scale) = (gradients.sweep.width, gradients.sweep.factors, gradients.table.scale)
    longest = 1 / (2 * Element(gradients.sweep.width).squareRoot() * Element.ulpOfOne)
    beyond = Element(gradients.sweep.relaxation - 1)
    (steps, tolerance, isLast) = (gradients.steps, gradients.tolerance, gradients.sweep.isLast)
  }

  var x: UnsafeMutablePointer<Element> { vectors.x }
  var direction: UnsafeMutablePointer<Element> { vectors.direction }
  var sum: UnsafeMutablePointer<Element> { vectors.sum }

  /// Begins with the last value of row `row`, which has `entryCount` entries, after so many steps.
  func load(_ row: Int, entryCount: Int, stepsTaken steps: Int = 0) {
    problem = gradients.sweep.problem(entryCount: entryCount)
    self.row = row
    vectors.load(
      solution + row * order, order: order, unit: 1 / scale, dense: dense, expected: expected,
      count: Element(problem.weightedCount), regularization: scale * scale * Element(problem.regularization))
    problem.own.forEach(of: order) { vectors.addToDiagonal($0, scale * scale * Element($1)) }
    let resolved = gradients.resolved.count(problem)
    isSingular = false
    if resolved < factors {
      vectors.leaveOut(resolved..<factors)
      isSingular = gradients.resolved.isSingular(problem)
    }
    (decrease, length, stepsTaken, isSolved) = (0, 0, steps, false)
    couplingShare = gradients.coupling?.most { vectors.inverse[$0] } ?? 0
  }

  /// Takes Σ w (t − v·x) v from the pass; `coupling` is C·x, where that counts.
  func start(_ coupling: UnsafePointer<Element>? = nil) {
    vectors.start()
    if let coupling {
      let residual = vectors.residual
      for i in 0..<order { residual[i] -= coupling[i] }
    }
    gradients.sweep.addPrior(ofRow: row, problem, times: scale, to: vectors.residual)
    (decrease, length, stepsAtStart) = (0, 0, stepsTaken)
  }

  /// Whether the row is solved, and there are steps left.
  var canGoOn: Bool { isSolved && stepsTaken < steps }

  /// How far the row is from where it was loaded from, relatively.
  private func movement() -> Element {
    let last = solution + row * order
    var (moved, size): (Element, Element) = (0, 0)
    for i in 0..<order {
      let value = scale * x[i]
      moved += (value - last[i]) * (value - last[i])
      size += value * value
    }
    return moved > 0 ? (moved / size).squareRoot() : 0
  }

  /// Whether C may move the row, which has been loaded, by more than the tolerance; else C is left out.
  var isCoupled: Bool { couplingShare > tolerance }

  /// Whether the residual that says the row is solved should be computed anew, in a last sweep: because of rounding in the steps
  /// that have only updated it, or of C, which they take to be nothing along the way.
  func needsCheck() -> Bool {
    guard isLast, canGoOn, stepsTaken > stepsAtStart else { return false }
    let moved = movement()
    // Each step adds a few ε of the longest x to what the residual is wrong by.
    let isRounded = Element(stepsTaken - stepsAtStart) * (1 + moved) > Self.stepsUnchecked
    guard isRounded || isCoupled && couplingShare * moved > tolerance else { return false }
    vectors.clearSum()
    return true
  }

  /// Chooses the next direction, or returns false when there is none or the steps are used up.
  func findDirection() -> Bool {
    let hasSteps = stepsTaken < steps
    guard hasSteps || isLast else { return false }
    let last = decrease
    decrease = vectors.turn(decrease: last, tolerance: tolerance, turning: hasSteps)
    // The new direction is z + βp, and zᵀMp = 0.
    let ratio = last > 0 ? decrease / last : 0
    length = decrease + ratio * ratio * length
    isSolved = decrease == 0
    return !isSolved && hasSteps
  }

  /// Takes −Σ w (v·p) v from the pass along the direction p, and goes to the minimum along it.
  func advance() {
    stepsTaken += 1
    // Along the direction p the curvature pᵀAp is about pᵀMp. One that is rounding beside it is nothing to go by.
    if !vectors.advance(decrease: decrease, longest: longest * (decrease / length)) { stepsTaken = steps }
  }

  /// Writes the solution to row `row`, relaxed; whether it is finite.
  @discardableResult
  func store(_ row: Int) -> Bool {
    vectors.store(to: solution + row * order, order: order, unit: scale, beyond: beyond)
  }

  /// Writes the solution to row `row`, relaxed; solves it directly when it is not finite, or not good enough for a last
  /// sweep.
  func store(_ row: Int, reportingTo outcome: SolveOutcome) {
    let target = solution + row * order
    let isFinite = store(row)
    if isFinite && (isSolved || !isLast) {
      if isSingular { outcome.countRescue() }
      return
    }
    guard let rescued = rescuedSolution(ofRow: row, of: gradients.sweep, resolved: gradients.resolved),
      rescued.allSatisfy({ Element($0).isFinite })
    else {
      outcome.fail(row)
      return
    }
    for i in 0..<order { target[i] = Element(rescued[i]) }
    if !isFinite || isSingular { outcome.countRescue() }
  }
}
