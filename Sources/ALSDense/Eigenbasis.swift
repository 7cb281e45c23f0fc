package import ALSPlatform
import CALSKernels

/// The eigenvalues and eigenvectors of a Gram matrix, the largest first.
package struct Eigenbasis: Sendable {
  /// k values, falling; what rounding left below zero is zero.
  package let values: [Double]
  /// k × k: row j is the eigenvector of value j.
  package let vectors: Buffer<Double>

  /// What another process has computed.
  package init(values: [Double], vectors: Buffer<Double>) {
    precondition(vectors.count == values.count * values.count)
    (self.values, self.vectors) = (values, vectors)
  }

  /// Decomposes G = QΛQᵀ with LAPACK's `?syevd`, or returns `nil` when G is not finite or the iteration fails.
  ///
  /// - Complexity: O(k³).
  package init?(of gram: [Double], order k: Int) {
    guard gram.allSatisfy(\.isFinite) else { return nil }
    let matrix = Buffer(gram)
    let ascending = Buffer<Double>(uninitialized: k)
    let sizes = Double.syevdWorkSizes(order: k)
    let work = Buffer<Double>(uninitialized: sizes.elements)
    let integers = Buffer<Int32>(uninitialized: sizes.integers)
    let info = Double.syevd(
      order: k, matrix.pointer, eigenvalues: ascending.pointer,
      work: UnsafeMutableBufferPointer(start: work.pointer, count: work.count),
      integerWork: UnsafeMutableBufferPointer(start: integers.pointer, count: integers.count))
    guard info == 0 else { return nil }
    values = ascending.elements.reversed().map { max($0, 0) }
    vectors = Buffer(uninitialized: k * k)
    for j in 0..<k {
      (vectors.pointer + j * k).initialize(from: matrix.pointer + (k - 1 - j) * k, count: k)
    }
  }

  /// The x of least norm that solves Gx = b, over the eigenvalues above `leastShare` of the largest.
  ///
  /// - Complexity: O(k²).
  package func leastNormSolution(_ b: UnsafePointer<Double>, leastShare: Double) -> [Double] {
    let k = values.count
    let cutOff = leastShare * (values.first ?? 0)
    var solution = [Double](repeating: 0, count: k)
    for (j, value) in values.enumerated() where value > cutOff {
      let vector = vectors.pointer + j * k
      let coordinate = dot(vector, b, k) / value
      for i in 0..<k { solution[i] += coordinate * vector[i] }
    }
    return solution
  }

  /// Writes the first k coordinates of every row of `table` in this basis, in place: V ← VQ.
  ///
  /// A row's new bits depend on the row alone, not on the table around it or the thread count.
  ///
  /// - Complexity: O(n·k²) for n rows.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func rotate<Element: Scalar>(
    _ table: Matrix<Element>, threads: Int, instructions: InstructionSet = .best
  ) {
    let (k, stride) = (values.count, table.columnCount)
    let width = GatherTable<Element>.width(for: k)
    let rotationStride = GatherTable<Element>.unevenStride(for: width)
    let rotation = Buffer<Element>(repeating: 0, count: k * rotationStride)
    for i in 0..<k {
      for j in 0..<k { rotation.pointer[i * rotationStride + j] = Element(vectors.pointer[j * k + i]) }
    }
    let blockSize = 256
    let blocks = Buffer<Element>(uninitialized: threads * blockSize * width)
    parallelForEachChunk(of: table.rowCount, size: blockSize, workers: threads) { rows, worker in
      let (source, block) = (table.row(rows.lowerBound), blocks.pointer + worker * blockSize * width)
      Element.product(
        of: source, count: rows.count, stride: stride, inner: k, with: rotation.pointer, matrixStride: rotationStride,
        into: block, width: width, instructions: instructions)
      for row in 0..<rows.count { (source + row * stride).update(from: block + row * width, count: k) }
    }
    withExtendedLifetime((rotation, blocks)) {}
  }
}
