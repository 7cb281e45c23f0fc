import ALSPlatform
import ALSSparse

/// Which items each rank owns, which it needs, and how rows travel between owners and those who need them.
///
/// A rank owns consecutive items, and needs those that its users have (or all of them; see ``ExchangeCost``). Rows
/// travel in blocks, each with some rows of every owner, so that one block is under way while another is computed.
struct ItemExchange: Sendable {
  let communicator: any Communicator
  let itemCount: Int
  /// The items that this rank owns.
  let owned: Range<Int>
  /// The items that this rank needs, ascending; `nil` for all.
  let items: Buffer<Int32>?
  /// The rows of each owner in a block.
  let blockRows: Int
  let blockCount: Int
  /// The entries of each owned item over all ranks.
  let degrees: Buffer<Int64>
  /// Where each block's rows of each owner begin among the needed items: blockCount + 1 numbers per owner.
  private let localStarts: Buffer<Int>
  /// By rank, the owned rows that it needs, counted from the first owned one; all when `nil`.
  private let needed: [Buffer<Int32>?]
  /// Where each block begins in those: blockCount + 1 numbers per rank.
  private let neededStarts: Buffer<Int>

  /// The number of items that this rank needs.
  var localCount: Int { items?.count ?? itemCount }

  /// Agrees with the other ranks; `localDegrees` has the entries of each needed item in this rank, and `blockRows` rows of
  /// each owner travel together.
  init(
    _ communicator: any Communicator, itemCount: Int, needing items: Buffer<Int32>?,
    degrees localDegrees: Buffer<Int32>,
    blockRows: Int
  ) throws {
    let ranks = communicator.count
    let shares = (0..<ranks).map { communicator.share(of: itemCount, rank: $0) }
    let owned = shares[communicator.rank]
    self.communicator = communicator
    self.itemCount = itemCount
    (self.owned, self.items, self.blockRows) = (owned, items, blockRows)
    let blockCount = ((shares.map(\.count).max() ?? 0) + blockRows - 1) / blockRows
    self.blockCount = blockCount

    let localCount = items?.count ?? itemCount
    localStarts = Buffer(uninitialized: ranks * (blockCount + 1))
    for (owner, share) in shares.enumerated() {
      for block in 0...blockCount {
        let item = min(share.lowerBound + block * blockRows, share.upperBound)
        localStarts.pointer[owner * (blockCount + 1) + block] =
          items.map { list in (0..<localCount).partitioningIndex { Int(list.pointer[$0]) >= item } } ?? item
      }
    }

    // What each rank needs of whom, and how many entries it has there.
    let starts = localStarts
    let outgoing = (0..<ranks).map {
      starts.pointer[$0 * (blockCount + 1) + blockCount] - starts.pointer[$0 * (blockCount + 1)]
    }
    let incoming = try communicator.exchanged(outgoing)
    func exchanged(_ numbers: Buffer<Int32>) throws -> Buffer<Int32> {
      let received = Buffer<Int32>(uninitialized: incoming.reduce(0, +))
      try communicator.exchange(
        numbers.bytes, counts: outgoing.map { $0 * 4 },
        into: UnsafeMutableRawBufferPointer(start: received.pointer, count: received.count * 4),
        counts: incoming.map { $0 * 4 })
      return received
    }
    let lists = try items.map { try exchanged($0) }
    let parts = try exchanged(localDegrees)
    let degrees = Buffer<Int64>(repeating: 0, count: owned.count)
    var (needed, offset): ([Buffer<Int32>?], Int) = ([], 0)
    for count in incoming {
      let rows = lists.map { lists in
        Buffer((0..<count).map { lists.pointer[offset + $0] - Int32(owned.lowerBound) })
      }
      for position in 0..<count {
        degrees.pointer[rows.map { Int($0.pointer[position]) } ?? position] += Int64(parts.pointer[offset + position])
      }
      needed.append(rows)
      offset += count
    }
    (self.degrees, self.needed) = (degrees, needed)
    neededStarts = Buffer(uninitialized: ranks * (blockCount + 1))
    for rank in 0..<ranks {
      for block in 0...blockCount {
        neededStarts.pointer[rank * (blockCount + 1) + block] =
          Self.firstPosition(of: min(block * blockRows, owned.count), in: needed[rank])
      }
    }
  }

  /// The needed items of block `block` that `owner` owns, by their position among the needed ones.
  func localRows(ofBlock block: Int, owner: Int) -> Range<Int> {
    let start = localStarts.pointer + owner * (blockCount + 1) + block
    return start[0]..<start[1]
  }

  /// The owned rows of block `block`.
  func ownedRows(ofBlock block: Int) -> Range<Int> {
    min(block * blockRows, owned.count)..<min((block + 1) * blockRows, owned.count)
  }

  /// The positions of block `block` in what `rank` needs of the owned rows.
  func positions(ofBlock block: Int, rank: Int) -> Range<Int> {
    let start = neededStarts.pointer + rank * (blockCount + 1) + block
    return start[0]..<start[1]
  }

  /// The positions of `rows` in what `rank` needs of the owned rows.
  func positions(of rows: Range<Int>, rank: Int) -> Range<Int> {
    Self.firstPosition(
      of: rows.lowerBound, in: needed[rank])..<Self.firstPosition(of: rows.upperBound, in: needed[rank])
  }

  /// The owned row at a position of what `rank` needs.
  func row(at position: Int, rank: Int) -> Int { needed[rank].map { Int($0.pointer[position]) } ?? position }

  private static func firstPosition(of row: Int, in list: Buffer<Int32>?) -> Int {
    list.map { list in (0..<list.count).partitioningIndex { Int(list.pointer[$0]) >= row } } ?? row
  }
}
