import ALSDense
import ALSSparse

/// How the fixed side is cut, and which rows are long enough to be worth it.
struct Tiling: Sendable {
  /// Fixed rows per tile.
  let tileRows: Int
  let tileCount: Int
  /// Parts of the fixed side that are worked on at once: runs of tiles.
  let sliceCount: Int
  /// The rows that are solved together, ascending.
  let rows: [Int]
  /// Rows with fewer entries are solved one by one.
  let leastEntries: Int

  /// Rows whose share of a tile is smaller spend more on their own vectors than the tile saves.
  private static let leastEntriesPerTile = 16
  /// With fewer tiles than this, the fixed side is as good as in cache and no row is long.
  private static let fewestTiles = 8
  private static let mostSlices = 32
  /// Bytes of partial sums.
  private static let partialBytes = 64 << 20

  init<Element: Scalar>(of problem: RowProblem<Element>, tileBytes: Int) {
    let (matrix, table) = (problem.sweep.rows, problem.table)
    let tileRows = max(1, tileBytes / table.rowBytes)
    let tileCount = (matrix.columnCount + tileRows - 1) / tileRows
    let leastEntries = tileCount < Self.fewestTiles ? Int.max : Self.leastEntriesPerTile * tileCount
    rows = leastEntries == .max ? [] : (0..<matrix.rowCount).filter { matrix.degree(ofRow: $0) >= leastEntries }
    let rowBytes = table.width * MemoryLayout<Element>.stride
    sliceCount = min(tileCount, Self.mostSlices, max(4, Self.partialBytes / (rowBytes * max(rows.count, 1))))
    (self.tileRows, self.tileCount, self.leastEntries) = (tileRows, tileCount, leastEntries)
  }

  /// The tiles of slice `slice`.
  func tiles(ofSlice slice: Int) -> Range<Int> {
    tileCount * slice / sliceCount..<tileCount * (slice + 1) / sliceCount
  }
}
