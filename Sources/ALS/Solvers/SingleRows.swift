import ALSDense
import ALSPlatform
import ALSSparse

/// Solves the rows with fewer than `limit` entries one by one, and zeroes those that have none.
func solveSingleRows<Element: Scalar>(
  below limit: Int, of problem: GradientSweep<Element>, reportingTo outcome: SolveOutcome
) {
  let sweep = problem.sweep
  let workers = (0..<sweep.threads).map { _ in PerWorker(SingleRowWorker(problem)) }
  let windows = MappedWindows(sweep.rows)
  parallelForEachChunk(of: sweep.rows.rowCount, size: MappedWindows.chunk, workers: sweep.threads) { rows, worker in
    if sweep.cancellation.isSetOnAnyWorker() { return }
    let worker = workers[worker].value
    for row in rows {
      let degree = sweep.rows.degree(ofRow: row)
      if sweep.entryCount(ofRow: row) == 0 {
        sweep.solution.row(row).update(repeating: 0, count: sweep.width)
      } else if degree < limit {
        worker.solve(row, reportingTo: outcome)
      }
    }
    windows?.finished(rows)
  }
}

/// The scratch of a worker that solves rows one by one.
private final class SingleRowWorker<Element: Scalar> {
  private let problem: GradientSweep<Element>
  private let iteration: ConjugateGradientRow<Element>
  private let packed: Buffer<Element>

  /// Bytes of gathered rows that are kept for the steps after the first pass: they stay in the second-level cache.
  private static var packedBytes: Int { 256 << 10 }

  init(_ problem: GradientSweep<Element>) {
    self.problem = problem
    iteration = ConjugateGradientRow(problem)
    packed = Buffer(uninitialized: Self.packedBytes / MemoryLayout<Element>.stride)
  }

  func solve(_ row: Int, reportingTo outcome: SolveOutcome) {
    let positions = problem.sweep.rows.entries(ofRow: row)
    iteration.load(row, entryCount: problem.sweep.entryCount(ofRow: row))
    let (columns, terms) = problem.sweep.gathered(positions, iteration.problem.terms)
    let gathered = problem.table.gathered(
      columns, count: positions.count, ahead: problem.sweep.rows.entryCount - positions.upperBound)
    let isPacked = (positions.count + 3) / 4 * 4 * problem.table.width <= packed.count
    let kept =
      isPacked ? .packed(packed.pointer, count: positions.count, width: problem.table.width) : gathered

    repeat {
      Element.accumulate(
        gathered, terms, withTargets: true, iteration.x, into: iteration.sum,
        packing: isPacked ? packed.pointer : nil, instructions: problem.instructions)
      iteration.start()
      while iteration.findDirection() {
        Element.accumulate(
          kept, terms, withTargets: false, iteration.direction, into: iteration.sum, packing: nil,
          instructions: problem.instructions)
        iteration.advance()
      }
    } while iteration.needsCheck()
    iteration.store(row, reportingTo: outcome)
  }
}
