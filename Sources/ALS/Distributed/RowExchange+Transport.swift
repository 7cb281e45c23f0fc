import ALSDense
import ALSPlatform

extension RowExchange {
  /// Takes a number of each needed row to its owner: what each rank has for the owned rows that it needs.
  func collected(_ numbers: Buffer<Int32>) throws -> [Buffer<Int32>] {
    try communicator.exchanged(
      numbers, counts: (0..<communicator.count).map { localRows(owner: $0).count },
      receiving: (0..<communicator.count).map(wantedCount))
  }

  /// The same, and their sums for each owned row.
  func summed(_ numbers: Buffer<Int32>) throws -> (parts: [Buffer<Int32>], sums: Buffer<Int64>) {
    let parts = try collected(numbers)
    let sums = Buffer<Int64>(repeating: 0, count: owned.count)
    for (rank, part) in parts.enumerated() {
      for (position, count) in part.elements.enumerated() {
        sums.pointer[row(at: position, rank: rank)] += Int64(count)
      }
    }
    return (parts, sums)
  }

  /// Brings a number of each row from its owner to those who need it.
  func distributed(_ owned: Buffer<Double>) throws -> Buffer<Double> {
    let needed = Matrix<Double>(zeros: localCount, 1)
    try distribute(Matrix(rowCount: owned.count, columnCount: 1, buffer: owned), to: needed)
    return needed.buffer
  }

  /// Brings the rows that ranks own to those who need them, block by block.
  func distribute<Element: Scalar>(_ owned: Matrix<Element>, to needed: Matrix<Element>) throws {
    let (order, stride) = (owned.columnCount, owned.columnCount * MemoryLayout<Element>.stride)
    for block in 0..<blockCount {
      let theirs = (0..<communicator.count).map { positions(ofBlock: block, rank: $0) }
      let mine = (0..<communicator.count).map { localRows(ofBlock: block, owner: $0) }
      let outgoing = Buffer<Element>(uninitialized: theirs.reduce(0) { $0 + $1.count } * order)
      let incoming = Buffer<Element>(uninitialized: mine.reduce(0) { $0 + $1.count } * order)
      var next = outgoing.pointer
      for (rank, positions) in theirs.enumerated() {
        for position in positions {
          next.update(from: owned.row(row(at: position, rank: rank)), count: order)
          next += order
        }
      }
      try communicator.exchange(
        outgoing.bytes, counts: theirs.map { $0.count * stride },
        into: UnsafeMutableRawBufferPointer(
          start: incoming.pointer, count: incoming.count * MemoryLayout<Element>.stride),
        counts: mine.map { $0.count * stride })
      withExtendedLifetime(outgoing) {}
      for (position, row) in mine.joined().enumerated() {
        needed.row(row).update(from: incoming.pointer + position * order, count: order)
      }
    }
  }
}
