package import ALSPlatform

/// A sparse matrix in compressed-sparse-row form.
///
/// Row r holds the entries `rowStarts[r]..<rowStarts[r + 1]` of `columns` and `values`:
///
///     4 × 5            rowStarts   0 2 2 5 6
///     . 7 . 8 .        columns     1 3 | | 0 2 4 | 3
///     . . . . .        values      7 8 | | 1 2 3 | 9
///     1 . 2 . 3
///     . . . 9 .
///
/// Starts are 64-bit, so any number of entries fits; columns are 32-bit. A matrix whose values are all one stores none, and
/// neither does one whose weights are: how much each entry counts, above 0.
/// Columns rise within a row, without repeats, except where a grouping step says otherwise.
package struct CSRMatrix<Value: BitwiseCopyable & Sendable>: Sendable {
  package let rowCount: Int
  package let columnCount: Int
  package let rowStarts: Buffer<Int64>
  package let columns: Buffer<Int32>
  package let values: Buffer<Value>?
  package let weights: Buffer<Float>?

  /// The parts as they are; see ``checkInvariants()``.
  package init(
    rowCount: Int, columnCount: Int, rowStarts: Buffer<Int64>, columns: Buffer<Int32>, values: Buffer<Value>?,
    weights: Buffer<Float>? = nil
  ) {
    precondition(rowStarts.count == rowCount + 1, "\(rowStarts.count) row starts for \(rowCount) rows")
    precondition(values.map { $0.count == columns.count } ?? true, "values and columns differ in number")
    precondition(weights.map { $0.count == columns.count } ?? true, "weights and columns differ in number")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowStarts = rowStarts
    self.columns = columns
    self.values = values
    self.weights = weights
  }

  @inlinable
  package var entryCount: Int { columns.count }

  /// Where row `row` lies in `columns` and `values`.
  @inlinable
  package func entries(ofRow row: Int) -> Range<Int> {
    Int(rowStarts.pointer[row])..<Int(rowStarts.pointer[row + 1])
  }

  /// The columns of row `row`.
  package func columns(ofRow row: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: columns.elements[entries(ofRow: row)])
  }

  /// The number of entries of row `row`.
  @inlinable
  package func degree(ofRow row: Int) -> Int { entries(ofRow: row).count }

  /// Where the entry of row `row` in `column` lies; `nil` when there is none.
  ///
  /// - Complexity: O(log n) for n entries of the row.
  package func entry(ofRow row: Int, column: Int32) -> Int? {
    let entries = entries(ofRow: row)
    let entry = columns.elements[entries].partitioningIndex { $0 >= column }
    return entry < entries.upperBound && columns.pointer[entry] == column ? entry : nil
  }

  /// The row that the entry at `position` belongs to.
  ///
  /// - Complexity: O(log rows).
  package func row(ofEntry position: Int) -> Int {
    rowStarts.elements.partitioningIndex { $0 > Int64(position) } - 1
  }
}
