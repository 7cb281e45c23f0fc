import ALSDense
import ALSPlatform

/// The scratch of one worker: a batch of normal equations A·x = b.
///
///     A = a0·G + λI + Σ w_i v_i v_iᵀ        b = Σ w_i t_i v_i
///
/// of which LAPACK reads the upper triangle (row-major).
///
/// Entries are gathered, scaled by √w, in blocks that stay in cache, and added by one SYRK per block.
final class NormalEquations<Element: Scalar> {
  let width: Int
  let capacity: Int
  private let matrices: Buffer<Element>
  private let vectors: Buffer<Element>
  private let diagonals: Buffer<Element>
  private let block: Buffer<Element>
  private let weights: Buffer<Double>
  private let targets: Buffer<Double>
  private let blockSize: Int

  init(width: Int, capacity: Int) {
    self.width = width
    self.capacity = capacity
    // About 128 KB of gathered rows: in L2 together with A.
    blockSize = max(16, min(512, 131_072 / (width * MemoryLayout<Element>.stride)))
    matrices = Buffer(uninitialized: capacity * width * width)
    vectors = Buffer(uninitialized: capacity * width)
    diagonals = Buffer(uninitialized: width)
    block = Buffer(uninitialized: blockSize * width)
    weights = Buffer(uninitialized: blockSize)
    targets = Buffer(uninitialized: blockSize)
  }

  func matrix(_ slot: Int) -> UnsafeMutablePointer<Element> { matrices.pointer + slot * width * width }
  func vector(_ slot: Int) -> UnsafeMutablePointer<Element> { vectors.pointer + slot * width }

  /// Sets the system in `slot` to A = a0·G + λI, b = 0.
  func begin(_ slot: Int, weightedGram: [Element]?, regularization: Double) {
    let a = matrix(slot)
    if let weightedGram {
      weightedGram.withUnsafeBufferPointer { gram in
        guard let base = gram.baseAddress else { return }
        a.update(from: base, count: width * width)
      }
    } else {
      a.update(repeating: 0, count: width * width)
    }
    vector(slot).update(repeating: 0, count: width)
    for i in 0..<width { a[i * width + i] += Element(regularization) }
  }

  /// Adds the entries at `positions` of the sweep's matrix to the system in `slot`.
  func add(_ positions: Range<Int>, of sweep: HalfSweep<Element>, to slot: Int) {
    let (a, b) = (matrix(slot), vector(slot))
    var start = positions.lowerBound
    while start < positions.upperBound {
      let entries = sweep.entries(start..<min(start + blockSize, positions.upperBound))
      sweep.terms.write(entries, weights: weights.pointer, targets: targets.pointer)
      for entry in 0..<entries.count {
        let row = UnsafePointer(sweep.fixed.table.row(Int(entries.columns[entry])))
        let scaled = block.pointer + entry * width
        let root = Element(weights.pointer[entry].squareRoot())
        let target = Element(targets.pointer[entry])
        for i in 0..<width {
          scaled[i] = root * row[i]
          b[i] += target * row[i]
        }
      }
      Element.syrk(rows: entries.count, columns: width, alpha: 1, block.pointer, stride: width, beta: 1, a)
      start += entries.count
    }
  }

  /// Adds another worker's partial sums, begun without Gram matrix and λ, to the system in `slot`.
  func add(matrix a: UnsafePointer<Element>, vector b: UnsafePointer<Element>, to slot: Int) {
    let (matrix, vector) = (matrix(slot), vector(slot))
    for i in 0..<width * width { matrix[i] += a[i] }
    for i in 0..<width { vector[i] += b[i] }
  }

  /// Solves the system in `slot`; its vector becomes the solution.
  ///
  /// Returns false when A is not positive definite to working precision: a pivot that rounding could have made, or a
  /// solution that is not finite. A row's own diagonal is the scale, so the test does not depend on how coordinates
  /// are scaled.
  func factorAndSolve(_ slot: Int) -> Bool {
    let (a, b) = (matrix(slot), vector(slot))
    for i in 0..<width { diagonals.pointer[i] = a[i * width + i] }
    guard Element.posv(order: width, a, b) == 0 else { return false }
    // What rounding leaves of a pivot that should be zero is a few ε of the diagonal, growing like √k.
    let tolerance = 2 * Element(width).squareRoot() * Element.ulpOfOne
    for i in 0..<width {
      let pivot = a[i * width + i] * a[i * width + i]
      guard pivot > tolerance * diagonals.pointer[i], b[i].isFinite else { return false }
    }
    return true
  }
}
