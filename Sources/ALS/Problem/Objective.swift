package import ALSDense
import ALSPlatform
package import ALSSparse

/// A model's loss, as what one row of interactions contributes to the problem of one entity.
///
/// With the other side fixed, every entity solves a ``RowProblem`` on its own. An objective turns a row into `w` and `w·t`
/// (the product stays finite where w = 0), and says what a0, a, λ, m, μ and 𝒟 are. A solver needs nothing else, so
/// objectives and solvers do not know each other.
package protocol Objective: Sendable {
  /// The weight a0 of the Gram matrix: what every cell, observed or not, is asked to be near zero with.
  var gramWeight: Double { get }

  /// λ, a and μ of a row of `side` with n entries over N fixed rows.
  func parameters(of side: Side, entryCount: Int, fixedCount: Int) -> RowParameters

  /// Whether rows carry a bias as a last coordinate, whose partner on the fixed side is 1.
  var hasBiases: Bool { get }

  /// What densities weigh; `nil` when all are 1.
  var densityScope: DensityScope? { get }

  /// 𝒟.
  var domain: Domain { get }

  /// m of all rows of a side, in the coordinates that a training starts in; `nil` when all are zero.
  func priors<Element: Scalar>(of side: Side, as type: Element.Type) -> Matrix<Element>?

  /// Whether n counts only entries whose value, w·t, is not 0.
  var countsLikedOnly: Bool { get }

  /// `w` and `w·t` of an observed entry, of rows whose entries have weights besides their values, or not.
  func terms(hasWeights: Bool) -> EntryTerms

  /// What an observed cell adds to the loss at a given score, besides `a0·a·b·score²`, which the Gram term counts; the
  /// weight is `nil` where entries have none.
  func penalty(value: Float, weight: Float?, offset: Double, score: Double) -> Double
}

extension CSRMatrix {
  /// n of row `row`, which is in `counts` where it is not the number of entries.
  @inline(__always)
  func entryCount(ofRow row: Int, _ counts: Buffer<Int32>?) -> Int {
    if let counts { Int(counts.pointer[row]) } else { degree(ofRow: row) }
  }
}

extension Objective {
  package var densityScope: DensityScope? { nil }
  package var domain: Domain { .all }
  package var countsLikedOnly: Bool { false }
  package func priors<Element: Scalar>(of side: Side, as type: Element.Type) -> Matrix<Element>? { nil }

  /// n of each row of `matrix`; `nil` where that is the number of its entries.
  func likedCounts(of matrix: CSRMatrix<Float>) -> Buffer<Int32>? {
    guard countsLikedOnly, let values = matrix.values else { return nil }
    return Buffer(
      (0..<matrix.rowCount).map { row in Int32(matrix.entries(ofRow: row).count { values.pointer[$0] != 0 }) })
  }

  /// The roots of the densities of the rows of `side`; `nil` when all are 1.
  func rootDensities(of side: Side, rowCount: Int, fixedCount: Int, degree: (Int) -> Int) -> Buffer<Double>? {
    if densityScope == nil { return nil }
    return Buffer(
      (0..<rowCount).map {
        parameters(of: side, entryCount: degree($0), fixedCount: fixedCount).density.squareRoot()
      })
  }
}
