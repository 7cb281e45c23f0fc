import ALSPlatform

/// Events as columns, users and items in whatever numbers their maker uses.
struct EventColumns: Sendable {
  let users: Buffer<Int32>
  let items: Buffer<Int32>
  let values: Buffer<Float>?
  let times: Buffer<Double>?

  var count: Int { users.count }

  init(users: Buffer<Int32>, items: Buffer<Int32>, values: Buffer<Float>?, times: Buffer<Double>?) {
    (self.users, self.items, self.values, self.times) = (users, items, values, times)
  }

  init(rowCount: Int, hasValues: Bool, hasTimes: Bool) {
    users = Buffer(uninitialized: rowCount)
    items = Buffer(uninitialized: rowCount)
    values = hasValues ? Buffer(uninitialized: rowCount) : nil
    times = hasTimes ? Buffer(uninitialized: rowCount) : nil
  }

  /// The first rows; shares their memory.
  func prefix(_ count: Int) -> EventColumns { part(0..<count) }

  /// Some rows; shares their memory.
  func part(_ range: Range<Int>) -> EventColumns {
    EventColumns(
      users: users.part(range), items: items.part(range), values: values?.part(range), times: times?.part(range))
  }

  /// Appends all columns, one after the other, and tells where.
  func write(to scratch: ScratchFile) throws -> Int {
    // Other writers may come between two appends, so this is one.
    let parts = [users.bytes, items.bytes, values?.bytes, times?.bytes].compactMap { $0 }
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
    for column in [users.bytes, items.bytes, values?.bytes, times?.bytes].compactMap({ $0 }) {
      try scratch.read(into: UnsafeMutableRawBufferPointer(mutating: column), at: offset)
      offset += column.count
    }
  }
}
