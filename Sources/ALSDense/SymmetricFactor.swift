package import ALSPlatform
import COpenBLAS

/// The Cholesky factor of a symmetric positive definite matrix, for many right-hand sides, with LAPACK.
package struct SymmetricFactor: Sendable {
  private let order: Int
  private let factor: Buffer<Double>

  /// Factorises the matrix whose lower triangle, read by columns, is in `matrix`; `nil` where it is not positive definite.
  ///
  /// - Complexity: O(n³) for n rows.
  package init?(_ matrix: Buffer<Double>, order: Int) {
    precondition(matrix.count == order * order)
    (self.order, factor) = (order, matrix)
    if order > 0,
      LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, lowerTriangle, blasint(order), factor.pointer, blasint(order)) != 0
    {
      return nil
    }
  }

  /// Solves in place for each of `count` right-hand sides of `order` numbers.
  ///
  /// - Complexity: O(n²) each.
  package func solve(_ rightSides: Buffer<Double>, count: Int) {
    precondition(rightSides.count == count * order)
    if order == 0 || count == 0 { return }
    let info = LAPACKE_dpotrs_work(
      LAPACK_COL_MAJOR, lowerTriangle, blasint(order), blasint(count), factor.pointer, blasint(order),
      rightSides.pointer, blasint(order))
    precondition(info == 0, "?potrs was given a wrong argument, number \(-info)")
  }
}
