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
    let scratch = (0..<threads).map { _ in LastEvents(itemCount: items.count) }
    parallelForEachChunk(of: users.count, size: 256, workers: threads) { rows, worker in
      for user in rows where starts.pointer[user] < starts.pointer[user + 1] {
        let target = latest.pointer + Int(starts.pointer[user])
        let items = scratch[worker].latestItems(count, ofRow: user, in: byUser)
        for (offset, item) in items.enumerated() { target[offset] = item }
      }
    }
    return CSRMatrix(
      rowCount: users.count, columnCount: items.count, rowStarts: starts, columns: latest, values: nil)
  }
}

/// The last event of each pair of one user, with the working memory to find it.
private struct LastEvents: Sendable {
  private struct Event {
    let item: Int32
    let time: Double
    /// Where it comes in the input, among the user's events.
    let order: Int

    static func isEarlier(_ a: Event, _ b: Event) -> Bool {
      a.time != b.time ? a.time < b.time : a.order < b.order
    }
  }

  /// For each item one more than its position among the user's distinct items; 0 between users.
  private let places: Buffer<Int32>

  init(itemCount: Int) { places = Buffer(repeating: 0, count: itemCount) }

  /// The `count` latest items of a row whose entries are in the order of the input; none if there are no more.
  func latestItems(_ count: Int, ofRow row: Int, in byUser: CSRMatrix<Double>) -> [Int32] {
    guard let times = byUser.values else { return [] }
    var last: [Event] = []
    for (order, entry) in byUser.entries(ofRow: row).enumerated() {
      let event = Event(item: byUser.columns.pointer[entry], time: times.pointer[entry], order: order)
      let place = Int(places.pointer[Int(event.item)])
      if place == 0 {
        last.append(event)
        places.pointer[Int(event.item)] = Int32(last.count)
      } else if Event.isEarlier(last[place - 1], event) {
        last[place - 1] = event
      }
    }
    for event in last { places.pointer[Int(event.item)] = 0 }
    guard last.count > count else { return [] }
    return Self.latest(count, of: last).map(\.item).sorted()
  }

  /// The `count` latest events, without sorting all of them.
  private static func latest(_ count: Int, of events: [Event]) -> [Event] {
    let capacity = 2 * count + 64
    var kept: [Event] = []
    var bar: Event?
    // From the end, because events mostly come in the order of their times.
    for event in events.reversed() {
      if let bar, Event.isEarlier(event, bar) { continue }
      kept.append(event)
      if kept.count == capacity {
        kept.sort { Event.isEarlier($1, $0) }
        kept.removeLast(capacity - count)
        bar = kept.last
      }
    }
    kept.sort { Event.isEarlier($1, $0) }
    return Array(kept.prefix(count))
  }
}
