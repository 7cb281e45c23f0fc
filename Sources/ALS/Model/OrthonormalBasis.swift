import ALSDense
import ALSPlatform

/// A basis of ℝᵏ in double precision: the eigenvectors of a Gram matrix, by falling eigenvalue.
///
/// Inner products do not change when both vectors are rotated into it, but for what rounding does.
struct OrthonormalBasis: Sendable {
  let order: Int
  /// k × k: row j is the j-th basis vector.
  private let vectors: Buffer<Double>
  /// No less than ‖QQᵀ − I‖: inner products change by no more than this times the norms, before rounding.
  let defect: Double

  /// The eigenvectors of `gram`, both triangles of a k × k matrix; the standard basis where they cannot be found.
  ///
  /// - Complexity: O(k³).
  init(eigenvectorsOf gram: [Double], order k: Int) {
    let work = Buffer<Double>(uninitialized: Double.syevdWorkSizes(order: k).elements)
    let integerWork = Buffer<Int32>(uninitialized: Double.syevdWorkSizes(order: k).integers)
    let (rising, eigenvalues) = (Buffer(gram), Buffer<Double>(repeating: 0, count: k))
    let vectors = Buffer<Double>(repeating: 0, count: k * k)
    let found =
      gram.allSatisfy(\.isFinite)
      && Double.syevd(
        order: k, rising.pointer, eigenvalues: eigenvalues.pointer,
        work: UnsafeMutableBufferPointer(start: work.pointer, count: work.count),
        integerWork: UnsafeMutableBufferPointer(start: integerWork.pointer, count: integerWork.count)) == 0
    for j in 0..<k {
      if found {
        (vectors.pointer + j * k).update(from: rising.pointer + (k - 1 - j) * k, count: k)
      } else {
        vectors.pointer[j * k + j] = 1
      }
    }
    order = k
    self.vectors = vectors
    defect = Self.defect(of: vectors, order: k)
  }

  /// The Frobenius norm of VVᵀ − I, and what rounding may have hidden: k·γ_k.
  private static func defect(of vectors: Buffer<Double>, order k: Int) -> Double {
    let product = Buffer<Double>(repeating: 0, count: k * k)
    Double.gemm(
      transposeA: false, transposeB: true, rows: k, columns: k, inner: k, alpha: 1, vectors.pointer, strideA: k,
      vectors.pointer, strideB: k, beta: 0, product.pointer, strideC: k)
    for j in 0..<k { product.pointer[j * k + j] -= 1 }
    return dot(product.pointer, product.pointer, k * k).squareRoot()
      + 1.01 * Double(k) * Double(k + 2) * Double.ulpOfOne
  }

  /// The coordinates of `count` vectors, the rows of `source`, to the rows of `target`.
  ///
  /// Each is off by no more than √k·γ_k times its vector's norm.
  ///
  /// - Complexity: O(`count`·k²).
  func rotate(_ source: UnsafePointer<Double>, count: Int, to target: UnsafeMutablePointer<Double>) {
    Double.gemm(
      transposeA: false, transposeB: true, rows: count, columns: order, inner: order, alpha: 1, source,
      strideA: order, vectors.pointer, strideB: order, beta: 0, target, strideC: order)
  }
}
