import ALSPlatform
import ALSSparse

/// Where the sections of a compiled file go.
struct SectionLayout {
  let file: ReplacementFile
  private(set) var sections: [CompiledHeader.Section] = []
  private(set) var end = CompiledHeader.size

  init(file: ReplacementFile) { self.file = file }

  mutating func add(identifiers: Identifiers, named name: String) throws {
    try identifiers.writeArrays(named: name, integers: { try add($0, $1) }, bytes: { try add($0, $1) })
  }

  private mutating func add<Element>(_ name: String, _ elements: Buffer<Element>) throws {
    var writer = reserve(name, count: elements.count, of: Element.self)
    try writer.append(elements.elements)
    sections.append(try writer.finish())
  }

  /// A writer at the end, after which there is room for `count` elements.
  mutating func reserve<Element>(_ name: String, count: Int, of type: Element.Type) -> SectionWriter {
    defer { end += CompiledHeader.filledUp(count * MemoryLayout<Element>.stride) }
    return SectionWriter(name, in: file, at: end)
  }

  /// Goes on after `section`, giving up room that was not needed.
  mutating func position(after section: CompiledHeader.Section?) {
    if let section { end = section.extent.upperBound }
  }
}

/// The users' rows of the matrix, as they are written.
struct UserSections {
  private let file: ReplacementFile
  private var starts: SectionWriter
  private var columns: SectionWriter
  private var values: SectionWriter?
  private var times: SectionWriter?
  private var weights: SectionWriter?
  private(set) var count = 0
  private var pending = EventColumns(rowCount: 4096, channels: [.values, .times, .weights])
  private var pendingCount = 0

  /// Room for as many entries as there are events.
  init(layout: SectionLayout, events: Int, channels: EventChannels, starts: SectionWriter) {
    var layout = layout
    file = layout.file
    self.starts = starts
    columns = layout.reserve("user_columns", count: events, of: Int32.self)
    times = channels.contains(.times) ? layout.reserve("user_times", count: events, of: Double.self) : nil
    weights = channels.contains(.weights) ? layout.reserve("user_weights", count: events, of: Float.self) : nil
    values = channels.contains(.values) ? layout.reserve("user_values", count: events, of: Float.self) : nil
  }

  @inline(__always)
  mutating func append(item: Int32, value: Float, time: Double, weight: Float) throws {
    pending.items.pointer[pendingCount] = item
    pending.values?.pointer[pendingCount] = value
    pending.times?.pointer[pendingCount] = time
    pending.weights?.pointer[pendingCount] = weight
    pendingCount += 1
    count += 1
    if pendingCount == pending.items.count { try flush() }
  }

  private mutating func flush() throws {
    let full = pending.prefix(pendingCount)
    try columns.append(full.items.elements)
    if let part = full.values { try values?.append(part.elements) }
    if let part = full.times { try times?.append(part.elements) }
    if let part = full.weights { try weights?.append(part.elements) }
    withExtendedLifetime(full) {}
    pendingCount = 0
  }

  mutating func endRow() throws {
    if rowStart == 0 { try append(start: 0) }
    rowStart += 1
    try append(start: Int64(count))
  }

  private var rowStart = 0

  private mutating func append(start: Int64) throws {
    try withUnsafePointer(to: start) { try starts.append(UnsafeBufferPointer(start: $0, count: 1)) }
  }

  /// The sections, with the room that merged events left closed.
  mutating func finish(keepingValues: Bool) throws -> [CompiledHeader.Section] {
    try flush()
    if rowStart == 0 { try append(start: 0) }
    var sections = [try starts.finish(), try columns.finish()]
    for section in [try times?.finish(), try weights?.finish(), keepingValues ? try values?.finish() : nil] {
      guard var section, let previous = sections.last else { continue }
      let target = previous.extent.upperBound
      try file.move(section.extent.count, from: section.offset, to: target)
      section.offset = target
      sections.append(section)
    }
    return sections
  }
}

/// The items' rows of the matrix, as they are written.
struct ItemSections {
  private var starts: SectionWriter
  private var columns: SectionWriter
  private var values: SectionWriter?
  private var weights: SectionWriter?
  private var end: Int64 = 0
  private var hasBegun = false

  init(layout: SectionLayout, count: Int, channels: EventChannels, starts: SectionWriter) {
    var layout = layout
    self.starts = starts
    columns = layout.reserve("item_columns", count: count, of: Int32.self)
    weights = channels.contains(.weights) ? layout.reserve("item_weights", count: count, of: Float.self) : nil
    values = channels.contains(.values) ? layout.reserve("item_values", count: count, of: Float.self) : nil
  }

  /// Appends the rows of some items; their entries come in the order of the users.
  mutating func append(_ entries: EventColumns, rows: Range<Int>, columnCount: Int, threads: Int) throws {
    for position in 0..<entries.users.count { entries.users.pointer[position] -= Int32(rows.lowerBound) }
    let matrix = CSRMatrix<Float>.grouping(
      rowCount: rows.count, columnCount: columnCount, rows: entries.users, columns: entries.items,
      values: values == nil ? nil : entries.values, weights: entries.weights, threads: threads)
    let shifted = Buffer<Int64>(uninitialized: rows.count + 1)
    for row in 0...rows.count { shifted.pointer[row] = end + matrix.rowStarts.pointer[row] }
    try starts.append(UnsafeBufferPointer(rebasing: shifted.elements[(hasBegun ? 1 : 0)...]))
    try columns.append(matrix.columns.elements)
    if let part = matrix.weights { try weights?.append(part.elements) }
    if let part = matrix.values { try values?.append(part.elements) }
    end += Int64(matrix.entryCount)
    hasBegun = true
    withExtendedLifetime((matrix, shifted)) {}
  }

  mutating func finish() throws -> [CompiledHeader.Section] {
    [try starts.finish(), try columns.finish(), try weights?.finish(), try values?.finish()].compactMap { $0 }
  }
}
