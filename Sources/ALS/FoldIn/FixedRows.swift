import ALSDense
import ALSPlatform

/// One side of a model, held fixed while rows of the other are solved against it.
///
/// With biases, those of the side are taken off the targets; rows then end in a 1 that meets the solved row's bias.
struct FixedRows<Element: Scalar>: Sendable {
  let rows: FactorRows<Element>
  /// a0·G of the factors in rows of the padded width, made by the first row that is solved.
  let weightedGram: LazyValue<Buffer<Double>>

  /// The number of unknowns of a row that is solved against this side.
  var order: Int { rows.columnCount + (rows.hasBiases ? 1 : 0) }
  /// That with padding.
  var width: Int { GatherTable<Double>.width(for: order) }

  /// Writes row `row` and zeros up to the padded width.
  func copyRow(_ row: Int, to target: UnsafeMutablePointer<Double>) {
    let (source, k) = (rows.row(row), rows.columnCount)
    for c in 0..<k { target[c] = Double(source[c]) }
    for c in k..<width { target[c] = 0 }
    if rows.hasBiases { target[k] = 1 }
  }

  /// The eigenbasis of the Gram matrix of the factors; `nil` when there is none.
  ///
  /// - Complexity: O(rows · k² + k³).
  func eigenbasis() -> Eigenbasis? {
    let gram = rows.gram(threads: 1)
    return withSingleThreadedBLAS { Eigenbasis(of: gram, order: rows.columnCount) }
  }

  /// a0·G with all sums in double precision, made once per model; `nil` when a0 is 0.
  ///
  /// - Complexity: That of ``FactorRows/gram(threads:)`` the first time, O(1) afterwards.
  func gram(weight: Double, threads: Int) -> Buffer<Double>? {
    guard weight != 0 else { return nil }
    return weightedGram.value {
      let (k, width) = (rows.columnCount, width)
      let gram = rows.gram(threads: threads)
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
    FixedRows(rows: FactorRows(items, biases: itemBiases), weightedGram: itemSide.gram)
  }

  /// What items are solved against.
  var fixedUsers: FixedRows<Element> { FixedRows(rows: users, weightedGram: userSide.gram) }
}
