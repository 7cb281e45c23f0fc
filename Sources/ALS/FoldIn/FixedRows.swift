import ALSDense
import ALSPlatform

/// One side of a model, held fixed while rows of the other are solved against it.
struct FixedRows<Element: Scalar>: Sendable {
  let factors: Matrix<Element>
  /// The side's own biases, which are taken off the targets; rows then end in a 1 that meets the solved row's bias.
  let biases: Buffer<Element>?
  /// a0·G of the factors in rows of the padded width, made by the first row that is solved.
  let weightedGram: LazyValue<Buffer<Double>>

  /// The number of unknowns of a row that is solved against this side.
  var order: Int { factors.columnCount + (biases == nil ? 0 : 1) }
  /// That with padding.
  var width: Int { GatherTable<Double>.width(for: order) }

  /// Writes row `row` and zeros up to the padded width.
  func copyRow(_ row: Int, to target: UnsafeMutablePointer<Double>) {
    let (source, k) = (factors.row(row), factors.columnCount)
    for c in 0..<k { target[c] = Double(source[c]) }
    for c in k..<width { target[c] = 0 }
    if biases != nil { target[k] = 1 }
  }

  /// The eigenbasis of the Gram matrix of the factors; `nil` when there is none.
  ///
  /// - Complexity: O(rows · k² + k³).
  func eigenbasis() -> Eigenbasis? {
    withSingleThreadedBLAS {
      Eigenbasis(of: preciseGram(of: factors, threads: 1), order: factors.columnCount)
    }
  }

  /// a0·G with all sums in double precision, made once per model; `nil` when a0 is 0.
  ///
  /// - Complexity: O(rows · k²) the first time, O(1) afterwards.
  func gram(weight: Double, threads: Int) -> Buffer<Double>? {
    guard weight != 0 else { return nil }
    return weightedGram.value {
      let (k, width) = (factors.columnCount, width)
      let gram = withSingleThreadedBLAS(threads: threads) { preciseGram(of: factors, threads: threads) }
      let padded = Buffer<Double>(repeating: 0, count: width * width)
      for i in 0..<k {
        for j in 0..<k { padded.pointer[i * width + j] = weight * gram[i * k + j] }
      }
      return padded
    }
  }
}

extension FactorTables {
  /// What users are solved against.
  var fixedItems: FixedRows<Element> {
    FixedRows(factors: items, biases: itemBiases, weightedGram: itemGram)
  }

  /// What items are solved against.
  var fixedUsers: FixedRows<Element> {
    FixedRows(factors: users, biases: userBiases, weightedGram: userGram)
  }
}
