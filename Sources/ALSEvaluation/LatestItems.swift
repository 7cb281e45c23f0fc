import ALSPlatform
import ALSSparse

extension Events {
  /// The `count` items that each user came to last, in rising order.
  ///
  /// The row of a user with at most `count` distinct items is empty, or −1 throughout.
  func latestItems(_ count: Int, times: Buffer<Double>, threads: Int) -> CSRMatrix<Float> {
    let byUser = CSRMatrix<Double>.grouping(
      rowCount: users.count, columnCount: items.count, rows: userIndices, columns: itemIndices, values: times,
      threads: threads)
    let starts = Buffer<Int64>(repeating: 0, count: users.count + 1)
    for user in 0..<users.count {
      let held = byUser.degree(ofRow: user) > count ? count : 0
      starts.pointer[user + 1] = starts.pointer[user] + Int64(held)
    }
    let latest = Buffer<Int32>(repeating: -1, count: Int(starts.pointer[users.count]))
    parallelForEachChunk(of: users.count, size: 256, workers: threads) { rows, _ in
      var lastEvents: [LastEvent] = []
      for user in rows where starts.pointer[user] < starts.pointer[user + 1] {
        lastEvents.collect(row: user, of: byUser)
        guard lastEvents.count > count else { continue }
        lastEvents.sort(by: LastEvent.isEarlier)
        let target = latest.pointer + Int(starts.pointer[user])
        for (offset, item) in lastEvents.suffix(count).map(\.item).sorted().enumerated() { target[offset] = item }
      }
    }
    return CSRMatrix(
      rowCount: users.count, columnCount: items.count, rowStarts: starts, columns: latest, values: nil)
  }
}

/// The last event of a pair of user and item.
private struct LastEvent {
  let item: Int32
  let time: Double
  /// Where it comes in the input, among the user's events.
  let order: Int

  static func isEarlier(_ a: LastEvent, _ b: LastEvent) -> Bool {
    a.time != b.time ? a.time < b.time : a.order < b.order
  }
}

extension [LastEvent] {
  /// Becomes the last event of each item of a row whose entries are in the order of the input.
  fileprivate mutating func collect(row: Int, of byUser: CSRMatrix<Double>) {
    removeAll(keepingCapacity: true)
    guard let times = byUser.values else { return }
    for (order, entry) in byUser.entries(ofRow: row).enumerated() {
      append(LastEvent(item: byUser.columns.pointer[entry], time: times.pointer[entry], order: order))
    }
    sort { $0.item != $1.item ? $0.item < $1.item : LastEvent.isEarlier($0, $1) }
    var kept = 0
    for index in indices {
      if index + 1 < count, self[index + 1].item == self[index].item { continue }
      self[kept] = self[index]
      kept += 1
    }
    removeLast(count - kept)
  }
}
