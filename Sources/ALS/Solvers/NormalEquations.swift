package import ALSDense
import ALSPlatform

/// The scratch of one worker: a batch of normal equations A·x = b.
///
///     A = a0·G + λI + Σ w_i v_i v_iᵀ        b = Σ w_i t_i v_i
///
/// of which solvers read the upper triangle (row-major, in rows of the padded width).
///
/// Gathering, scaling by √w and multiplying are one kernel, over blocks of entries that stay in the first-level cache.
package final class NormalEquations<Element: Scalar> {
  /// The number of unknowns.
  let order: Int
  /// The elements of a row of A.
  let width: Int
  private let instructions: InstructionSet
  private let matrices: Buffer<Element>
  private let vectors: Buffer<Element>
  private let diagonals: Buffer<Element>
  private let packed: Buffer<Element>
  private let weights: Buffer<Element>
  private let targets: Buffer<Element>
  /// What all of ``weights`` and ``targets`` are, where each of them is the same number.
  private var uniform: (weight: Element, target: Element)?

  /// Entries whose weights are written at a time.
  private static var block: Int { 1024 }

  init(order: Int, capacity: Int, instructions: InstructionSet) {
    self.order = order
    self.instructions = instructions
    width = GatherTable<Element>.width(for: order)
    matrices = Buffer(uninitialized: capacity * width * width)
    vectors = Buffer(uninitialized: capacity * width)
    diagonals = Buffer(uninitialized: order)
    packed = Buffer(uninitialized: normalRows(width: width) * width)
    weights = Buffer(uninitialized: Self.block)
    targets = Buffer(uninitialized: Self.block)
  }

  func matrix(_ slot: Int) -> UnsafeMutablePointer<Element> { matrices.pointer + slot * width * width }
  func vector(_ slot: Int) -> UnsafeMutablePointer<Element> { vectors.pointer + slot * width }

  /// Sets the system in `slot` to A = a0·G + λI, b = 0; `weightedGram` has rows of the padded width, and λ is 0 without
  /// a problem.
  ///
  /// Adds `weight` to the diagonal of the unknowns in `leftOut`, which keeps those at nothing that no entry has.
  func begin(
    _ slot: Int, weightedGram: Buffer<Element>?, _ problem: RowProblem?, leavingOut leftOut: Range<Int> = 0..<0,
    with weight: Double = 0
  ) {
    let a = matrix(slot)
    if let weightedGram {
      a.update(from: weightedGram.pointer, count: width * width)
    } else {
      a.update(repeating: 0, count: width * width)
    }
    vector(slot).update(repeating: 0, count: width)
    if let problem {
      for i in 0..<order { a[i * width + i] += Element(problem.regularization) }
      problem.own.forEach(of: order) { a[$0 * (width + 1)] += Element($1) }
    }
    for i in leftOut { a[i * width + i] += Element(weight) }
  }

  /// Adds the entries at `positions` of the sweep's matrix, whose fixed side is `table`, to the system in `slot` of their row.
  func add(
    _ positions: Range<Int>, _ problem: RowProblem, of sweep: HalfSweep<Element>, in table: GatherTable<Element>,
    to slot: Int
  ) {
    var start = positions.lowerBound
    while start < positions.upperBound {
      let end = min(start + Self.block, positions.upperBound)
      let entries = sweep.entries(start..<end)
      write(entries, problem.terms)
      add(
        table.gathered(entries.columns, count: entries.count, ahead: sweep.rows.entryCount - end),
        weights: weights.pointer, targets: targets.pointer, to: slot)
      start = end
    }
  }

  /// Writes w and w·t of a block of entries; of entries that are all alike, for as long as those of the next rows are like them.
  private func write(_ entries: RowEntries<Element>, _ terms: EntryTerms) {
    guard entries.areAlike else {
      terms.write(entries, weights: weights.pointer, targets: targets.pointer)
      uniform = nil
      return
    }
    let all = (
      weight: Element(terms.weight.constant) + Element(terms.weight.slope),
      target: Element(terms.target.constant) + Element(terms.target.slope)
    )
    if let uniform, uniform == all { return }
    weights.pointer.update(repeating: all.weight, count: Self.block)
    targets.pointer.update(repeating: all.target, count: Self.block)
    uniform = all
  }

  /// Adds rows with their weights w, which are not negative, and w·t to the system in `slot`.
  func add(
    _ rows: GatheredRows, weights: UnsafePointer<Element>, targets: UnsafePointer<Element>, to slot: Int
  ) {
    Element.addNormal(
      rows, weights: weights, targets: targets, matrix: matrix(slot), vector: vector(slot), packing: packed.pointer,
      instructions: instructions)
  }

  /// Adds another worker's partial sums, begun without Gram matrix and λ, to the system in `slot`.
  func add(matrix a: UnsafePointer<Element>, vector b: UnsafePointer<Element>, to slot: Int) {
    let (matrix, vector) = (matrix(slot), vector(slot))
    for i in 0..<width * width { matrix[i] += a[i] }
    for i in 0..<width { vector[i] += b[i] }
  }
}

extension NormalEquations {
  /// The largest system that the kernel factorises; larger ones go to LAPACK's `?posv`.
  ///
  /// Measured on Zen 4 with OpenBLAS 0.3.21, microseconds per system in single precision, kernel against `?posv`: 3.2
  /// and 11 for 64 unknowns, 11 and 31 for 128, 48 and 137 for 256, 258 and 620 for 512. The kernel does not block for
  /// the caches, so it must lose in the end.
  package static var largestKernelOrder: Int { 512 }

  /// Solves the system in `slot`; its vector becomes the solution.
  ///
  /// Returns false when A is not positive definite to working precision: a pivot that rounding could have made of its own
  /// diagonal, one of the first `factors` pivots that is no more than `resolution` times the largest of them, or a
  /// solution that is not finite. A bias is on another scale than factors, so it is compared with its own diagonal alone.
  func factorAndSolve(_ slot: Int, factors: Int, resolution: Double? = nil) -> Bool {
    let (a, b) = (matrix(slot), vector(slot))
    // What rounding leaves of a pivot that should be zero is a few ε of the diagonal, growing like √k.
    let tolerance = 2 * Element(order).squareRoot() * Element.ulpOfOne
    let usesKernel = order <= Self.largestKernelOrder
    let isDefinite =
      usesKernel
      ? Element.factorAndSolve(
        order: order, stride: width, a, b, diagonals: diagonals.pointer, tolerance: tolerance,
        instructions: instructions)
      : factorAndSolveInLAPACK(a, b, tolerance: tolerance)
    guard isDefinite, (0..<order).allSatisfy({ b[$0].isFinite }) else { return false }
    // The kernel leaves the inverses of the roots of pivots on the diagonal, and LAPACK the roots.
    var (least, largest) = (Element.infinity, Element(0))
    for i in 0..<factors {
      let root = a[i * width + i]
      (least, largest) = (min(least, root), max(largest, root))
    }
    let ratio = factors == 0 ? 1 : least / largest
    return ratio * ratio > Element(resolution ?? ResolvedFactors.resolution(factors: factors, Element.self))
  }

  private func factorAndSolveInLAPACK(
    _ a: UnsafeMutablePointer<Element>, _ b: UnsafeMutablePointer<Element>, tolerance: Element
  ) -> Bool {
    for i in 0..<order { diagonals.pointer[i] = a[i * width + i] }
    guard Element.posv(order: order, a, stride: width, b) == 0 else { return false }
    return (0..<order).allSatisfy { i in
      let root = a[i * width + i]
      return root * root > tolerance * diagonals.pointer[i]
    }
  }
}
