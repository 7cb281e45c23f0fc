/// How the entries of a heavy row, which all workers share, are cut: into segments that depend on their number alone.
struct RowSegments {
  /// The entries of a segment, but for the last.
  let length: Int
  let count: Int

  /// Rows with more entries than this are heavy.
  static let heavy = 4 * least
  private static let least = 8192

  init(entryCount: Int) {
    // Never more than 64 partial sums.
    length = max(Self.least, (entryCount + 63) / 64)
    count = (entryCount + length - 1) / length
  }
}

extension HalfSweep {
  /// The rows with so many entries that all workers share them.
  var heavyRows: [Int] {
    (0..<rows.rowCount).filter { rows.degree(ofRow: $0) > RowSegments.heavy && entryCount(ofRow: $0) > 0 }
  }

  /// Whether a row has entries, and is for one worker alone.
  func isLight(_ row: Int) -> Bool { entryCount(ofRow: row) > 0 && rows.degree(ofRow: row) <= RowSegments.heavy }
}
