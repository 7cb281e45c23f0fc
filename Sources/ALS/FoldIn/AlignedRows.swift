import ALSPlatform
import ALSSparse

/// Interactions by row, with their columns in a model's order; rows stay as they are.
struct AlignedRows: Sendable {
  let matrix: CSRMatrix<Float>
  /// Entries whose column the model does not know; they are not in the matrix.
  let unknownCount: Int

  /// - Complexity: O(1) for the identifiers that the model was trained on, otherwise O(entries log n) for n of a row,
  ///   and one look-up per column.
  init(_ source: CSRMatrix<Float>, columns: Identifiers, with names: Identifiers) {
    if columns == names {
      (matrix, unknownCount) = (source, 0)
      return
    }
    let positions = columns.map { names.index(of: $0).map(Int32.init) }
    let starts = Buffer<Int64>(uninitialized: source.rowCount + 1)
    var (kept, values, weights): ([Int32], [Float], [Float]) = ([], [], [])
    for row in 0..<source.rowCount {
      starts.pointer[row] = Int64(kept.count)
      var entries: [(column: Int32, place: Int)] = []
      for entry in source.entries(ofRow: row) {
        if let column = positions[Int(source.columns.pointer[entry])] {
          entries.append((column, entry))
        }
      }
      entries.sort { $0.column < $1.column }
      kept += entries.map(\.column)
      if let all = source.values { values += entries.map { all.pointer[$0.place] } }
      if let all = source.weights { weights += entries.map { all.pointer[$0.place] } }
    }
    starts.pointer[source.rowCount] = Int64(kept.count)
    unknownCount = source.entryCount - kept.count
    matrix = CSRMatrix(
      rowCount: source.rowCount, columnCount: names.count, rowStarts: starts, columns: Buffer(kept),
      values: source.values.map { _ in Buffer(values) }, weights: source.weights.map { _ in Buffer(weights) })
  }
}
