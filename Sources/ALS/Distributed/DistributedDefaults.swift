import ALSPlatform
import ALSSparse

extension DataStatistics {
  /// Those of the data of all ranks, of which `observed` are this one's users, and `entries` what the objective reads of them.
  init(
    of observed: CSRMatrix<Float>, _ entries: CSRMatrix<Float>, users: Int, interactions: Int,
    _ communicator: any Communicator
  ) {
    self.init(
      users: users, items: observed.columnCount, interactions: interactions,
      sums: {
        let own = entries.sums(ofWeights: $0)
        let sums = try communicator.sum([own.sum, own.squareSum])
        return (sums[0], sums[1])
      },
      spread: { RatingSpread(sums: try communicator.sum(entries.ratingSums()), count: interactions) },
      degrees: {
        Sides(
          users: try communicator.joined(DegreeCounts(of: observed)),
          items: try communicator.joined(DegreeCounts(communicator.ownedDegrees(of: observed))))
      })
  }
}

extension Communicator {
  /// The entries of each item over all ranks.
  func itemDegrees(of matrix: CSRMatrix<Float>) throws -> Buffer<Int64> {
    var degrees = [Double](repeating: 0, count: matrix.columnCount)
    for column in matrix.columns.elements { degrees[Int(column)] += 1 }
    return Buffer(try sum(degrees).map { Int64($0) })
  }

  /// The entries of each item of this rank's share, over all ranks.
  fileprivate func ownedDegrees(of matrix: CSRMatrix<Float>) throws -> [Int] {
    var degrees = [Int32](repeating: 0, count: matrix.columnCount)
    for column in matrix.columns.elements { degrees[Int(column)] += 1 }
    let own = share(of: matrix.columnCount, rank: rank).count
    var parts = [Int32](repeating: 0, count: own * count)
    try degrees.withUnsafeBytes { degrees in
      try parts.withUnsafeMutableBytes {
        try exchange(
          degrees, counts: (0..<count).map { share(of: matrix.columnCount, rank: $0).count * 4 }, into: $0,
          counts: [Int](repeating: own * 4, count: count))
      }
    }
    return (0..<own).map { item in (0..<count).reduce(0) { $0 + Int(parts[$1 * own + item]) } }
  }

  /// The counts of all ranks together.
  fileprivate func joined(_ own: DegreeCounts) throws -> DegreeCounts {
    var all = DegreeCounts([])
    for root in 0..<count {
      let pairs = own.counts.flatMap { [$0.key, $0.value] }
      let size = try broadcasted([pairs.count], from: root)[0]
      let received = try broadcasted(rank == root ? pairs : [Int](repeating: 0, count: size), from: root)
      for index in stride(from: 0, to: size, by: 2) { all.add(received[index + 1], rowsOfDegree: received[index]) }
    }
    return all
  }
}
