package import ALSPlatform

/// A dense row-major matrix without padding between rows.
///
/// A value in name, a shared buffer in fact: written by its maker, then only read (see ``Buffer``).
package struct Matrix<Element: Scalar>: Sendable {
  package let rowCount: Int
  package let columnCount: Int
  package let buffer: Buffer<Element>

  package init(rowCount: Int, columnCount: Int, buffer: Buffer<Element>) {
    precondition(
      buffer.count == rowCount * columnCount, "\(buffer.count) elements for \(rowCount) × \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.buffer = buffer
  }

  /// A matrix of zeros.
  package init(zeros rowCount: Int, _ columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount, buffer: Buffer(repeating: 0, count: rowCount * columnCount))
  }

  /// A matrix of its own with the same elements.
  package init(copying other: Matrix) {
    self.init(rowCount: other.rowCount, columnCount: other.columnCount, buffer: Buffer(copying: other.buffer))
  }

  /// The same with every row times what `factor` says of it.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func scalingRows(by factor: (Int) -> Double) -> Matrix {
    let copy = Matrix(copying: self)
    for row in 0..<rowCount {
      let (target, factor) = (copy.row(row), factor(row))
      for column in 0..<columnCount { target[column] = Element(Double(target[column]) * factor) }
    }
    return copy
  }

  /// The start of row `index`.
  @inlinable
  package func row(_ index: Int) -> UnsafeMutablePointer<Element> { buffer.pointer + index * columnCount }

  package subscript(row: Int, column: Int) -> Element {
    precondition(column >= 0 && column < columnCount, "column \(column) is outside 0..<\(columnCount)")
    return buffer[row * columnCount + column]
  }
}
