import ALSPlatform
import ALSSparse

/// Turns events into a compiled file with bounded memory: both orientations are sorted in parts that fit, on disk.
///
/// The events are gone through twice: once to count the entries of each user and item, once to distribute them over
/// ranges of users. Each range is then sorted, merged and written, and its entries are distributed over ranges of
/// items, which are written in turn.
struct InteractionsCompiler<Source: EventSource> {
  let source: Source
  let path: String
  let duplicates: Duplicates
  let memory: Int
  let mostEntriesPerRange: Int
  let threads: Int

  /// Bytes that sorting takes per entry of a range: the columns, three sets of indices, and what is written of them.
  static var bytesPerEntry: Int { 52 }
  /// What the program, its libraries and its buffers take.
  static var fixedBytes: Int { 160 << 20 }

  func compile() throws -> CompiledInteractions.Summary {
    let counts = try countEntries()
    let entriesPerRange = try self.entriesPerRange()
    let file = try ReplacementFile(path: path)
    var layout = SectionLayout(file: file)
    try layout.add(identifiers: source.users, named: "user")
    try layout.add(identifiers: source.items, named: "item")
    let byUser = PartitionedEvents(
      counts: counts.users, entriesPerRange: entriesPerRange, hasValues: source.hasValues, hasTimes: source.hasTimes,
      scratch: try ScratchFile(beside: path), pendingBytes: memory / 16)
    try source.forEachBatch { batch in
      for event in 0..<batch.count {
        try byUser.add(
          row: batch.users[event], column: batch.items[event], value: batch.values?[event] ?? 1,
          time: batch.times?[event] ?? 0)
      }
    }
    try byUser.finish()
    // Ones that are added up are not ones any more, so values are kept until it is known whether any were.
    let mayHaveValues = source.hasValues || duplicates == .sum
    let byItem = PartitionedEvents(
      counts: counts.items, entriesPerRange: entriesPerRange, hasValues: mayHaveValues, hasTimes: false,
      scratch: try ScratchFile(beside: path), pendingBytes: memory / 16)
    let userStarts = layout.reserve("user_starts", count: source.users.count + 1, of: Int64.self)
    let itemStarts = layout.reserve("item_starts", count: source.items.count + 1, of: Int64.self)
    var users = UserSections(
      layout: layout, events: counts.total, hasValues: mayHaveValues, hasTimes: source.hasTimes, starts: userStarts)
    for partition in byUser.ranges.indices {
      try merge(byUser.load(partition), rows: byUser.ranges[partition], into: &users, byItem)
    }
    try byItem.finish()
    let interactions = users.count
    let hasValues = source.hasValues || (mayHaveValues && interactions < counts.total)
    var sections = try users.finish(keepingValues: hasValues)
    layout.position(after: sections.last)

    var items = ItemSections(layout: layout, count: interactions, hasValues: hasValues, starts: itemStarts)
    for partition in byItem.ranges.indices {
      try items.append(
        byItem.load(partition), rows: byItem.ranges[partition], columnCount: source.users.count, threads: threads)
    }
    sections += try items.finish()
    let summary = CompiledInteractions.Summary(
      users: source.users.count, items: source.items.count, interactions: interactions, events: counts.total,
      duplicates: duplicates, hasValues: hasValues, hasTimes: source.hasTimes)
    let header = CompiledHeader(
      summary: summary, sections: (layout.sections + sections).sorted { $0.offset < $1.offset })
    try file.resize(to: header.fileSize)
    try header.encoded().withUnsafeBytes { try file.write($0, at: 0) }
    try file.commit()
    return summary
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

  private func entriesPerRange() throws -> Int {
    let rows = source.users.count + source.items.count
    // Counts, ranges, starts and the counting sort's cursors for each row, and the identifiers themselves.
    let needed = Self.fixedBytes + rows * 34 + source.users.byteCount + source.items.byteCount
    let entries = (memory - needed - memory / 8) / Self.bytesPerEntry
    guard entries >= 1 << 16 else {
      let least = (needed + (1 << 16) * Self.bytesPerEntry) * 8 / 7
      throw ALSError(
        .configuration,
        "\(path): \(source.users.count) users and \(source.items.count) items need --memory \(least >> 20 + 1)M or more."
      )
    }
    return min(entries, mostEntriesPerRange, Int(UInt32.max) - 1)
  }

  /// Sorts the entries of some users, merges repeated ones, and hands them on to the items.
  private func merge(
    _ entries: EventColumns, rows: Range<Int>, into users: inout UserSections, _ byItem: PartitionedEvents
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
        try users.append(item: item, value: value, time: merged.time)
        try byItem.add(row: item, column: Int32(rows.lowerBound + row), value: value, time: 0)
      }
      try users.endRow()
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

extension Identifiers {
  /// The bytes that the table takes.
  var byteCount: Int {
    switch storage {
    case .integers(let values): values.bytes.count
    case .strings(let bytes, let offsets): bytes.count + offsets.bytes.count
    }
  }
}
