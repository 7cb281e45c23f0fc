import ALSDense
import ALSPlatform
import ALSSparse

/// How the fixed side is cut, and which rows are long enough to be worth it.
struct Tiling: Sendable {
  let tileCount: Int
  /// Parts of the fixed side that are worked on at once: runs of tiles.
  let sliceCount: Int
  /// The rows with so many entries that tiles pay, ascending, in groups that are solved together.
  let groups: [ArraySlice<Int>]
  /// Rows with fewer entries are solved one by one.
  let leastEntries: Int
  /// The column of the matrix at which each tile begins, and at last their number.
  private let firstColumns: [Int]

  /// Rows whose share of a tile is smaller spend more on their own vectors than the tile saves.
  private static let leastEntriesPerTile = 64
  /// With fewer tiles than this, about 32 MB of them, the fixed side is as good as in a third-level cache, from where it
  /// is gathered as quickly.
  private static let fewestTiles = 64
  /// Slices are a part of how sums are ordered, so their number depends on the fixed side alone.
  private static let mostSlices = 32
  /// Bytes of partial sums.
  private static let partialBytes = 64 << 20

  /// The fewest entries of a row that is worth it; `nil` when none is.
  static func leastEntries(tileCount: Int) -> Int? {
    tileCount < fewestTiles ? nil : leastEntriesPerTile * tileCount
  }

  static func sliceCount(tileCount: Int) -> Int { min(tileCount, mostSlices) }

  /// The rows of a group, whose sums take `rowBytes` each.
  static func groupSize(tileCount: Int, rowBytes: Int) -> Int {
    max(1, partialBytes / (rowBytes * max(sliceCount(tileCount: tileCount), 1)))
  }

  init<Element: Scalar>(of problem: GradientSweep<Element>, tileBytes: Int) {
    let (matrix, table, fixed) = (problem.sweep.rows, problem.table, problem.sweep.fixed)
    let tileRows = max(1, tileBytes / table.rowBytes)
    // Tiles of the whole side, so that they are the same where only a part of it is at hand.
    let tileCount = (fixed.count + tileRows - 1) / tileRows
    let leastEntries = Self.leastEntries(tileCount: tileCount) ?? .max
    let rows = leastEntries == .max ? [] : (0..<matrix.rowCount).filter { matrix.degree(ofRow: $0) >= leastEntries }
    let size = Self.groupSize(tileCount: tileCount, rowBytes: table.width * MemoryLayout<Element>.stride)
    groups = stride(from: 0, to: rows.count, by: size).map { rows[$0..<min($0 + size, rows.count)] }
    sliceCount = Self.sliceCount(tileCount: tileCount)
    (self.tileCount, self.leastEntries) = (tileCount, leastEntries)
    firstColumns =
      rows.isEmpty
      ? []
      : (0...tileCount).map { tile in
        guard let positions = fixed.positions else { return min(tile * tileRows, matrix.columnCount) }
        return (0..<positions.count).partitioningIndex { Int(positions.pointer[$0]) >= tile * tileRows }
      }
  }

  /// Where each tile's entries begin in each of `rows`: the rows' positions for the first tile, for the second, and so
  /// on, and at last the rows' ends.
  func starts(of rows: ArraySlice<Int>, in matrix: CSRMatrix<Float>, threads: Int) -> Buffer<Int> {
    let starts = Buffer<Int>(uninitialized: (tileCount + 1) * rows.count)
    parallelForEachChunk(of: rows.count, size: 16, workers: threads) { positions, _ in
      for position in positions {
        let entries = matrix.entries(ofRow: rows[rows.startIndex + position])
        var start = entries.lowerBound
        for tile in 0..<tileCount {
          starts.pointer[tile * rows.count + position] = start
          start = matrix.position(ofColumn: firstColumns[tile + 1], in: start..<entries.upperBound)
        }
        starts.pointer[tileCount * rows.count + position] = entries.upperBound
      }
    }
    return starts
  }

  /// The tiles of slice `slice`.
  func tiles(ofSlice slice: Int) -> Range<Int> {
    tileCount * slice / sliceCount..<tileCount * (slice + 1) / sliceCount
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
