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
    for row in rows where sweep.entryCount(ofRow: row) == 0 {
      sweep.solution.row(row).update(repeating: 0, count: sweep.width)
    }
    workers[worker].value.solve(rows, below: limit, reportingTo: outcome)
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

  /// Solves those of some rows that have fewer than `limit` entries; those for which C counts in rounds, because its product is
  /// taken with all of them at once.
  func solve(_ rows: Range<Int>, below limit: Int, reportingTo outcome: SolveOutcome) {
    let sweep = problem.sweep
    var active: [Round] = []
    for row in rows where sweep.entryCount(ofRow: row) > 0 && sweep.rows.degree(ofRow: row) < limit {
      load(Round(row: row))
      if iteration.isCoupled {
        active.append(Round(row: row))
      } else {
        solve(row)
        iteration.store(row, reportingTo: outcome)
      }
    }
    guard let coupling = problem.coupling else { return }
    while !active.isEmpty {
      let products = coupling.products(active.count) { position in
        load(active[position])
        return iteration.x
      }
      var next: [Round] = []
      for (position, round) in active.enumerated() {
        load(round)
        solve(round.row, products[position])
        if iteration.needsCheck() {
          iteration.store(round.row)
          next.append(Round(row: round.row, steps: iteration.stepsTaken))
        } else {
          iteration.store(round.row, reportingTo: outcome)
        }
      }
      active = next
    }
  }

  /// A row that is to take steps, after so many of them.
  private struct Round {
    let row: Int
    var steps = 0
  }

  private func load(_ round: Round) {
    iteration.load(round.row, entryCount: problem.sweep.entryCount(ofRow: round.row), stepsTaken: round.steps)
  }

  /// Takes the steps of a row that is loaded.
  private func solve(_ row: Int, _ coupled: UnsafePointer<Element>? = nil) {
    let positions = problem.sweep.rows.entries(ofRow: row)
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
      iteration.start(coupled)
      while iteration.findDirection() {
        Element.accumulate(
          kept, terms, withTargets: false, iteration.direction, into: iteration.sum, packing: nil,
          instructions: problem.instructions)
        iteration.advance()
      }
      // With C it is a round that checks.
    } while coupled == nil && iteration.needsCheck()
  }
}
