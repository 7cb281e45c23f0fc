import ALSDense
import ALSPlatform
import ALSSparse

/// The memory of a block of items on its way through the steps of an ``ItemSweep``.
///
/// Rows lie in two orders: as this rank needs them, owner by owner, and as this rank owns them, by who needs them.
final class ItemBlock<Element: Scalar> {
  /// A part of a needed row's entries, small enough for one worker.
  struct Unit: BitwiseCopyable, Sendable {
    let position, start, end: Int
    /// Where its sum goes when the row has several parts; −1 when it is the whole row.
    let partial: Int
  }

  /// Entries of one unit of work.
  private static var unitEntries: Int { 16384 }

  private(set) var index = 0
  /// The needed rows, by their position among all that are needed, and the owner of each part of them.
  private(set) var localRows: [Int] = []
  private(set) var units: [Unit] = []
  private(set) var partialCount = 0
  /// Where the rows of each rank begin in ``theirs``.
  private(set) var offsets: [Int] = []
  /// How many rows go to and come from each rank.
  private(set) var sentCounts: [Int] = []
  private(set) var receivedCounts: [Int] = []
  /// What each needed row is multiplied with and then its sum; the sums and then the new vectors of the owned ones.
  private(set) var mine = Buffer<Element>(uninitialized: 0)
  private(set) var theirs = Buffer<Element>(uninitialized: 0)
  private(set) var partials = Buffer<Element>(uninitialized: 0)
  /// The iterations of the owned rows, and which of them go on.
  private(set) var rows: [PerWorker<ConjugateGradientRow<Element>>] = []
  let isActive: Buffer<Bool>
  /// What has been done of the steps.
  var phase = 0
  var ticket: CommunicationThread.Ticket?

  init(rowCount: Int) { isActive = Buffer(repeating: false, count: rowCount) }

  /// Takes up block `index`.
  func begin(_ index: Int, of exchange: RowExchange, problem: GradientSweep<Element>, matrix: CSRMatrix<Float>) {
    (self.index, phase, ticket) = (index, 0, nil)
    let (ranks, width) = (exchange.communicator.count, problem.table.width)
    let ranges = (0..<ranks).map { exchange.localRows(ofBlock: index, owner: $0) }
    localRows = Array(ranges.joined())
    sentCounts = ranges.map(\.count)
    receivedCounts = (0..<ranks).map { exchange.positions(ofBlock: index, rank: $0).count }
    offsets = []
    var end = 0
    for count in receivedCounts {
      offsets.append(end)
      end += count
    }
    (units, partialCount) = ([], 0)
    for (position, row) in localRows.enumerated() {
      let entries = matrix.entries(ofRow: row)
      let isWhole = entries.count <= Self.unitEntries
      var start = entries.lowerBound
      repeat {
        let part = min(start + Self.unitEntries, entries.upperBound)
        units.append(Unit(position: position, start: start, end: part, partial: isWhole ? -1 : partialCount))
        if !isWhole { partialCount += 1 }
        start = part
      } while start < entries.upperBound
    }
    let order = problem.sweep.width
    mine = mine.holding(localRows.count * order)
    theirs = theirs.holding(end * order)
    partials = partials.holding(partialCount * width)
    let ownedCount = exchange.ownedRows(ofBlock: index).count
    while rows.count < ownedCount { rows.append(PerWorker(ConjugateGradientRow(problem))) }
  }
}

extension Buffer {
  /// This memory when it has room for `count` elements, or new memory.
  fileprivate func holding(_ count: Int) -> Buffer { self.count >= count ? self : Buffer(uninitialized: count) }
}
