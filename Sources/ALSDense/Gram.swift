import ALSPlatform

/// The Gram matrix VᵀV (k × k, both triangles) of a table with few columns and any number of rows, or of the first
/// `columns` of its columns.
///
/// Blocks of rows are multiplied by SYRK in parallel, in the table's own precision; their results are added in double
/// precision in the order of the blocks. The block size depends on nothing but the shape, so the result has the same
/// bits for every thread count.
///
/// - Complexity: O(n·k²) for n rows, with scratch for as many blocks as there are threads, or 16 MB of them.
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
  // A new room for all of them would have to be cleared first, which takes longer than to add them up in between.
  let atOnce = min(max(blockCount, 1), max(threads, partialBytes / max(k * k * MemoryLayout<Product>.stride, 1)))
  let partial = Buffer<Product>(uninitialized: atOnce * k * k)
  let sum = Buffer<Double>(repeating: 0, count: k * k)
  for first in stride(from: 0, to: blockCount, by: atOnce) {
    let blocks = first..<min(first + atOnce, blockCount)
    parallelForEachChunk(of: blocks.count, size: 1, workers: threads) { positions, _ in
      for position in positions {
        let start = (first + position) * blockSize
        multiply(start..<min(start + blockSize, table.rowCount), partial.pointer + position * k * k)
      }
    }
    parallelForEachChunk(of: k, size: 64, workers: threads) { rows, _ in
      for position in 0..<blocks.count {
        let part = partial.pointer + position * k * k
        for i in rows {
          for j in i..<k { sum.pointer[i * k + j] += Double(part[i * k + j]) }
        }
      }
    }
  }
  for i in 0..<k {
    for j in 0..<i { sum.pointer[i * k + j] = sum.pointer[j * k + i] }
  }
  return Array(sum.elements)
}

/// The bytes of partial results that are kept at a time.
private let partialBytes = 16 << 20
