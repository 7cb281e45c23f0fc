package import ALSDense
import ALSPlatform

/// One side of a model, and what is made of it when that is first needed.
///
/// Rows of the other side are solved against it: with biases, those of this side are taken off the targets, and rows end
/// in a 1 that meets the solved row's bias.
package struct FactorSide<Element: Scalar>: Sendable {
  package let rows: FactorRows<Element>
  private let cache = Cache()

  private final class Cache: Sendable {
    /// a0·G of the factors in rows of the padded width.
    let gram = LazyValue<Buffer<Double>>()
    let norms = LazyValue<Buffer<Double>>()
    let origin = LazyValue<UInt64>()
  }

  package init(_ rows: FactorRows<Element>) { self.rows = rows }

  /// The number of unknowns of a row that is solved against this side.
  var order: Int { rows.columnCount + (rows.hasBiases ? 1 : 0) }
  /// That with padding.
  var width: Int { GatherTable<Double>.width(for: order) }

  /// Writes row `row` times `scale` and zeros up to the padded width.
  func copyRow(_ row: Int, times scale: Double, to target: UnsafeMutablePointer<Double>) {
    let (source, k) = (rows.row(row), rows.columnCount)
    for c in 0..<k { target[c] = scale * Double(source[c]) }
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

  /// a0·G with all sums in double precision, made once; `nil` when a0 is 0.
  ///
  /// - Complexity: That of ``FactorRows/gram(threads:)`` the first time, O(1) afterwards.
  func gram(weight: Double, threads: Int) -> Buffer<Double>? {
    guard weight != 0 else { return nil }
    return cache.gram.value {
      let (k, width) = (rows.columnCount, width)
      let gram = rows.gram(threads: threads)
      let padded = Buffer<Double>(repeating: 0, count: width * width)
      for i in 0..<k {
        for j in 0..<k { padded.pointer[i * width + j] = weight * gram[i * k + j] }
      }
      return padded
    }
  }

  /// The norms of the factors, made once.
  var norms: Buffer<Double> {
    cache.norms.value {
      Buffer((0..<rows.rowCount).map { dot(rows.row($0), rows.row($0), rows.columnCount).squareRoot() })
    }
  }

  /// What `make` says the first time.
  func origin(_ make: () -> UInt64) -> UInt64 { cache.origin.value(make) }
}
