import ALSPlatform
import ALSSparse

/// How the items are spread; tests choose small blocks, and either way.
package struct ShardLayout: Sendable {
  /// Bytes of a block of items on its way.
  package var blockBytes: Int
  /// Whether a rank holds only the items that its users have; chosen by what it saves when `nil`.
  package var holdsNeededItemsOnly: Bool?

  /// Blocks that are under way or computed at a time; a small table has no more of them.
  package static let blocksAtOnce = 6

  /// Rows of an owner below which a message costs more than what overlaps.
  private static let leastBlockRows = 64

  package init(blockBytes: Int = 8 << 20, holdsNeededItemsOnly: Bool? = nil) {
    (self.blockBytes, self.holdsNeededItemsOnly) = (blockBytes, holdsNeededItemsOnly)
  }

  /// Rows of each owner that travel together, where a rank has `rows` of them on average, of `rowBytes` each.
  package func blockRows(of rows: Int, rowBytes: Int, ranks: Int) -> Int {
    let part = (rows + Self.blocksAtOnce - 1) / Self.blocksAtOnce
    return max(1, min(blockBytes / (ranks * rowBytes), max(part, Self.leastBlockRows)))
  }
}

extension ShardedProblem {
  /// The rank's matrix in both orientations, with the needed items for columns, and how items travel.
  func divided(
    over communicator: any Communicator, layout: ShardLayout, elementBytes: Int, threads: Int
  ) throws -> (byUser: CSRMatrix<Float>, byItem: CSRMatrix<Float>, exchange: ItemExchange) {
    let itemCount = shard.itemCount
    let byItem = byUser.transposed(threads: threads)
    let needed = (0..<itemCount).filter { byItem.degree(ofRow: $0) > 0 }
    let mean = Double(try communicator.sum(needed.count)) / Double(communicator.count)
    let owned = (itemCount + communicator.count - 1) / communicator.count
    let blockRows = layout.blockRows(of: owned, rowBytes: width * elementBytes, ranks: communicator.count)
    func exchange(_ items: Buffer<Int32>?, _ matrix: CSRMatrix<Float>) throws -> ItemExchange {
      try ItemExchange(
        communicator, itemCount: itemCount, needing: items,
        degrees: Buffer((0..<matrix.rowCount).map { Int32(matrix.degree(ofRow: $0)) }), blockRows: blockRows)
    }
    guard layout.holdsNeededItemsOnly ?? ScalingModel.holdsNeededItemsOnly(mean, of: Double(itemCount)) else {
      return (byUser, byItem, try exchange(nil, byItem))
    }
    let positions = Buffer<Int32>(repeating: -1, count: itemCount)
    for (position, item) in needed.enumerated() { positions.pointer[item] = Int32(position) }
    let columns = Buffer<Int32>(uninitialized: byUser.entryCount)
    for entry in 0..<byUser.entryCount {
      columns.pointer[entry] = positions.pointer[Int(byUser.columns.pointer[entry])]
    }
    let renumbered = CSRMatrix(
      rowCount: byUser.rowCount, columnCount: needed.count, rowStarts: byUser.rowStarts, columns: columns,
      values: byUser.values)
    let starts = Buffer(needed.map { byItem.rowStarts.pointer[$0] } + [Int64(byItem.entryCount)])
    let dense = CSRMatrix(
      rowCount: needed.count, columnCount: byItem.columnCount, rowStarts: starts, columns: byItem.columns,
      values: byItem.values)
    return (renumbered, dense, try exchange(Buffer(needed.map { Int32($0) }), dense))
  }
}
