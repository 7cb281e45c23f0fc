import ALSDense
import ALSPlatform

/// The scratch of one worker that folds rows in: one system, and a block of gathered rows.
final class FoldInScratch {
  /// Entries that are gathered at a time: a multiple of the groups that kernels read.
  static var block: Int { 64 }

  let equations: NormalEquations<Double>
  let rows, weights, targets, offsets: Buffer<Double>
  /// 0, 1, 2, …: gathered rows are their own columns.
  let positions: Buffer<Int32>

  init(order: Int) {
    equations = NormalEquations(order: order, capacity: 1, instructions: .best)
    rows = Buffer(repeating: 0, count: Self.block * equations.width)
    weights = Buffer(uninitialized: Self.block)
    targets = Buffer(uninitialized: Self.block)
    offsets = Buffer(uninitialized: Self.block)
    positions = Buffer((0..<Int32(Self.block)).map(\.self))
  }

  /// Solves the system as it stands, or for the least norm what `assemble` makes again if that is singular.
  ///
  /// `nil` when there is no finite solution.
  func solution(assemblingAgain assemble: () -> Void) -> [Double]? {
    let order = equations.order
    // Larger systems go to LAPACK, which must not start threads of its own.
    let isSolved =
      order <= NormalEquations<Double>.largestKernelOrder
      ? equations.factorAndSolve(0) : withSingleThreadedBLAS { equations.factorAndSolve(0) }
    if isSolved { return Array(UnsafeBufferPointer(start: equations.vector(0), count: order)) }
    assemble()
    let padded = equations.matrix(0)
    let matrix = (0..<order).flatMap { i in (0..<order).map { padded[i * equations.width + $0] } }
    let solution = withSingleThreadedBLAS {
      Eigenbasis(of: matrix, order: order)?.leastNormSolution(equations.vector(0))
    }
    return solution.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
  }
}
