import ALSPlatform
import ALSSparse

/// Turns events into a compiled file with bounded memory: both orientations are sorted in parts that fit, on disk.
///
/// The events are gone through twice: once to count the entries of each user and item, once to distribute them over
/// ranges of users. Each range is then sorted, merged and handed to the writer.
struct InteractionsCompiler<Source: EventSource> {
  let source: Source
  let path: String
  let duplicates: Duplicates
  let memory: Int
  let mostEntriesPerRange: Int
  let threads: Int

  func compile() throws -> CompiledInteractions.Summary {
    let counts = try countEntries()
    let entriesPerRange = min(
      try CompilerMemory(users: source.users, items: source.items, bytes: memory).entriesPerRange(path: path),
      mostEntriesPerRange)
    // Ones that are added up are not ones any more, so values are kept until it is known whether any were.
    let mayHaveValues = source.hasValues || duplicates == .sum
    let writer = try CompiledWriter(
      path: path, users: source.users, items: source.items, mostEntries: counts.total,
      itemRanges: runs(of: counts.items.elements.lazy.map(Int.init), most: entriesPerRange),
      hasValues: mayHaveValues, hasTimes: source.hasTimes, memory: memory)
    let byUser = PartitionedEvents(
      ranges: runs(of: counts.users.elements.lazy.map(Int.init), most: entriesPerRange), hasValues: source.hasValues,
      hasTimes: source.hasTimes, scratch: try ScratchFile(beside: path), pendingBytes: memory / 16)
    try source.forEachBatch { batch in
      for event in 0..<batch.count {
        try byUser.add(
          row: batch.users[event], column: batch.items[event], value: batch.values?[event] ?? 1,
          time: batch.times?[event] ?? 0)
      }
    }
    try byUser.finish()
    for range in byUser.ranges.indices {
      try merge(byUser.entries(of: range..<range + 1), rows: byUser.ranges[range], into: writer)
    }
    return try writer.finish(
      events: counts.total, duplicates: duplicates,
      hasValues: source.hasValues || (mayHaveValues && writer.count < counts.total), entriesPerLoad: entriesPerRange,
      threads: threads)
  }

  private func countEntries() throws -> (users: Buffer<Int64>, items: Buffer<Int64>, total: Int) {
    let users = Buffer<Int64>(repeating: 0, count: source.users.count)
    let items = Buffer<Int64>(repeating: 0, count: source.items.count)
    var total = 0
    try source.forEachBatch { batch in
      for user in batch.users { users.pointer[Int(user)] += 1 }
      for item in batch.items { items.pointer[Int(item)] += 1 }
      total += batch.count
    }
    return (users, items, total)
  }

  /// Sorts the entries of some users, merges repeated ones, and hands them on to the items.
  private func merge(_ entries: EventColumns, rows: Range<Int>, into writer: CompiledWriter) throws {
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
        var merged = MergedEntry(at: Int(order.pointer[entry]), of: entries)
        entry += 1
        while entry < positions.upperBound, sorted.columns.pointer[entry] == item {
          if duplicates == .error {
            throw ALSError(
              .data,
              "user \(source.users[rows.lowerBound + row]) and item \(source.items[Int(item)]) occur more than once. "
                + "Remove the repeats, or choose what to do with them: sum, last or max.")
          }
          merged.merge(Int(order.pointer[entry]), of: entries, duplicates)
          entry += 1
        }
        let value = Float(merged.value)
        guard value.isFinite else {
          throw ALSError(
            .data,
            "the values of user \(source.users[rows.lowerBound + row]) and item \(source.items[Int(item)]) add up to "
              + "more than 32-bit floating point holds. Scale them down.")
        }
        try writer.append(item: item, value: value, time: merged.time)
      }
      try writer.endUser()
    }
  }
}

/// The value and the time of a pair, of one event or of several.
private struct MergedEntry {
  var value: Double
  var time: Double

  init(at position: Int, of entries: EventColumns) {
    value = Double(entries.values?.pointer[position] ?? 1)
    time = entries.times?.pointer[position] ?? 0
  }

  mutating func merge(_ position: Int, of entries: EventColumns, _ duplicates: Duplicates) {
    let next = MergedEntry(at: position, of: entries)
    time = max(time, next.time)
    switch duplicates {
    case .sum: value += next.value
    case .max: value = max(value, next.value)
    case .last, .error: value = next.value
    }
  }
}
