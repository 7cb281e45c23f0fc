import ALSDense
import ALSPlatform
import ALSSparse

/// Solves the rows with fewer than `limit` entries one by one, and zeroes those that have none.
func solveSingleRows<Element: Scalar>(
  below limit: Int, of problem: RowProblem<Element>, reportingTo outcome: SolveOutcome
) {
  let sweep = problem.sweep
  let longest = (0..<sweep.rows.rowCount).reduce(0) {
    let degree = sweep.rows.degree(ofRow: $1)
    return degree < limit ? max($0, degree) : $0
  }
  let workers = (0..<sweep.threads).map { _ in Unshared(SingleRowWorker(problem, longest: longest)) }
  parallelForEachChunk(of: sweep.rows.rowCount, size: 16, workers: sweep.threads) { rows, worker in
    if sweep.cancellation.isSetOnAnyWorker() { return }
    let worker = workers[worker].value
    for row in rows {
      let degree = sweep.rows.degree(ofRow: row)
      if degree == 0 {
        sweep.solution.row(row).update(repeating: 0, count: sweep.width)
      } else if degree < limit {
        worker.solve(row, reportingTo: outcome)
      }
    }
  }
}

/// The scratch of a worker that solves rows one by one.
private final class SingleRowWorker<Element: Scalar> {
  private let problem: RowProblem<Element>
  private let iteration: ConjugateGradientRow<Element>
  private let weights, targets: Buffer<Element>
  private let packed: Buffer<Element>

  /// Bytes of gathered rows that are kept for the steps after the first pass: they stay in the second-level cache.
  private static var packedBytes: Int { 256 << 10 }

  init(_ problem: RowProblem<Element>, longest: Int) {
    self.problem = problem
    iteration = ConjugateGradientRow(problem)
    weights = Buffer(uninitialized: longest)
    targets = Buffer(uninitialized: longest)
    packed = Buffer(uninitialized: Self.packedBytes / MemoryLayout<Element>.stride)
  }

  func solve(_ row: Int, reportingTo outcome: SolveOutcome) {
    let (sweep, instructions) = (problem.sweep, problem.instructions)
    let positions = sweep.rows.entries(ofRow: row)
    let entries = sweep.entries(positions)
    sweep.terms.write(entries, weights: weights.pointer, targets: targets.pointer)
    let gathered = problem.table.gathered(
      entries.columns, count: entries.count, ahead: sweep.rows.entryCount - positions.upperBound)
    let isPacked = (entries.count + 3) / 4 * 4 * problem.table.width <= packed.count
    let kept =
      isPacked ? .packed(packed.pointer, count: entries.count, width: problem.table.width) : gathered

    iteration.load(row)
    repeat {
      Element.accumulate(
        gathered, weights: weights.pointer, targets: targets.pointer, iteration.x, into: iteration.sum,
        packing: isPacked ? packed.pointer : nil, instructions: instructions)
      iteration.start()
      while iteration.findDirection() {
        Element.accumulate(
          kept, weights: weights.pointer, targets: nil, iteration.direction, into: iteration.sum, packing: nil,
          instructions: instructions)
        iteration.advance()
      }
    } while iteration.needsCheck()
    iteration.store(row, reportingTo: outcome)
  }
}
