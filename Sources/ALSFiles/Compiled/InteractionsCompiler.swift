import ALSPlatform
import ALSSparse

/// Turns events into a compiled file with bounded memory: both orientations are sorted in parts that fit, on disk.
///
/// The events are gone through twice: once to count the entries of each user and item, once to distribute them over
/// ranges of users. Each range is then sorted, merged and handed to the writer. With a minimum value, ranges are sorted
/// and merged once before, to see what is left.
struct InteractionsCompiler {
  let source: any EventSource
  let path: String
  let duplicates: Duplicates
  let minimumValue: Float?
  let memory: Int
  let mostEntriesPerRange: Int
  let threads: Int

  /// Writes the file; tells how many pairs were left out for their values as well.
  func compile() throws -> (summary: CompiledInteractions.Summary, removedCount: Int) {
    let counts = try countEntries()
    let entriesPerRange = min(
      try CompilerMemory(
        users: source.users, items: source.items, channels: source.channels, otherTableBytes: source.otherTableBytes,
        bytes: memory
      ).entriesPerRange(path: path),
      mostEntriesPerRange)
    var byUser = PartitionedEvents(
      ranges: runs(of: counts.users.elements.lazy.map(Int.init), most: entriesPerRange), channels: source.channels,
      scratch: try ScratchFile(beside: path), pendingBytes: memory / 16)
    try source.forEachBatch { batch in
      for event in 0..<batch.count {
        try byUser.add(
          row: batch.users.pointer[event], column: batch.items.pointer[event],
          value: batch.values?.pointer[event] ?? 1, time: batch.times?.pointer[event] ?? 0,
          weight: batch.weights?.pointer[event] ?? 1)
      }
    }
    try byUser.finish()
    let kept = try minimumValue.map { try keptEntries(byUser, minimumValue: $0) }
    let eventCount = kept?.events ?? counts.total
    // Ones that are added up are not ones any more, so values are kept until it is known whether any were.
    let hasValues = source.channels.contains(.values)
    let mayHaveValues = hasValues || duplicates == .sum
    var writer = try CompiledWriter(
      path: path, users: try kept.map { try source.users.selecting($0.users.positions) } ?? source.users,
      items: try kept.map { try source.items.selecting($0.items.positions) } ?? source.items, mostEntries: eventCount,
      itemRanges: runs(of: kept?.itemCounts ?? counts.items.elements.map(Int.init), most: entriesPerRange),
      channels: mayHaveValues ? source.channels.union(.values) : source.channels, memory: memory)
    try forEachMerged(byUser) { _, item, entry in
      let value = Float(entry.merged.value)
      if let minimumValue, value < minimumValue { return }
      try writer.append(
        item: kept?.items[Int(item)] ?? item, value: value, time: entry.time, weight: Float(entry.merged.weight))
    } endUser: { user in
      if kept?.isKept(user) ?? true { try writer.endUser() }
    }
    let summary = try writer.finish(
      events: eventCount, duplicates: duplicates,
      hasValues: hasValues || (mayHaveValues && writer.count < eventCount), decay: source.decay,
      entriesPerLoad: entriesPerRange, threads: threads)
    return (summary, kept?.removed ?? 0)
  }

  /// What is left of the entries.
  private struct KeptEntries {
    let users: UsedPositions
    let items: UsedPositions
    /// By new position.
    let itemCounts: [Int]
    /// The events that the entries which are left were made from.
    let events: Int
    /// The entries that are not.
    let removed: Int
    let userCounts: Buffer<Int64>

    func isKept(_ user: Int) -> Bool { userCounts.pointer[user] > 0 }
  }

  private func keptEntries(_ byUser: borrowing PartitionedEvents, minimumValue: Float) throws -> KeptEntries {
    let users = Buffer<Int64>(repeating: 0, count: source.users.count)
    let items = Buffer<Int64>(repeating: 0, count: source.items.count)
    var (events, removed) = (0, 0)
    try forEachMerged(byUser) { user, item, entry in
      guard Float(entry.merged.value) >= minimumValue else {
        removed += 1
        return
      }
      users.pointer[user] += 1
      items.pointer[Int(item)] += 1
      events += entry.events
    } endUser: { _ in
    }
    if events == 0 { throw nothingLeft(of: removed, "pairs", minimumValue) }
    let usedItems = UsedPositions(of: items.count) { items.pointer[$0] > 0 }
    return KeptEntries(
      users: UsedPositions(of: users.count) { users.pointer[$0] > 0 }, items: usedItems,
      itemCounts: usedItems.positions.map { Int(items.pointer[$0]) }, events: events, removed: removed,
      userCounts: users)
  }

  /// Calls `body` with the merged entries of all users, in their order, items rising, and `endUser` after each user.
  ///
  /// Inlined, so that `body` is, which is called for every entry.
  @inline(__always)
  private func forEachMerged(
    _ byUser: borrowing PartitionedEvents, _ body: (_ user: Int, _ item: Int32, MergedEntry) throws -> Void,
    endUser: (_ user: Int) throws -> Void
  ) throws {
    for range in byUser.ranges.indices {
      try merge(byUser.entries(of: range..<range + 1), rows: byUser.ranges[range], body, endUser: endUser)
    }
  }

  private func countEntries() throws -> (users: Buffer<Int64>, items: Buffer<Int64>, total: Int) {
    let users = Buffer<Int64>(repeating: 0, count: source.users.count)
    let items = Buffer<Int64>(repeating: 0, count: source.items.count)
    var total = 0
    try source.forEachBatch { batch in
      for user in batch.users.elements { users.pointer[Int(user)] += 1 }
      for item in batch.items.elements { items.pointer[Int(item)] += 1 }
      total += batch.count
    }
    return (users, items, total)
  }

  /// Sorts the entries of some users, and merges repeated ones.
  @inline(__always)
  private func merge(
    _ entries: EventColumns, rows: Range<Int>, _ body: (_ user: Int, _ item: Int32, MergedEntry) throws -> Void,
    endUser: (_ user: Int) throws -> Void
  ) throws {
    let count = entries.users.count
    let positions = Buffer<UInt32>(uninitialized: count)
    for position in 0..<count {
      positions.pointer[position] = UInt32(truncatingIfNeeded: position)
      entries.users.pointer[position] -= Int32(rows.lowerBound)
    }
    // Grouped by item, then stably by user: ascending items, and repeats in the order of the input.
    let sorted = CSRMatrix<UInt32>.grouping(
      rowCount: source.items.count, columnCount: rows.count, rows: entries.items, columns: entries.users,
      values: positions, threads: threads
    ).transposed(threads: threads)
    guard let order = sorted.values else { return }
    for row in 0..<rows.count {
      let positions = sorted.entries(ofRow: row)
      var entry = positions.lowerBound
      while entry < positions.upperBound {
        let item = sorted.columns.pointer[entry]
        var pair = MergedEntry(at: Int(order.pointer[entry]), of: entries)
        entry += 1
        while entry < positions.upperBound, sorted.columns.pointer[entry] == item {
          if duplicates == .error {
            throw Duplicates.refusal(ofUser: source.users[rows.lowerBound + row], item: source.items[Int(item)])
          }
          pair.merge(Int(order.pointer[entry]), of: entries, duplicates)
          entry += 1
        }
        guard Float(pair.merged.value).isFinite else {
          throw Duplicates.overflow(ofUser: source.users[rows.lowerBound + row], item: source.items[Int(item)])
        }
        try body(rows.lowerBound + row, item, pair)
      }
      try endUser(rows.lowerBound + row)
    }
  }
}

/// The value, the weight and the time of a pair, of one event or of several.
private struct MergedEntry {
  private(set) var merged: WeightedValue
  var time: Double
  /// How many there were.
  private(set) var events = 1

  init(at position: Int, of entries: EventColumns) {
    merged = WeightedValue(
      Double(entries.values?.pointer[position] ?? 1), weight: Double(entries.weights?.pointer[position] ?? 1))
    time = entries.times?.pointer[position] ?? 0
  }

  mutating func merge(_ position: Int, of entries: EventColumns, _ duplicates: Duplicates) {
    let next = MergedEntry(at: position, of: entries)
    time = max(time, next.time)
    events += 1
    merged = duplicates.merging(merged, next.merged)
  }
}
