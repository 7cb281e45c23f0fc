import ALSPlatform

/// Events as columns, users and items in whatever numbers their maker uses.
struct EventColumns: Sendable {
  let users: Buffer<Int32>
  let items: Buffer<Int32>
  let values: Buffer<Float>?
  let times: Buffer<Double>?
  let weights: Buffer<Float>?

  var count: Int { users.count }

  init(
    users: Buffer<Int32>, items: Buffer<Int32>, values: Buffer<Float>?, times: Buffer<Double>?, weights: Buffer<Float>?
  ) {
    (self.users, self.items, self.values, self.times, self.weights) = (users, items, values, times, weights)
  }

  init(rowCount: Int, channels: EventChannels) {
    users = Buffer(uninitialized: rowCount)
    items = Buffer(uninitialized: rowCount)
    values = channels.contains(.values) ? Buffer(uninitialized: rowCount) : nil
    times = channels.contains(.times) ? Buffer(uninitialized: rowCount) : nil
    weights = channels.contains(.weights) ? Buffer(uninitialized: rowCount) : nil
  }

  /// The first rows; shares their memory.
  func prefix(_ count: Int) -> EventColumns { part(0..<count) }

  /// Some rows; shares their memory.
  func part(_ range: Range<Int>) -> EventColumns {
    EventColumns(
      users: users.part(range), items: items.part(range), values: values?.part(range), times: times?.part(range),
      weights: weights?.part(range))
  }

  /// Writes `count` weights, which are 1 where there are none, less what `decay` takes from them.
  static func weigh(
    _ target: UnsafeMutablePointer<Float>, _ count: Int, from weights: UnsafePointer<Float>?,
    times: UnsafePointer<Double>?, _ decay: TimeDecay?
  ) {
    for row in 0..<count {
      let weight = weights?[row] ?? 1
      if let decay, let times { target[row] = decay.weight(weight, at: times[row]) } else { target[row] = weight }
    }
  }

  private var parts: [UnsafeRawBufferPointer] {
    [users.bytes, items.bytes, values?.bytes, times?.bytes, weights?.bytes].compactMap(\.self)
  }

  /// Appends all columns, one after the other, and tells where.
  func write(to scratch: ScratchFile) throws -> Int {
    // Other writers may come between two appends, so this is one.
    let all = Buffer<UInt8>(uninitialized: parts.reduce(0) { $0 + $1.count })
    var end = 0
    for part in parts {
      UnsafeMutableRawBufferPointer(start: all.pointer + end, count: part.count).copyMemory(from: part)
      end += part.count
    }
    return try scratch.append(all.bytes)
  }

  /// Reads back what `write` wrote.
  func read(from scratch: ScratchFile, at place: Int) throws {
    var offset = place
    for column in parts {
      try scratch.read(into: UnsafeMutableRawBufferPointer(mutating: column), at: offset)
      offset += column.count
    }
  }
}
