import ALSDense
import ALSPlatform
import ALSSparse

/// The exact solver: forms each row's normal equations and factorises them.
///
/// Rows with far fewer entries than factors are solved in their dual form instead (``DualSystem``), with the same result.
///
/// Rows are taken in batches by whichever worker is free: a batch of systems is formed, then solved. A row with very many entries (an item that everybody knows)
/// is cut into segments of a fixed length, whose sums are formed by all workers and added in the order of the
/// segments. What is added in which order depends on the data alone, so the bits do not depend on the thread count.
///
/// - Complexity: O(Σ n·k² + rows·k³) per half-sweep.
struct CholeskySolver: RowSolver {
  /// Systems that a worker forms before it solves them.
  private static let batch = 8
  /// Entries of one unit of work of a heavy row.
  private static let segment = 8192
  /// Rows with more entries than this are heavy.
  private static let heavy = 4 * segment

  /// What the kernels run on.
  var instructions = InstructionSet.best

  var usesEigenbasis: Bool { true }
  var traffic: ItemTraffic { .wholeRows }
  var tableFormat: TableFormat { .full }
  var tiling: Int? { nil }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
    let table = GatherTable(
      sweep.fixed.table, format: tableFormat, instructions: instructions, threads: sweep.threads, room: sweep.room)
    let gram = sweep.fixed.paddedGram(Element.self)
    let outcome = SolveOutcome()
    let workers = max(1, sweep.threads)
    let scratch = (0..<workers).map { _ in
      PerWorker(NormalEquations<Element>(order: sweep.width, capacity: Self.batch, instructions: instructions))
    }
    let resolved = ResolvedFactors(sweep)
    @Sendable func begin(_ slot: Int, of systems: NormalEquations<Element>, row: Int) -> RowProblem {
      let problem = sweep.problem(ofRow: row)
      systems.begin(
        slot, weightedGram: gram, problem, leavingOut: resolved.leftOut(problem), with: resolved.scale(problem))
      sweep.addPrior(ofRow: row, problem, to: systems.vector(slot))
      return problem
    }
    let duals = (0..<workers).map { _ in PerWorker(DualSystem(sweep, table: table, instructions: instructions)) }
    let heavyRows = (0..<sweep.rows.rowCount).filter {
      sweep.rows.degree(ofRow: $0) > Self.heavy && sweep.entryCount(ofRow: $0) > 0
    }
    for row in heavyRows {
      try sweep.cancellation.check()
      let systems = scratch[0].value
      let problem = begin(0, of: systems, row: row)
      addSegments(ofRow: row, problem, of: sweep, in: table, scratch: scratch)
      finish(row, in: 0, of: systems, sweep: sweep, resolved: resolved, outcome: outcome)
    }

    let windows = MappedWindows(sweep.rows)
    parallelForEachChunk(of: sweep.rows.rowCount, size: Self.batch, workers: workers) { rows, worker in
      if sweep.cancellation.isSetOnAnyWorker() { return }
      let (systems, dual) = (scratch[worker].value, duals[worker].value)
      // A bit per row of the batch.
      var solved: UInt64 = 0
      for (slot, row) in rows.enumerated() where isLight(row, of: sweep) {
        if dual.solve(row) {
          sweep.store(dual.solution.pointer, to: row)
          solved |= 1 << slot
          continue
        }
        let problem = begin(slot, of: systems, row: row)
        systems.add(sweep.rows.entries(ofRow: row), problem, of: sweep, in: table, to: slot)
      }
      for (slot, row) in rows.enumerated() {
        if solved >> slot & 1 == 1 { continue }
        if isLight(row, of: sweep) {
          finish(row, in: slot, of: systems, sweep: sweep, resolved: resolved, outcome: outcome)
        } else if sweep.entryCount(ofRow: row) == 0 {
          sweep.solution.row(row).update(repeating: 0, count: sweep.width)
        }
      }
      windows?.finished(rows)
    }
    try sweep.cancellation.check()
    return try outcome.report()
  }

  private func isLight<Element: Scalar>(_ row: Int, of sweep: HalfSweep<Element>) -> Bool {
    sweep.entryCount(ofRow: row) > 0 && sweep.rows.degree(ofRow: row) <= Self.heavy
  }

  /// Adds a heavy row's entries to the first system of the first worker, by all workers.
  private func addSegments<Element: Scalar>(
    ofRow row: Int, _ problem: RowProblem, of sweep: HalfSweep<Element>, in table: GatherTable<Element>,
    scratch: [PerWorker<NormalEquations<Element>>]
  ) {
    let entries = sweep.rows.entries(ofRow: row)
    let (systems, width) = (scratch[0].value, table.width)
    // Never more than 64 partial sums.
    let length = max(Self.segment, (entries.count + 63) / 64)
    let segments = (entries.count + length - 1) / length
    let matrices = Buffer<Element>(uninitialized: segments * width * width)
    let vectors = Buffer<Element>(uninitialized: segments * width)
    parallelForEachChunk(of: entries.count, size: length, workers: sweep.threads) { part, worker in
      // The first slot of the first worker holds the sum.
      let (partial, segment) = (scratch[worker].value, part.lowerBound / length)
      partial.begin(1, weightedGram: nil, nil)
      partial.add(
        entries.lowerBound + part.lowerBound..<entries.lowerBound + part.upperBound, problem, of: sweep, in: table,
        to: 1)
      (matrices.pointer + segment * width * width).update(from: partial.matrix(1), count: width * width)
      (vectors.pointer + segment * width).update(from: partial.vector(1), count: width)
    }
    for segment in 0..<segments {
      systems.add(
        matrix: matrices.pointer + segment * width * width, vector: vectors.pointer + segment * width, to: 0)
    }
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
    } else if let solution = rescuedSolution(ofRow: row, of: sweep, resolved: resolved),
      solution.allSatisfy({ Element($0).isFinite })
    {
      sweep.store(solution.map { Element($0) }, to: row)
      outcome.countRescue()
    } else {
      outcome.fail(row)
    }
  }
}
