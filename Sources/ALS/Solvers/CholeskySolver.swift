import ALSDense
import ALSPlatform
import ALSSparse

/// The exact solver: forms each row's normal equations and factorises them.
///
/// Rows with far fewer entries than factors are solved in their dual form instead (``DualSystem``), with the same result.
///
/// - Complexity: O(Σ n·k² + rows·k³) per half-sweep.
struct CholeskySolver: RowSolver {
  /// What the kernels run on.
  var instructions = InstructionSet.best

  var usesEigenbasis: Bool { true }
  var traffic: ItemTraffic { .wholeRows }
  var tableFormat: TableFormat { .full }
  var tiling: Int? { nil }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
    let systems = SystemSweep(sweep, instructions: instructions)
    let (outcome, resolved) = (SolveOutcome(), ResolvedFactors(sweep))
    let duals = (0..<systems.workers).map { _ in
      PerWorker(DualSystem(sweep, table: systems.table, instructions: instructions))
    }
    try systems.run(
      begin: { row, slot, equations in
        let problem = sweep.problem(ofRow: row)
        equations.begin(
          slot, weightedGram: systems.gram, problem, leavingOut: resolved.leftOut(problem),
          with: resolved.scale(problem))
        sweep.addPrior(ofRow: row, problem, to: equations.vector(slot))
        return problem
      },
      shortcut: { row, worker in
        let dual = duals[worker].value
        guard dual.solve(row) else { return false }
        sweep.store(dual.solution.pointer, to: row)
        return true
      },
      finish: { row, slot, equations, _ in
        finish(row, in: slot, of: equations, sweep: sweep, resolved: resolved, outcome: outcome)
      })
    return try outcome.report()
  }

  private func finish<Element: Scalar>(
    _ row: Int, in slot: Int, of systems: NormalEquations<Element>, sweep: HalfSweep<Element>,
    resolved: ResolvedFactors, outcome: SolveOutcome
  ) {
    let problem = sweep.problem(ofRow: row)
    let leftOut = resolved.leftOut(problem)
    if systems.factorAndSolve(slot, factors: sweep.factors) {
      for i in leftOut { systems.vector(slot)[i] = sweep.priors?.row(row)[i] ?? 0 }
      sweep.store(systems.vector(slot), to: row)
      if !leftOut.isEmpty, resolved.isSingular(problem) { outcome.countRescue() }
    } else {
      sweep.rescue(row, resolved: resolved, reportingTo: outcome)
    }
  }
}
