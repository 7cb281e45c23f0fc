import ALSPlatform

/// The Gram matrix VᵀV (k × k, both triangles) of a table with few columns and any number of rows, or of the first
/// `columns` of its columns.
///
/// Blocks of rows are multiplied by SYRK in parallel, in the table's own precision; their results are added in double
/// precision in the order of the blocks. The block size depends on nothing but the shape, so the result has the same
/// bits for every thread count.
///
/// - Complexity: O(n·k²) for n rows, and k² numbers of scratch per block.
@_specialize(where Element == Float)
@_specialize(where Element == Double)
package func gram<Element: Scalar>(
  of table: Matrix<Element>, columns: Int? = nil, threads: Int
) -> [Double] {
  let k = columns ?? table.columnCount
  return blockwiseGram(of: table, columns: k, threads: threads) { rows, product in
    Element.syrk(
      rows: rows.count, columns: k, alpha: 1, table.row(rows.lowerBound), stride: table.columnCount,
      beta: 0, product)
  }
}

/// The Gram matrix with every product and sum in double precision; see ``gram(of:columns:threads:)``.
@_specialize(where Element == Float)
@_specialize(where Element == Double)
package func preciseGram<Element: Scalar>(of table: Matrix<Element>, threads: Int) -> [Double] {
  if let table = table as? Matrix<Double> { return gram(of: table, threads: threads) }
  let k = table.columnCount
  return blockwiseGram(of: table, columns: k, threads: threads) {
    (rows: Range<Int>, product: UnsafeMutablePointer<Double>) in
    let block = Buffer<Double>(uninitialized: rows.count * k)
    let source = table.row(rows.lowerBound)
    for i in 0..<block.count { block.pointer[i] = Double(source[i]) }
    Double.syrk(rows: rows.count, columns: k, alpha: 1, block.pointer, stride: k, beta: 0, product)
  }
}

private func blockwiseGram<Element: Scalar, Product: Scalar>(
  of table: Matrix<Element>, columns k: Int, threads: Int,
  _ multiply: @Sendable (Range<Int>, UnsafeMutablePointer<Product>) -> Void
) -> [Double] {
  // At most 256 partial results, each over at least 512 rows.
  let blockSize = max(512, (table.rowCount + 255) / 256)
  let blockCount = (table.rowCount + blockSize - 1) / blockSize
  let partial = Buffer<Product>(repeating: 0, count: blockCount * k * k)
  parallelForEachChunk(of: table.rowCount, size: blockSize, workers: threads) { rows, _ in
    multiply(rows, partial.pointer + rows.lowerBound / blockSize * k * k)
  }
  var sum = [Double](repeating: 0, count: k * k)
  for block in 0..<blockCount {
    let part = partial.pointer + block * k * k
    for i in 0..<k {
      for j in i..<k { sum[i * k + j] += Double(part[i * k + j]) }
    }
  }
  for i in 0..<k {
    for j in 0..<i { sum[i * k + j] = sum[j * k + i] }
  }
  return sum
}
