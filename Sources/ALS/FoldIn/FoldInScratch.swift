import ALSDense
import ALSPlatform

/// The scratch of one worker that folds rows in: one system, and a block of gathered rows.
package final class FoldInScratch {
  /// Entries that are gathered at a time: a multiple of the groups that kernels read.
  static var block: Int { 64 }

  let equations: NormalEquations<Double>
  let rows, weights, targets, offsets, scales: Buffer<Double>
  /// 0, 1, 2, …: gathered rows are their own columns.
  let positions: Buffer<Int32>
  /// Made by the first row that needs it.
  private var descent: CoordinateDescent<Double>?

  init(order: Int) {
    equations = NormalEquations(order: order, capacity: 1, instructions: .best)
    rows = Buffer(repeating: 0, count: Self.block * equations.width)
    weights = Buffer(uninitialized: Self.block)
    targets = Buffer(uninitialized: Self.block)
    offsets = Buffer(uninitialized: Self.block)
    scales = Buffer(uninitialized: Self.block)
    positions = Buffer((0..<Int32(Self.block)).map(\.self))
  }

  /// The minimum of the system with an L1 norm, or in a part of space; `nil` when it is not finite.
  func descend(factors: Int, _ domain: Domain, sparsity: Double) -> [Double]? {
    let order = equations.order
    let descent =
      descent
      ?? CoordinateDescent(
        order: order, width: equations.width, factors: factors, domain: domain, instructions: .best)
    self.descent = descent
    descent.x.update(repeating: 0, count: order)
    _ = descent.solve(equations.matrix(0), equations.vector(0), sparsity: sparsity, tolerance: 1e-12)
    let solution = Array(UnsafeBufferPointer(start: descent.x, count: order))
    return solution.allSatisfy(\.isFinite) ? solution : nil
  }
}
