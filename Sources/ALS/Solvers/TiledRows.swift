import ALSDense
import ALSPlatform
import ALSSparse

/// Rows with many entries, which take their steps together.
///
/// A pass goes through the fixed side tile by tile, and in a tile through all rows, so the tile is fetched from memory
/// once and then read from cache. Slices of the fixed side are worked on in parallel; their sums are added in order.
struct TiledRows<Element: Scalar>: Sendable {
  private let tiling: Tiling
  private let problem: GradientSweep<Element>
  /// The rows of the matrix.
  private let numbers: ArraySlice<Int>
  private let rows: [PerWorker<ConjugateGradientRow<Element>>]
  /// See ``Tiling/starts(of:in:threads:)``.
  private let starts: Buffer<Int>
  /// The rows' own vectors: where they stand, and where they go.
  private let xs, directions: Buffer<UnsafeMutablePointer<Element>>
  private let isActive: Buffer<Bool>
  private let partials: Buffer<Element>

  init(_ numbers: ArraySlice<Int>, in tiling: Tiling, of problem: GradientSweep<Element>) {
    (self.tiling, self.problem, self.numbers) = (tiling, problem, numbers)
    rows = numbers.map { _ in PerWorker(ConjugateGradientRow(problem)) }
    starts = tiling.starts(of: numbers, in: problem.sweep.rows, threads: problem.sweep.threads)
    xs = Buffer(rows.map(\.value.x))
    directions = Buffer(rows.map(\.value.direction))
    isActive = Buffer(repeating: true, count: numbers.count)
    partials = Buffer(uninitialized: tiling.sliceCount * numbers.count * problem.table.width)
  }

  /// Takes all the steps, unless the training is cancelled.
  func solve() {
    for (row, position) in zip(numbers, rows) {
      position.value.load(row, entryCount: problem.sweep.entryCount(ofRow: row))
    }
    isActive.pointer.update(repeating: true, count: rows.count)
    repeat {
      let checked = isActive.elements.map { $0 }
      pass(withTargets: true)
      start()
      while forEachActiveRow({ $0.findDirection() }) {
        if problem.sweep.cancellation.isSetOnAnyWorker() { return }
        pass(withTargets: false)
        forEachActiveRow { $0.advance() }
      }
      isActive.pointer.update(from: checked, count: rows.count)
    } while forEachActiveRow({ $0.needsCheck() })
  }

  private func start() {
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      let active = positions.filter { isActive.pointer[$0] }
      let coupled = active.filter { rows[$0].value.isCoupled }
      let products = problem.coupling?.products(coupled.count) { rows[coupled[$0]].value.x }
      for position in active { rows[position].value.start(coupled.firstIndex(of: position).flatMap { products?[$0] }) }
    }
  }

  /// Writes the solutions.
  func store(reportingTo outcome: SolveOutcome) {
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      for position in positions {
        rows[position].value.store(numbers[numbers.startIndex + position], reportingTo: outcome)
      }
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
    parallelForEachChunk(of: tiling.sliceCount, size: 1, workers: problem.sweep.threads) { slices, _ in
      for slice in slices { add(slice, withTargets: withTargets) }
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
  private func add(_ slice: Int, withTargets: Bool) {
    let (sweep, width, tiles) = (problem.sweep, problem.table.width, tiling.tiles(ofSlice: slice))
    let partials = partials.pointer + slice * rows.count * width
    partials.update(repeating: 0, count: rows.count * width)
    let operands = (withTargets ? xs : directions).pointer
    for tile in tiles {
      for position in rows.indices where isActive.pointer[position] {
        let start = starts.pointer + tile * rows.count + position
        let positions = Range(uncheckedBounds: (start[0], start[rows.count]))
        if positions.isEmpty { continue }
        let (columns, terms) = sweep.gathered(positions, rows[position].value.problem.terms)
        Element.accumulate(
          problem.table.gathered(columns, count: positions.count, ahead: 0), terms, withTargets: withTargets,
          operands[position], into: partials + position * width, packing: nil,
          instructions: problem.instructions)
      }
    }
  }
}
