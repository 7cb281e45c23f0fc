import ALSPlatform

/// Entries distributed on disk over ranges of rows, each of which fits into memory.
///
/// Entries of a range come back in the order in which they were added.
struct PartitionedEvents: ~Copyable {
  /// The ranges of rows.
  let ranges: [Range<Int>]
  /// The range of each row.
  private let partitions: Buffer<UInt16>
  private let scratch: ScratchFile
  private let channels: EventChannels
  /// The entries of a range that wait to be written, at most.
  private let capacity: Int
  /// Those of all ranges, `capacity` rows each.
  private var pending: EventColumns
  private let pendingCounts: Buffer<Int>
  private var segments: [[(place: Int, count: Int)]]

  /// Entries that wait to be written take `pendingBytes`.
  init(ranges: [Range<Int>], channels: EventChannels, scratch: ScratchFile, pendingBytes: Int) {
    precondition(ranges.count <= Int(UInt16.max), "too many ranges")
    partitions = Buffer(uninitialized: ranges.last?.upperBound ?? 0)
    for (index, range) in ranges.enumerated() {
      for row in range { partitions.pointer[row] = UInt16(index) }
    }
    self.ranges = ranges
    self.scratch = scratch
    self.channels = channels
    capacity = max(64, min(1 << 16, pendingBytes / max(ranges.count, 1) / (8 + channels.byteCount)))
    pending = EventColumns(rowCount: ranges.count * capacity, channels: channels)
    pendingCounts = Buffer(repeating: 0, count: ranges.count)
    segments = Array(repeating: [], count: ranges.count)
  }

  @inline(__always)
  mutating func add(row: Int32, column: Int32, value: Float, time: Double, weight: Float) throws {
    let partition = Int(partitions.pointer[Int(row)])
    let count = pendingCounts.pointer[partition]
    let position = partition * capacity + count
    pending.users.pointer[position] = row
    pending.items.pointer[position] = column
    pending.values?.pointer[position] = value
    pending.times?.pointer[position] = time
    pending.weights?.pointer[position] = weight
    pendingCounts.pointer[partition] = count + 1
    if count + 1 == capacity { try flush(partition) }
  }

  private mutating func flush(_ partition: Int) throws {
    let count = pendingCounts.pointer[partition]
    guard count > 0 else { return }
    let start = partition * capacity
    segments[partition].append((try pending.part(start..<start + count).write(to: scratch), count))
    pendingCounts.pointer[partition] = 0
  }

  /// All entries have been added; the memory of those that waited is given back.
  mutating func finish() throws {
    for partition in ranges.indices { try flush(partition) }
    pending = EventColumns(rowCount: 0, channels: [])
  }

  /// Runs of ranges that have at most `entriesPerLoad` entries together, or are a single range.
  func loads(entriesPerLoad: Int) -> [Range<Int>] {
    runs(of: segments.map { $0.reduce(0) { $0 + $1.count } }, most: entriesPerLoad)
  }

  /// The rows of a run of ranges.
  func rows(of load: Range<Int>) -> Range<Int> {
    ranges[load.lowerBound].lowerBound..<ranges[load.upperBound - 1].upperBound
  }

  /// The entries of a run of ranges, one range after the other, rows as `users`.
  func entries(of load: Range<Int>) throws -> EventColumns {
    let segments = segments[load].joined()
    let count = segments.reduce(0) { $0 + $1.count }
    let all = EventColumns(rowCount: count, channels: channels)
    var filled = 0
    for segment in segments {
      try all.part(filled..<filled + segment.count).read(from: scratch, at: segment.place)
      filled += segment.count
    }
    return all
  }
}

/// Runs of consecutive elements whose counts add up to at most `most`, or which are a single element.
func runs(of counts: some RandomAccessCollection<Int>, most: Int) -> [Range<Int>] {
  var runs: [Range<Int>] = []
  var (start, sum) = (0, 0)
  for (position, count) in counts.enumerated() {
    if sum + count > most, position > start {
      runs.append(start..<position)
      (start, sum) = (position, 0)
    }
    sum += count
  }
  if start < counts.count { runs.append(start..<counts.count) }
  return runs
}
