import ALSDense
import ALSPlatform
import ALSSparse

/// The rows of a half-sweep as solvers take them that need a row's normal equations.
///
/// Rows are taken in batches by whichever worker is free: a batch of systems is formed, then solved. A row with very many
/// entries (an item that everybody knows) is cut into segments of a fixed length, whose sums are formed by all workers and
/// added in the order of the segments. What is added in which order depends on the data alone, so the bits do not depend on
/// the thread count.
struct SystemSweep<Element: Scalar>: Sendable {
  let sweep: HalfSweep<Element>
  let table: GatherTable<Element>
  let workers: Int
  /// a0·G with padding.
  let gram: Buffer<Element>?
  private let scratch: [PerWorker<NormalEquations<Element>>]

  /// Systems that a worker forms before it solves them.
  private static var batch: Int { 8 }

  init(_ sweep: HalfSweep<Element>, instructions: InstructionSet) {
    self.sweep = sweep
    table = GatherTable(
      sweep.fixed.table, format: .full, instructions: instructions, threads: sweep.threads, room: sweep.room)
    gram = sweep.fixed.paddedGram(Element.self)
    workers = max(1, sweep.threads)
    scratch = (0..<workers).map { _ in
      PerWorker(NormalEquations<Element>(order: sweep.width, capacity: Self.batch, instructions: instructions))
    }
  }

  /// Solves every row with entries and zeroes the others.
  ///
  /// - Parameters:
  ///   - begin: Puts what a row has besides its entries into a slot.
  ///   - shortcut: Solves a row without its system, or returns false.
  ///   - finish: Solves the system in a slot and writes the row.
  /// - Throws: `CancellationError` when the task is cancelled.
  @inline(__always)
  func run(
    begin: @Sendable (_ row: Int, _ slot: Int, NormalEquations<Element>) -> RowProblem,
    shortcut: @Sendable (_ row: Int, _ worker: Int) -> Bool,
    finish: @Sendable (_ row: Int, _ slot: Int, NormalEquations<Element>, _ worker: Int) -> Void
  ) throws {
    for row in sweep.heavyRows {
      try sweep.cancellation.check()
      let systems = scratch[0].value
      let problem = begin(row, 0, systems)
      addSegments(ofRow: row, problem)
      finish(row, 0, systems, 0)
    }

    let windows = MappedWindows(sweep.rows)
    parallelForEachChunk(of: sweep.rows.rowCount, size: Self.batch, workers: workers) { rows, worker in
      if sweep.cancellation.isSetOnAnyWorker() { return }
      let systems = scratch[worker].value
      // A bit per row of the batch.
      var assembled: UInt64 = 0
      for (slot, row) in rows.enumerated() {
        if sweep.entryCount(ofRow: row) == 0 {
          sweep.solution.row(row).update(repeating: 0, count: sweep.width)
          continue
        }
        let entries = sweep.rows.entries(ofRow: row)
        if entries.count > RowSegments.heavy || shortcut(row, worker) { continue }
        let problem = begin(row, slot, systems)
        systems.add(entries, problem, of: sweep, in: table, to: slot)
        assembled |= 1 << slot
      }
      for (slot, row) in rows.enumerated() where assembled >> slot & 1 == 1 { finish(row, slot, systems, worker) }
      windows?.finished(rows)
    }
    try sweep.cancellation.check()
  }

  /// Adds a heavy row's entries to the first system of the first worker, by all workers.
  private func addSegments(ofRow row: Int, _ problem: RowProblem) {
    let entries = sweep.rows.entries(ofRow: row)
    let (systems, width) = (scratch[0].value, table.width)
    let segments = RowSegments(entryCount: entries.count)
    let matrices = Buffer<Element>(uninitialized: segments.count * width * width)
    let vectors = Buffer<Element>(uninitialized: segments.count * width)
    parallelForEachChunk(of: entries.count, size: segments.length, workers: sweep.threads) { part, worker in
      // The first slot of the first worker holds the sum.
      let (partial, segment) = (scratch[worker].value, part.lowerBound / segments.length)
      partial.begin(1, weightedGram: nil, nil)
      partial.add(
        entries.lowerBound + part.lowerBound..<entries.lowerBound + part.upperBound, problem, of: sweep, in: table,
        to: 1)
      (matrices.pointer + segment * width * width).update(from: partial.matrix(1), count: width * width)
      (vectors.pointer + segment * width).update(from: partial.vector(1), count: width)
    }
    for segment in 0..<segments.count {
      systems.add(
        matrix: matrices.pointer + segment * width * width, vector: vectors.pointer + segment * width, to: 0)
    }
  }
}
