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

  init(order: Int) {
    equations = NormalEquations(order: order, capacity: 1, instructions: .best)
    rows = Buffer(repeating: 0, count: Self.block * equations.width)
    weights = Buffer(uninitialized: Self.block)
    targets = Buffer(uninitialized: Self.block)
    offsets = Buffer(uninitialized: Self.block)
    scales = Buffer(uninitialized: Self.block)
    positions = Buffer((0..<Int32(Self.block)).map(\.self))
  }
}
