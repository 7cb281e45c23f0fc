import ALSDense
import ALSPlatform
import ALSSparse

/// Which rows of a side each rank owns, which it needs, and how they travel between owners and those who need them.
///
/// A rank owns consecutive rows, and needs those that its entries meet (or all of them). Rows travel in blocks, each with
/// some rows of every owner, so that one block can be under way while another is computed.
struct RowExchange: Sendable {
  let communicator: any Communicator
  /// The rows of the side.
  let rowCount: Int
  /// Those that this rank owns.
  let owned: Range<Int>
  /// Those that this rank needs, ascending; `nil` for all.
  let needed: Buffer<Int32>?
  /// The rows of each owner in a block.
  let blockRows: Int
  let blockCount: Int
  /// Where each block's rows of each owner begin among the needed ones: blockCount + 1 numbers per owner.
  private let localStarts: Buffer<Int>
  /// By rank, the owned rows that it needs, counted from the first owned one; all when `nil`.
  private let wanted: [Buffer<Int32>?]
  /// Where each block begins in those: blockCount + 1 numbers per rank.
  private let wantedStarts: Buffer<Int>

  /// The number of rows that this rank needs.
  var localCount: Int { needed?.count ?? rowCount }

  /// Agrees with the other ranks; `owners` has the rows of each rank, together all there are, and `blockRows` rows of each
  /// owner travel together.
  init(
    _ communicator: any Communicator, owners: [Range<Int>], needing needed: Buffer<Int32>?, blockRows: Int
  ) throws {
    let (ranks, owned) = (communicator.count, owners[communicator.rank])
    self.communicator = communicator
    rowCount = owners.last?.upperBound ?? 0
    (self.owned, self.needed, self.blockRows) = (owned, needed, blockRows)
    let blockCount = ((owners.map(\.count).max() ?? 0) + blockRows - 1) / blockRows
    self.blockCount = blockCount
    localStarts = Buffer(uninitialized: ranks * (blockCount + 1))
    for (owner, share) in owners.enumerated() {
      for block in 0...blockCount {
        let row = min(share.lowerBound + block * blockRows, share.upperBound)
        localStarts.pointer[owner * (blockCount + 1) + block] =
          needed.map { list in (0..<list.count).partitioningIndex { Int(list.pointer[$0]) >= row } } ?? row
      }
    }
    var wanted = [Buffer<Int32>?](repeating: nil, count: ranks)
    if let needed {
      let starts = localStarts.pointer
      let counts = (0..<ranks).map { starts[$0 * (blockCount + 1) + blockCount] - starts[$0 * (blockCount + 1)] }
      wanted = try communicator.exchanged(needed, counts: counts, receiving: try communicator.exchanged(counts))
        .map { list in Buffer(list.elements.map { $0 - Int32(owned.lowerBound) }) }
    }
    self.wanted = wanted
    wantedStarts = Buffer(uninitialized: ranks * (blockCount + 1))
    for rank in 0..<ranks {
      for block in 0...blockCount {
        wantedStarts.pointer[rank * (blockCount + 1) + block] =
          Self.firstPosition(of: min(block * blockRows, owned.count), in: wanted[rank])
      }
    }
  }

  /// The needed rows that `owner` owns, by their position among all that are needed.
  func localRows(owner: Int) -> Range<Int> {
    let start = localStarts.pointer + owner * (blockCount + 1)
    return start[0]..<start[blockCount]
  }

  /// Those of block `block`.
  func localRows(ofBlock block: Int, owner: Int) -> Range<Int> {
    let start = localStarts.pointer + owner * (blockCount + 1) + block
    return start[0]..<start[1]
  }

  /// The owned rows of block `block`.
  func ownedRows(ofBlock block: Int) -> Range<Int> {
    min(block * blockRows, owned.count)..<min((block + 1) * blockRows, owned.count)
  }

  /// How many of the owned rows `rank` needs.
  func wantedCount(rank: Int) -> Int { wanted[rank]?.count ?? owned.count }

  /// The positions of block `block` in what `rank` needs of the owned rows.
  func positions(ofBlock block: Int, rank: Int) -> Range<Int> {
    let start = wantedStarts.pointer + rank * (blockCount + 1) + block
    return start[0]..<start[1]
  }

  /// The positions of `rows` in what `rank` needs of the owned rows.
  func positions(of rows: Range<Int>, rank: Int) -> Range<Int> {
    Self.firstPosition(
      of: rows.lowerBound, in: wanted[rank])..<Self.firstPosition(of: rows.upperBound, in: wanted[rank])
  }

  /// The owned row at a position of what `rank` needs.
  func row(at position: Int, rank: Int) -> Int { wanted[rank].map { Int($0.pointer[position]) } ?? position }

  private static func firstPosition(of row: Int, in list: Buffer<Int32>?) -> Int {
    list.map { list in (0..<list.count).partitioningIndex { Int(list.pointer[$0]) >= row } } ?? row
  }
}
