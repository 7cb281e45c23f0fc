package import ALSDense
import ALSPlatform
import ALSSparse

/// The side that a half-sweep holds fixed, in the form that solvers read.
package struct FixedSide<Element: Scalar>: Sendable {
  /// One row v_i per entity; with biases, the last coordinate is the 1 that meets the other side's bias.
  package let table: Matrix<Element>
  /// This side's own biases, to be taken off the targets.
  let offsets: Buffer<Element>?
  /// √b of each row of ``table``, in which they have been multiplied by it; targets are multiplied by it, too.
  let scales: Buffer<Element>?
  private let gramWeight: Double
  private let threads: Int
  private let madeGram = LazyValue<[Double]>()
  /// The diagonal of G in its eigenbasis, when the side is written in that; with biases, the last is their own.
  let spectrum: [Double]?
  /// The number of fixed rows N: those of ``table`` or, where that is a part of the side, more.
  let count: Int
  /// Which of the side's rows those of ``table`` are, ascending, where it is a part of the side that is not its beginning.
  let positions: Buffer<Int32>?
  /// G in double precision, where ``table`` is a part of the side.
  let preciseGram: [Double]?
  /// The largest magnitude of the whole side, where ``table`` is a part of it.
  let largest: Float?

  /// The side as it stands; `spectrum` is the diagonal of its Gram matrix if the rest of that is zero.
  init(
    _ factors: Matrix<Element>, objective: any Objective, spectrum: [Double]? = nil, scales: Buffer<Double>? = nil,
    threads: Int
  ) {
    self.init(
      part: factors, of: factors.rowCount, objective: objective, spectrum: spectrum, scales: scales, threads: threads)
  }

  /// Some of `count` rows, those at `positions`; `spectrum`, `preciseGram` and `largest` are those of all of them.
  init(
    part factors: Matrix<Element>, of count: Int, at positions: Buffer<Int32>? = nil, objective: any Objective,
    spectrum: [Double]?, scales: Buffer<Double>? = nil, preciseGram: [Double]? = nil, largest: Float? = nil,
    threads: Int
  ) {
    self.scales = scales.map { Buffer($0.elements.map { Element($0) }) }
    (self.count, self.positions, self.preciseGram, self.largest) = (count, positions, preciseGram, largest)
    if objective.hasBiases {
      let (rows, width) = (factors.rowCount, factors.columnCount)
      let copy = Buffer<Element>(uninitialized: rows * width)
      let offsets = Buffer<Element>(uninitialized: rows)
      copy.pointer.initialize(from: factors.buffer.pointer, count: rows * width)
      for row in 0..<rows {
        let bias = row * width + width - 1
        offsets.pointer[row] = copy.pointer[bias]
        copy.pointer[bias] = 1
      }
      table = Matrix(rowCount: rows, columnCount: width, buffer: copy)
      self.offsets = offsets
    } else {
      table = factors
      offsets = nil
    }
    self.spectrum = spectrum.map { objective.hasBiases ? $0 + [Double(count)] : $0 }
    (gramWeight, self.threads) = (objective.gramWeight, threads)
  }
}

extension FixedSide {
  /// a0·G, both triangles, made when it is first asked for; `nil` when a0 = 0.
  package var weightedGram: [Double]? {
    if gramWeight == 0 { return nil }
    return madeGram.value {
      (spectrum.map(diagonalMatrix) ?? preciseGram ?? gram(of: table, threads: threads)).map { gramWeight * $0 }
    }
  }

  /// a0·G with rows padded with zeros as solvers' systems are; `nil` when a0 = 0.
  func paddedGram<System: Scalar>(_ type: System.Type) -> Buffer<System>? {
    guard let weightedGram else { return nil }
    let (order, width) = (table.columnCount, GatherTable<System>.width(for: table.columnCount))
    let padded = Buffer<System>(repeating: 0, count: width * width)
    for i in 0..<order {
      for j in 0..<order { padded.pointer[i * width + j] = System(weightedGram[i * order + j]) }
    }
    return padded
  }
}

private func diagonalMatrix(_ diagonal: [Double]) -> [Double] {
  var matrix = [Double](repeating: 0, count: diagonal.count * diagonal.count)
  for (i, value) in diagonal.enumerated() { matrix[i * diagonal.count + i] = value }
  return matrix
}
