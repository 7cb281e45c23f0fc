import ALSDense
import ALSPlatform
import ALSSparse

/// The side that a half-sweep holds fixed, in the form that solvers read.
struct FixedSide<Element: Scalar>: Sendable {
  /// One row v_i per entity; with biases, the last coordinate is the 1 that meets the other side's bias.
  let table: Matrix<Element>
  /// This side's own biases, to be taken off the targets.
  let offsets: Buffer<Double>?
  /// a0·G, both triangles; `nil` when a0 = 0.
  let weightedGram: [Double]?

  init(_ factors: Matrix<Element>, objective: any Objective, threads: Int) {
    if objective.hasBiases {
      let (count, width) = (factors.rowCount, factors.columnCount)
      let copy = Buffer<Element>(uninitialized: count * width)
      let offsets = Buffer<Double>(uninitialized: count)
      copy.pointer.initialize(from: factors.buffer.pointer, count: count * width)
      for row in 0..<count {
        let bias = row * width + width - 1
        offsets.pointer[row] = Double(copy.pointer[bias])
        copy.pointer[bias] = 1
      }
      table = Matrix(rowCount: count, columnCount: width, buffer: copy)
      self.offsets = offsets
    } else {
      table = factors
      offsets = nil
    }
    let weight = objective.gramWeight
    weightedGram = weight == 0 ? nil : gram(of: table, threads: threads).map { weight * $0 }
  }
}
