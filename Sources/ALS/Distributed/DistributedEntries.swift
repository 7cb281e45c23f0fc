import ALSPlatform
import ALSSparse

/// How the items are spread; tests choose small blocks, and either way.
package struct DistributedLayout: Sendable {
  /// Bytes of a block of rows on its way.
  package var blockBytes: Int
  /// Whether a rank holds only the items that its users have; chosen by what it saves when `nil`.
  package var holdsNeededItemsOnly: Bool?

  /// Blocks that are under way or computed at a time; a small table has no more of them.
  package static let blocksAtOnce = 6

  /// Rows of an owner below which a message costs more than what overlaps.
  private static let leastBlockRows = 64

  package init(blockBytes: Int = 8 << 20, holdsNeededItemsOnly: Bool? = nil) {
    self.blockBytes = blockBytes
    self.holdsNeededItemsOnly = holdsNeededItemsOnly
  }

  /// Rows of each owner that travel together, where a rank has `rows` of them on average, of `rowBytes` each.
  package func blockRows(of rows: Int, rowBytes: Int, ranks: Int) -> Int {
    let part = (rows + Self.blocksAtOnce - 1) / Self.blocksAtOnce
    return max(1, min(blockBytes / (ranks * rowBytes), max(part, Self.leastBlockRows)))
  }
}

/// What one rank has of the interactions, and how rows come to it from others.
struct DistributedEntries {
  /// What the items' half of an iteration reads.
  enum ItemHalf {
    /// What this rank's users have of the items that it needs: sums travel, users do not.
    case sums(CSRMatrix<Float>)
    /// Everything of the items that this rank owns, over the users who have them, and how those come here.
    case rows(CSRMatrix<Float>, users: RowExchange)
  }

  /// users of this rank × needed items.
  let byUser: CSRMatrix<Float>
  let itemHalf: ItemHalf
  let items: RowExchange
  /// n of each owned item over all ranks.
  let degrees: Buffer<Int64>
  /// n of this rank's users and of the owned items, where that is not the number of their entries.
  let counts: Sides<Buffer<Int32>?>
  /// What is known of densities, where these are not 1.
  let densities: Densities?

  /// What follows from how many entries rows have over all ranks.
  struct Densities {
    /// √a of each user and owned item, of each needed item, and of each user whose factors come here.
    let users, owned, items, met: Buffer<Double>?
    /// The entries of each needed item.
    let itemDegrees: Buffer<Double>
  }

  /// Agrees with the other ranks, which call the same.
  init(
    of problem: DistributedProblem, over communicator: any Communicator, layout: DistributedLayout, elementBytes: Int,
    threads: Int
  ) throws {
    let (itemCount, rowBytes) = (problem.shard.itemCount, problem.width * elementBytes)
    var (byUser, byItem) = (problem.byUser, problem.byUser.transposed(threads: threads))
    let owners = try communicator.itemOwners(problem, byItem)
    let needed = (0..<itemCount).filter { byItem.degree(ofRow: $0) > 0 }
    let mean = Double(try communicator.sum(needed.count)) / Double(communicator.count)
    let isPart = layout.holdsNeededItemsOnly ?? ScalingModel.holdsNeededItemsOnly(mean, of: Double(itemCount))
    if isPart { (byUser, byItem) = (byUser.selecting(columns: needed), byItem.selecting(rows: needed)) }
    let items = try RowExchange(
      communicator, owners: owners, needing: isPart ? Buffer(needed.map(Int32.init)) : nil,
      blockRows: layout.blockRows(
        of: (itemCount + communicator.count - 1) / communicator.count, rowBytes: rowBytes, ranks: communicator.count))
    let (parts, entryCounts) = try items.summed(
      Buffer((0..<byItem.rowCount).map { Int32(byItem.degree(ofRow: $0)) }))
    let likedCounts = try problem.objective.likedCounts(of: byItem).map { try items.summed($0).sums }
    let degrees = likedCounts ?? entryCounts
    (self.byUser, self.degrees, self.items) = (byUser, degrees, items)
    let userCounts = problem.objective.likedCounts(of: byUser)
    counts = Sides(
      users: userCounts,
      items: likedCounts.map { Buffer($0.elements.map { Int32($0) }) })
    switch problem.configuration.solver.traffic {
    case .sums: itemHalf = .sums(byItem)
    case .wholeRows:
      let users = try communicator.gathered(problem.shard.users)
      let (rows, needed) = try items.wholeRows(from: byItem, parts: parts, degrees: entryCounts, users: users)
      let most = users.map(\.count).max() ?? 0
      itemHalf = .rows(
        rows,
        users: try RowExchange(
          communicator, owners: users, needing: needed,
          blockRows: layout.blockRows(of: most, rowBytes: rowBytes, ranks: communicator.count)))
    }
    densities =
      problem.objective.densityScope == nil
      ? nil : try Densities(problem, byUser, counts.users, itemHalf, items, owned: degrees)
  }
}

extension DistributedEntries.Densities {
  fileprivate init(
    _ problem: DistributedProblem, _ byUser: CSRMatrix<Float>, _ counts: Buffer<Int32>?,
    _ itemHalf: DistributedEntries.ItemHalf,
    _ exchange: RowExchange, owned: Buffer<Int64>
  ) throws {
    func roots(_ side: Side, _ degrees: Buffer<Double>) -> Buffer<Double>? {
      problem.objective.rootDensities(
        of: side, rowCount: degrees.count,
        fixedCount: side == .users ? problem.shard.itemCount : problem.shard.userCount
      ) { Int(degrees.pointer[$0]) }
    }
    let ownedDegrees = Buffer(owned.elements.map { Double($0) })
    let userDegrees = Buffer((0..<byUser.rowCount).map { Double(byUser.entryCount(ofRow: $0, counts)) })
    itemDegrees = try exchange.distributed(ownedDegrees)
    (users, self.owned, items) = (roots(.users, userDegrees), roots(.items, ownedDegrees), roots(.items, itemDegrees))
    met =
      if case .rows(_, let exchange) = itemHalf { roots(.users, try exchange.distributed(userDegrees)) } else { nil }
  }
}

extension DistributedEntries {
  /// Throws, in every rank, when the regularization of some row is beyond the arithmetic.
  ///
  /// - Complexity: O(users + items) over all ranks.
  func requireRegularizationInRange(_ problem: DistributedProblem) throws {
    let (shard, degrees) = (problem.shard, degrees)
    for (side, rows, degree, fixedCount, name) in [
      (
        .users, shard.users, { byUser.entryCount(ofRow: $0, counts.users) }, shard.itemCount,
        { "user \(shard.nameOfUser($0))" }
      ),
      (.items, items.owned, { Int(degrees.pointer[$0]) }, shard.userCount, { "item \(shard.nameOfItem($0))" }),
    ] as [(Side, Range<Int>, (Int) -> Int, Int, (Int) -> String)] {
      let row = (0..<rows.count).max { degree($0) < degree($1) }
      let counts = try items.communicator.gathered(row.map(degree) ?? -1)
      let firsts = try items.communicator.gathered(rows.lowerBound + (row ?? 0))
      guard let rank = counts.indices.max(by: { counts[$0] < counts[$1] }) else { continue }
      try problem.objective.requireRegularizationInRange(
        side, of: name(firsts[rank]), entryCount: counts[rank], fixedCount: fixedCount, problem.configuration.precision)
    }
  }
}

extension Communicator {
  /// The items that each rank owns: as many where all ranks work on each of them, and about as much work where owners
  /// solve them alone.
  fileprivate func itemOwners(_ problem: DistributedProblem, _ byItem: CSRMatrix<Float>) throws -> [Range<Int>] {
    guard problem.configuration.solver.traffic == .wholeRows else {
      return (0..<count).map { share(of: byItem.rowCount, rank: $0) }
    }
    let degrees = try sum((0..<byItem.rowCount).map { Double(byItem.degree(ofRow: $0)) })
    return itemShares(ofDegrees: degrees.map { Int($0) }, width: problem.width, ranks: count)
  }
}

/// Consecutive items for each rank that take about as long to solve exactly: an entry adds k²/2 products to a system, and
/// solving it takes k³/6.
package func itemShares(ofDegrees degrees: [Int], width: Int, ranks: Int) -> [Range<Int>] {
  let starts = Buffer<Int64>(uninitialized: degrees.count + 1)
  starts.pointer[0] = 0
  for (item, degree) in degrees.enumerated() {
    starts.pointer[item + 1] = starts.pointer[item] + Int64(degree == 0 ? 0 : 3 * degree + width)
  }
  return (0..<ranks).map { balancedShare(ofRank: $0, of: ranks, starts: starts.elements) }
}
