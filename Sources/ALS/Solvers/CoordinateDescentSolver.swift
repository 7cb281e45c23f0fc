import ALSDense
import ALSPlatform

/// The solver of rows whose factors are not negative, or have an L1 norm that is kept small: ``CoordinateDescent`` on each
/// row's normal equations, from the row's last value.
///
/// Neither 𝒟 nor the norm is the same in another basis, so that there is no rotation. Rows go towards their solution and not
/// beyond it, where 𝒟 might end: a few sweeps over the coordinates each time, and all the way in a last sweep. Going all the way
/// each time was no better after as many iterations, and took 2.3 times as long with 256 factors (`docs/performance.md`).
///
/// - Complexity: O(Σ n·k² + rows·k²·sweeps) per half-sweep.
struct CoordinateDescentSolver: RowSolver {
  /// What the kernels run on.
  var instructions = InstructionSet.best

  /// Sweeps over the coordinates of a row, where it is not the last time.
  private static var sweeps: Int { 3 }

  var usesEigenbasis: Bool { false }
  var traffic: ItemTraffic { .wholeRows }
  var tableFormat: TableFormat { .full }
  var tiling: Int? { nil }

  func solves(_ domain: Domain, sparsity: Bool) -> Bool { domain != .all || sparsity }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
    let systems = SystemSweep(sweep, instructions: instructions)
    let outcome = SolveOutcome()
    let descents = (0..<systems.workers).map { _ in
      PerWorker(
        CoordinateDescent<Element>(
          order: sweep.width, width: systems.table.width, factors: sweep.factors, domain: sweep.objective.domain,
          instructions: instructions))
    }
    let tolerance = Element(max(32 * Double(Element.ulpOfOne), 1e-12))
    try systems.run(
      begin: { row, slot, equations in
        let problem = sweep.problem(ofRow: row)
        equations.begin(slot, weightedGram: systems.gram, problem)
        sweep.addPrior(ofRow: row, problem, to: equations.vector(slot))
        return problem
      },
      shortcut: { _, _ in false },
      finish: { row, slot, equations, worker in
        let (descent, target) = (descents[worker].value, sweep.solution.row(row))
        let (a, b, sparsity) = (
          equations.matrix(slot), equations.vector(slot), Element(sweep.sparsity(ofRow: row))
        )
        descent.x.update(from: target, count: sweep.width)
        if sweep.isLast
          ? descent.solve(a, b, sparsity: sparsity, tolerance: tolerance)
          : descent.improve(a, b, sparsity: sparsity, sweeps: Self.sweeps)
        {
          target.update(from: descent.x, count: sweep.width)
        } else if let solution = rescuedDescent(ofRow: row, of: sweep) {
          for i in 0..<sweep.width { target[i] = Element(solution[i]) }
          outcome.countRescue()
        } else {
          outcome.fail(row)
        }
      })
    return try outcome.report()
  }

  /// The solution of one row in double precision, from where it is; `nil` when it is not finite.
  ///
  /// Where many are as good, as near to one as a descent comes.
  private func rescuedDescent<Element: Scalar>(ofRow row: Int, of sweep: HalfSweep<Element>) -> [Double]? {
    let equations = NormalEquations<Double>(order: sweep.width, capacity: 1, instructions: instructions)
    let descent = CoordinateDescent<Double>(
      order: sweep.width, width: equations.width, factors: sweep.factors, domain: sweep.objective.domain,
      instructions: instructions)
    for i in 0..<sweep.width { descent.x[i] = Double(sweep.solution.row(row)[i]) }
    equations.assemble(row: row, of: sweep)
    _ = descent.solve(
      equations.matrix(0), equations.vector(0), sparsity: sweep.sparsity(ofRow: row), tolerance: 1e-12)
    let solution = (0..<sweep.width).map { descent.x[$0] }
    return solution.allSatisfy { Element($0).isFinite } ? solution : nil
  }
}

extension HalfSweep {
  /// μ of row `row`, where it counts.
  fileprivate func sparsity(ofRow row: Int) -> Double { hasNorm ? problem(ofRow: row).sparsity : 0 }
}
