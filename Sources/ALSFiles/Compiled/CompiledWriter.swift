import ALSPlatform
package import ALSSparse

/// Writes a compiled file from the rows of the users, one after the other; the items' rows are sorted on disk.
package struct CompiledWriter: ~Copyable {
  private let users: Identifiers
  private let items: Identifiers
  private let file: ReplacementFile
  private var layout: SectionLayout
  private var userSections: UserSections
  private let itemStarts: SectionWriter
  /// The entries, distributed over ranges of items.
  private var byItem: PartitionedEvents
  private let channels: EventChannels
  /// The user whose row is being written.
  private var user: Int32 = 0

  /// The number of entries so far.
  package var count: Int { userSections.count }

  /// A writer with room for `mostEntries`.
  init(
    path: String, users: Identifiers, items: Identifiers, mostEntries: Int, itemRanges: [Range<Int>],
    channels: EventChannels, memory: Int
  ) throws {
    let (file, scratch) = (try ReplacementFile(path: path), try ScratchFile(beside: path))
    var layout = SectionLayout(file: file)
    try layout.add(identifiers: users, named: "user")
    try layout.add(identifiers: items, named: "item")
    let userStarts = layout.reserve("user_starts", count: users.count + 1, of: Int64.self)
    itemStarts = layout.reserve("item_starts", count: items.count + 1, of: Int64.self)
    userSections = UserSections(
      layout: layout, events: mostEntries, channels: channels, starts: userStarts)
    byItem = PartitionedEvents(
      ranges: itemRanges, channels: channels.subtracting(.times), scratch: scratch, pendingBytes: memory / 16)
    (self.users, self.items, self.channels, self.file, self.layout) = (users, items, channels, file, layout)
  }

  /// Appends an entry to the row of the user at hand; items rise within a row.
  @inline(__always)
  package mutating func append(item: Int32, value: Float, time: Double, weight: Float = 1) throws {
    try userSections.append(item: item, value: value, time: time, weight: weight)
    try byItem.add(row: item, column: user, value: value, time: 0, weight: weight)
  }

  /// Ends the row of the user at hand; the next user's begins.
  package mutating func endUser() throws {
    try userSections.endRow()
    user += 1
  }

  /// Writes the items' rows, `entriesPerLoad` entries at a time, and puts the file in its place.
  mutating func finish(
    events: Int, duplicates: Duplicates, hasValues: Bool, decay: TimeDecay? = nil, entriesPerLoad: Int, threads: Int
  ) throws -> CompiledInteractions.Summary {
    precondition(user == users.count, "\(user) rows for \(users.count) users")
    try byItem.finish()
    let interactions = count
    var sections = try userSections.finish(keepingValues: hasValues)
    layout.position(after: sections.last)
    var kept = channels
    if !hasValues { kept.remove(.values) }
    var itemSections = ItemSections(layout: layout, count: interactions, channels: kept, starts: itemStarts)
    for load in byItem.loads(entriesPerLoad: entriesPerLoad) {
      try itemSections.append(
        byItem.entries(of: load), rows: byItem.rows(of: load), columnCount: users.count, threads: threads)
    }
    sections += try itemSections.finish()
    let summary = CompiledInteractions.Summary(
      users: users.count, items: items.count, interactions: interactions, events: events, duplicates: duplicates,
      hasValues: hasValues, hasTimes: channels.contains(.times),
      weights: channels.contains(.weights) ? CompiledInteractions.Weights(decay: decay) : nil)
    let header = CompiledHeader(
      summary: summary, sections: (layout.sections + sections).sorted { $0.offset < $1.offset })
    try file.resize(to: header.fileSize)
    try header.encoded().withUnsafeBytes { try file.write($0, at: 0) }
    try file.commit()
    return summary
  }
}

extension CompiledWriter {
  /// Compiles what `body` appends: all rows of `users`, in their order, without repeated pairs.
  ///
  /// - Parameters:
  ///   - path: The file to write; scratch files of about its size are made beside it.
  ///   - users: The users.
  ///   - items: The items.
  ///   - mostEntries: No more entries than this are appended.
  ///   - channels: What is kept of them.
  ///   - memory: Bytes to stay within.
  ///   - threads: How many threads sort.
  ///   - body: Appends the rows.
  /// - Returns: What was written.
  /// - Throws: `ALSError` when writing fails or `memory` is too little, and what `body` throws.
  package static func write(
    to path: String, users: Identifiers, items: Identifiers, mostEntries: Int, channels: EventChannels,
    memory: Int, threads: Int, _ body: (inout CompiledWriter) throws -> Void
  ) throws -> CompiledInteractions.Summary {
    let entriesPerLoad = try CompilerMemory(
      users: users, items: items, channels: channels, bytes: memory
    ).entriesPerRange(path: path)
    // Nobody knows yet how many entries an item has, so ranges are small, and are put together when they are read.
    let rangeLength = max(1, (items.count + mostRanges - 1) / mostRanges)
    let ranges = stride(from: 0, to: items.count, by: rangeLength).map { $0..<min($0 + rangeLength, items.count) }
    var writer = try CompiledWriter(
      path: path, users: users, items: items, mostEntries: mostEntries, itemRanges: ranges,
      channels: channels, memory: memory)
    try body(&writer)
    return try writer.finish(
      events: writer.count, duplicates: .sum, hasValues: channels.contains(.values), entriesPerLoad: entriesPerLoad,
      threads: threads)
  }

  private static var mostRanges: Int { 4096 }
}
