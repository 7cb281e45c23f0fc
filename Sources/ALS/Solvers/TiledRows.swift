import ALSDense
import ALSPlatform
import ALSSparse

/// Rows with many entries, which take their steps together.
///
/// A pass goes through the fixed side tile by tile, and in a tile through all rows, so the tile is fetched from memory
/// once and then read from cache. Slices of the fixed side are worked on in parallel; their sums are added in order.
struct TiledRows<Element: Scalar>: Sendable {
  private let tiling: Tiling
  private let problem: RowProblem<Element>
  private let rows: [Unshared<ConjugateGradientRow<Element>>]
  private let isActive: Buffer<Bool>
  private let partials: Buffer<Element>
  private let scratch: [Unshared<TileScratch<Element>>]

  init(_ tiling: Tiling, of problem: RowProblem<Element>) {
    (self.tiling, self.problem) = (tiling, problem)
    rows = tiling.rows.map { _ in Unshared(ConjugateGradientRow(problem)) }
    isActive = Buffer(repeating: true, count: tiling.rows.count)
    partials = Buffer(uninitialized: tiling.sliceCount * tiling.rows.count * problem.table.width)
    scratch = (0..<problem.sweep.threads).map { _ in
      Unshared(TileScratch(entries: tiling.tileRows, rows: tiling.rows.count))
    }
  }

  /// Takes all the steps, unless the training is cancelled.
  func solve() {
    for (row, position) in zip(tiling.rows, rows) { position.value.load(row) }
    pass(withTargets: true)
    forEachActiveRow { $0.start() }
    while forEachActiveRow({ $0.findDirection() }) {
      if problem.sweep.cancellation.isSetOnAnyWorker() { return }
      pass(withTargets: false)
      forEachActiveRow { $0.advance() }
    }
  }

  /// Writes the solutions.
  func store(reportingTo outcome: SolveOutcome) {
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      for position in positions { rows[position].value.store(tiling.rows[position], reportingTo: outcome) }
    }
  }

  private func forEachActiveRow(_ body: @Sendable (ConjugateGradientRow<Element>) -> Void) {
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      for position in positions where isActive.pointer[position] { body(rows[position].value) }
    }
  }

  /// Keeps those rows active for which `body` holds; whether there are any.
  private func forEachActiveRow(_ body: @Sendable (ConjugateGradientRow<Element>) -> Bool) -> Bool {
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      for position in positions where isActive.pointer[position] {
        isActive.pointer[position] = body(rows[position].value)
      }
    }
    return isActive.elements.contains(true)
  }

  /// One pass over the entries of the active rows, whose sums are zero before.
  private func pass(withTargets: Bool) {
    let width = problem.table.width
    parallelForEachChunk(of: tiling.sliceCount, size: 1, workers: problem.sweep.threads) { slices, worker in
      let scratch = scratch[worker].value
      for slice in slices { add(slice, withTargets: withTargets, scratch) }
    }
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      for position in positions where isActive.pointer[position] {
        let sum = rows[position].value.sum
        for slice in 0..<tiling.sliceCount {
          let partial = partials.pointer + (slice * rows.count + position) * width
          for i in 0..<width { sum[i] += partial[i] }
        }
      }
    }
  }

  /// Sets the partial sums of slice `slice`.
  private func add(_ slice: Int, withTargets: Bool, _ scratch: TileScratch<Element>) {
    let (sweep, width, tiles) = (problem.sweep, problem.table.width, tiling.tiles(ofSlice: slice))
    let partials = partials.pointer + slice * rows.count * width
    partials.update(repeating: 0, count: rows.count * width)
    let cursors = scratch.cursors.pointer
    for (position, row) in tiling.rows.enumerated() {
      let entries = sweep.rows.entries(ofRow: row)
      cursors[position] = sweep.rows.position(
        ofColumn: tiles.lowerBound * tiling.tileRows, in: entries, near: entries.lowerBound)
    }
    for tile in tiles {
      let end = (tile + 1) * tiling.tileRows
      for (position, row) in tiling.rows.enumerated() where isActive.pointer[position] {
        let start = cursors[position]
        let last = sweep.rows.entries(ofRow: row).upperBound
        let stop = sweep.rows.position(ofColumn: end, in: start..<last, near: start)
        if start == stop { continue }
        cursors[position] = stop
        let entries = sweep.entries(start..<stop)
        sweep.terms.write(entries, weights: scratch.weights.pointer, targets: scratch.targets.pointer)
        let iteration = rows[position].value
        Element.accumulate(
          problem.table.gathered(entries.columns, count: entries.count, ahead: 0),
          weights: scratch.weights.pointer, targets: withTargets ? scratch.targets.pointer : nil,
          withTargets ? iteration.x : iteration.direction, into: partials + position * width, packing: nil,
          instructions: problem.instructions)
      }
    }
  }
}

/// The scratch of a worker on tiles.
private final class TileScratch<Element: Scalar> {
  let weights, targets: Buffer<Element>
  /// The next entry of each row.
  let cursors: Buffer<Int>

  init(entries: Int, rows: Int) {
    weights = Buffer(uninitialized: entries)
    targets = Buffer(uninitialized: entries)
    cursors = Buffer(uninitialized: rows)
  }
}

extension CSRMatrix {
  /// The first entry in `entries` whose column is not below `column`, found by steps that double from `start`.
  fileprivate func position(ofColumn column: Int, in entries: Range<Int>, near start: Int) -> Int {
    let columns = columns.pointer
    var (low, high, step) = (start, start, 16)
    while high < entries.upperBound, Int(columns[high]) < column {
      low = high + 1
      high += step
      step *= 2
    }
    high = min(high, entries.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if Int(columns[middle]) < column { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
