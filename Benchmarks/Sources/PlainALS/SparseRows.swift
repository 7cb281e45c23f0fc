/// Which columns each row has, one after the other.
public struct SparseRows: Sendable {
  /// Row `r` has the columns `columns[starts[r]..<starts[r + 1]]`.
  public let starts: [Int]
  /// The columns of all rows.
  public let columns: [Int]
  /// How many columns there could be.
  public let columnCount: Int

  /// How many rows there are.
  public var rowCount: Int { starts.count - 1 }

  /// The rows that `columns` lists.
  public init(_ rows: [[Int]], columnCount: Int) {
    starts = rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    columns = Array(rows.joined())
    self.columnCount = columnCount
  }

  private init(starts: [Int], columns: [Int], columnCount: Int) {
    self.starts = starts
    self.columns = columns
    self.columnCount = columnCount
  }

  /// The columns of a row.
  public subscript(row: Int) -> ArraySlice<Int> { columns[starts[row]..<starts[row + 1]] }

  /// Columns as rows.
  public func transposed() -> SparseRows {
    var next = [Int](repeating: 0, count: columnCount + 1)
    for column in columns { next[column + 1] += 1 }
    for column in 0..<columnCount { next[column + 1] += next[column] }
    let starts = next
    var rows = [Int](repeating: 0, count: columns.count)
    for row in 0..<rowCount {
      for column in self[row] {
        rows[next[column]] = row
        next[column] += 1
      }
    }
    return SparseRows(starts: starts, columns: rows, columnCount: rowCount)
  }
}
