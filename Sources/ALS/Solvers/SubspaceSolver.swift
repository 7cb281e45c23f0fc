package import ALSDense
import ALSPlatform
import ALSSparse

/// Each row by blocks of coordinates, of which each is solved exactly with the others held fixed, in the eigenbasis of the
/// fixed side's Gram matrix: iALS++, by Rendle, Krichene, Zhang and Koren, *iALS++: Speeding up Matrix Factorization with
/// Subspace Optimization*, 2021 (arXiv:2110.14044); the eigenbasis is this package's.
///
/// With the predictions v·x of a row's entries at hand, the step of a block B is that of
///
///     (D_B + Σ w v_B v_Bᵀ) δ = Σ w (t − v·x) v_B − D_B x_B + λ m_B        x_B ← x_B + ω δ
///
/// in which D = a0·Λ + λ is diagonal, so that blocks meet in the row's own entries only; the predictions follow. A
/// half-sweep takes one step in every block, from the largest eigenvalues on. The relaxation ω is that of the blocks: then
/// no step raises the loss for any ω below 2, which is not so of all of them together.
///
/// A last sweep is that of ``ConjugateGradientSolver``, which is right to 10⁻⁴ in a few passes over the entries, where
/// blocks would be gone through again and again.
///
/// - Complexity: O(n·k·b + k·b²) per row with n entries.
package struct SubspaceSolver: RowSolver {
  /// b, the most factors of a block.
  private let blockSize: Int
  /// What the kernels run on.
  private let instructions: InstructionSet

  package init(blockSize: Int, instructions: InstructionSet = .best) {
    (self.blockSize, self.instructions) = (blockSize, instructions)
  }

  package var usesEigenbasis: Bool { true }
  package var traffic: ItemTraffic { .wholeRows }
  package var tableFormat: TableFormat { .full }
  package var tiling: Int? { nil }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport {
    if sweep.isLast { return try ConjugateGradientSolver(steps: 1, instructions: instructions).solve(sweep) }
    let (outcome, rows) = (SolveOutcome(), SubspaceSweep(sweep, blockSize: blockSize, instructions: instructions))
    for row in sweep.heavyRows {
      try sweep.cancellation.check()
      rows.solveByAll(row, reportingTo: outcome)
    }
    let windows = MappedWindows(sweep.rows)
    parallelForEachChunk(of: sweep.rows.rowCount, size: MappedWindows.chunk, workers: sweep.threads) { chunk, worker in
      if sweep.cancellation.isSetOnAnyWorker() { return }
      for row in chunk {
        if sweep.isLight(row) {
          rows.solve(row, by: worker, reportingTo: outcome)
        } else if sweep.entryCount(ofRow: row) == 0 {
          sweep.solution.row(row).update(repeating: 0, count: sweep.width)
        }
      }
      windows?.finished(chunk)
    }
    try sweep.cancellation.check()
    return try outcome.report()
  }
}

/// What the rows of a half-sweep have in common when they are solved by blocks, and what each worker has.
private struct SubspaceSweep<Element: Scalar>: Sendable {
  private let sweep: HalfSweep<Element>
  private let blocks: [CoordinateBlock]
  private let workers: [(row: PerWorker<SubspaceRow<Element>>, scratch: PerWorker<SubspaceScratch<Element>>)]

  init(_ sweep: HalfSweep<Element>, blockSize: Int, instructions: InstructionSet) {
    self.sweep = sweep
    let blocks = CoordinateBlock.blocks(of: blockSize, factors: sweep.factors, order: sweep.width, Element.self)
    let table = GatherTable(
      sweep.fixed.table, format: .full, instructions: instructions, threads: sweep.threads, room: sweep.room)
    let (weight, spectrum) = (sweep.objective.gramWeight, sweep.fixed.spectrum ?? [])
    let dense = Buffer((0..<sweep.width).map { weight == 0 ? 0 : Element(weight * spectrum[$0]) })
    let resolved = ResolvedFactors(sweep)
    self.blocks = blocks
    workers = (0..<max(1, sweep.threads)).map { _ in
      (
        PerWorker(SubspaceRow(sweep, dense: dense, resolved: resolved)),
        PerWorker(SubspaceScratch(table, blocks, instructions: instructions))
      )
    }
  }

  /// Solves a row by one worker.
  func solve(_ number: Int, by worker: Int, reportingTo outcome: SolveOutcome) {
    let (row, scratch) = (workers[worker].row.value, workers[worker].scratch.value)
    let entries = sweep.rows.entries(ofRow: number)
    row.load(number)
    scratch.open(sweep.rows.columns.pointer + entries.lowerBound, 0..<entries.count)
    let isSolved = solve(
      row, sums: { scratch.sums($0, over: 0..<entries.count, of: row) },
      move: { scratch.move($0, by: $1, 0..<entries.count, of: row) })
    row.store(isSolved: isSolved, reportingTo: outcome)
  }

  /// Solves a heavy row by all workers; sums over its segments are added in their order.
  func solveByAll(_ number: Int, reportingTo outcome: SolveOutcome) {
    let (row, entries) = (workers[0].row, sweep.rows.entries(ofRow: number))
    let (segments, columns) = (RowSegments(entryCount: entries.count), sweep.rows.columns.pointer + entries.lowerBound)
    let widest = blocks.reduce(0) { max($0, $1.width) }
    let matrices = Buffer<Element>(uninitialized: segments.count * widest * widest)
    let vectors = Buffer<Element>(uninitialized: segments.count * widest)
    row.value.load(number)
    for worker in workers { worker.scratch.value.open(columns, 0..<entries.count) }
    func sums(_ index: Int) -> NormalEquations<Element> {
      let width = blocks[index].width
      parallelForEachChunk(of: entries.count, size: segments.length, workers: sweep.threads) { part, worker in
        let segment = part.lowerBound / segments.length
        let partial = workers[worker].scratch.value.sums(index, over: part, of: row.value)
        (matrices.pointer + segment * width * width).update(from: partial.matrix(0), count: width * width)
        (vectors.pointer + segment * width).update(from: partial.vector(0), count: width)
      }
      let system = workers[0].scratch.value.system(of: blocks[index])
      system.begin(0, weightedGram: nil, nil)
      for segment in 0..<segments.count {
        system.add(
          matrix: matrices.pointer + segment * width * width, vector: vectors.pointer + segment * width, to: 0)
      }
      return system
    }
    func move(_ index: Int, by step: UnsafePointer<Element>) {
      let step = Shared(step)
      parallelForEachChunk(of: entries.count, size: segments.length, workers: sweep.threads) { part, worker in
        workers[worker].scratch.value.move(index, by: step.pointer, part, of: row.value)
      }
    }
    row.value.store(isSolved: solve(row.value, sums: sums, move: move), reportingTo: outcome)
  }

  /// Takes a step in every block of a row that has been loaded; false when one has no solution.
  ///
  /// `sums` makes the system of a block with the sums over the entries, and `move` has the residuals follow a step in one.
  @inline(__always)
  private func solve(
    _ row: SubspaceRow<Element>, sums: (_ block: Int) -> NormalEquations<Element>,
    move: (_ block: Int, _ step: UnsafePointer<Element>) -> Void
  ) -> Bool {
    for (index, block) in blocks.enumerated() where row.isPresent(in: block) {
      move(index, UnsafePointer(row.x + block.coordinates.lowerBound))
    }
    for (index, block) in blocks.enumerated() where !row.leavesOut(block) {
      let system = sums(index)
      guard row.step(block, system) else { return false }
      if index < blocks.count - 1 { move(index, UnsafePointer(system.vector(0))) }
    }
    return true
  }
}

/// A pointer that workers read.
private struct Shared<Element>: @unchecked Sendable {
  let pointer: UnsafePointer<Element>
  init(_ pointer: UnsafePointer<Element>) { self.pointer = pointer }
}
