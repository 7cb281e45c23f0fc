import ALSPlatform
import Synchronization

/// Gives the pages of a matrix in a large mapped file back, window by window, once all rows of a window are done with.
///
/// Pages would otherwise stay resident, and count as memory of the process, until the system is short of it.
package final class MappedWindows: Sendable {
  /// Rows are reported in chunks of at most this many, aligned to it.
  package static var chunk: Int { 16 }
  /// Entries of a window.
  package static let entries = 32 << 20

  private let matrix: CSRMatrix<Float>
  /// Where each window begins, and the end of the last.
  private let bounds: [Int]
  /// How many rows of each window are not done with.
  private let open: Mutex<[Int]>

  /// `nil` when the matrix does not lie in a large mapped file; tests choose smaller windows.
  package init?(_ matrix: CSRMatrix<Float>, entries: Int = MappedWindows.entries) {
    guard matrix.columns.liesInLargeFile else { return nil }
    self.matrix = matrix
    var bounds = [0]
    while let start = bounds.last, start < matrix.rowCount {
      let goal = matrix.rowStarts.pointer[start] + Int64(entries)
      let end = matrix.rowStarts.elements.partitioningIndex { $0 >= goal }
      let aligned = max(end / Self.chunk, start / Self.chunk + 1) * Self.chunk
      bounds.append(min(aligned, matrix.rowCount))
    }
    self.bounds = bounds
    open = Mutex(zip(bounds, bounds.dropFirst()).map { $1 - $0 })
  }

  /// Nobody will read these rows again for a while; every row is reported once.
  package func finished(_ rows: Range<Int>) {
    let window = bounds.partitioningIndex { $0 > rows.lowerBound } - 1
    let isDone = open.withLock { open in
      open[window] -= rows.count
      return open[window] == 0
    }
    if isDone { matrix.giveBack(rows: bounds[window]..<bounds[window + 1]) }
  }
}

extension CSRMatrix {
  /// Gives back the pages of the rows; see ``Buffer/giveBack(_:)``.
  package func giveBack(rows: Range<Int>) {
    let entries = Int(rowStarts.pointer[rows.lowerBound])..<Int(rowStarts.pointer[rows.upperBound])
    columns.giveBack(entries)
    values?.giveBack(entries)
    weights?.giveBack(entries)
  }
}
