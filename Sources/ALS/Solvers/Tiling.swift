import ALSDense
import ALSPlatform
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
  /// Where each tile's entries begin in each row: the rows' positions for the first tile, for the second, and so on.
  private let starts: Buffer<Int>

  /// Rows whose share of a tile is smaller spend more on their own vectors than the tile saves.
  private static let leastEntriesPerTile = 64
  /// With fewer tiles than this, about 32 MB of them, the fixed side is as good as in a third-level cache, from where it
  /// is gathered as quickly.
  private static let fewestTiles = 64
  private static let mostSlices = 32
  /// Bytes of partial sums.
  private static let partialBytes = 64 << 20

  /// The fewest entries of a row that is worth it; `nil` when none is.
  static func leastEntries(tileCount: Int) -> Int? {
    tileCount < fewestTiles ? nil : leastEntriesPerTile * tileCount
  }

  /// The number of slices for so many rows whose sums take `rowBytes`.
  static func sliceCount(tileCount: Int, rows: Int, rowBytes: Int) -> Int {
    min(tileCount, mostSlices, max(4, partialBytes / (rowBytes * max(rows, 1))))
  }

  init<Element: Scalar>(of problem: RowProblem<Element>, tileBytes: Int) {
    let (matrix, table) = (problem.sweep.rows, problem.table)
    let tileRows = max(1, tileBytes / table.rowBytes)
    let tileCount = (matrix.columnCount + tileRows - 1) / tileRows
    let leastEntries = Self.leastEntries(tileCount: tileCount) ?? .max
    rows = leastEntries == .max ? [] : (0..<matrix.rowCount).filter { matrix.degree(ofRow: $0) >= leastEntries }
    let rowBytes = table.width * MemoryLayout<Element>.stride
    sliceCount = Self.sliceCount(tileCount: tileCount, rows: rows.count, rowBytes: rowBytes)
    (self.tileRows, self.tileCount, self.leastEntries) = (tileRows, tileCount, leastEntries)
    starts = Buffer(uninitialized: (tileCount + 1) * rows.count)
    let (rows, starts) = (rows, starts)
    parallelForEachChunk(of: rows.count, size: 16, workers: problem.sweep.threads) { positions, _ in
      for position in positions {
        let entries = matrix.entries(ofRow: rows[position])
        var start = entries.lowerBound
        for tile in 0..<tileCount {
          starts.pointer[tile * rows.count + position] = start
          start = matrix.position(ofColumn: (tile + 1) * tileRows, in: start..<entries.upperBound)
        }
        starts.pointer[tileCount * rows.count + position] = entries.upperBound
      }
    }
  }

  /// The tiles of slice `slice`.
  func tiles(ofSlice slice: Int) -> Range<Int> {
    tileCount * slice / sliceCount..<tileCount * (slice + 1) / sliceCount
  }

  /// The entries of tile `tile` of the row at `position` of ``rows``.
  func entries(ofTile tile: Int, at position: Int) -> Range<Int> {
    let start = starts.pointer + tile * rows.count + position
    return Range(uncheckedBounds: (start[0], start[rows.count]))
  }
}

extension CSRMatrix {
  /// The first entry in `entries` whose column is not below `column`, found by steps that double.
  fileprivate func position(ofColumn column: Int, in entries: Range<Int>) -> Int {
    let columns = columns.pointer
    var (low, high, step) = (entries.lowerBound, entries.lowerBound, 16)
    while high < entries.upperBound, Int(columns[high]) < column {
      low = high + 1
      high += step
      step *= 2
    }
    high = min(high, entries.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if Int(columns[middle]) < column { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
