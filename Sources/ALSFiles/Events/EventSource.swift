import ALSPlatform
import ALSSparse

/// Some events, one after the other; valid while whoever hands them out says so.
struct EventBatch {
  var users: UnsafeBufferPointer<Int32>
  var items: UnsafeBufferPointer<Int32>
  var values: UnsafeBufferPointer<Float>?
  var times: UnsafeBufferPointer<Double>?

  var count: Int { users.count }
}

/// Events that can be gone through, in their order, more than once.
protocol EventSource {
  var users: Identifiers { get }
  var items: Identifiers { get }
  var hasValues: Bool { get }
  var hasTimes: Bool { get }

  func forEachBatch(_ body: (EventBatch) throws -> Void) throws
}

extension Events: EventSource {
  var hasValues: Bool { values != nil }
  var hasTimes: Bool { times != nil }

  func forEachBatch(_ body: (EventBatch) throws -> Void) throws {
    try body(
      EventBatch(
        users: userIndices.elements, items: itemIndices.elements, values: values?.elements, times: times?.elements))
  }
}

/// Events of a delimited file, parsed once and kept on disk as the workers' codes.
struct SpilledEvents: EventSource {
  let scratch: ScratchFile
  /// In the order of the input.
  let blocks: [ParsedBlock]
  let userTokens: MergedTokens
  let itemTokens: MergedTokens
  let hasValues: Bool
  let hasTimes: Bool

  var users: Identifiers { userTokens.identifiers }
  var items: Identifiers { itemTokens.identifiers }

  func forEachBatch(_ body: (EventBatch) throws -> Void) throws {
    for block in blocks {
      guard let place = block.place else { continue }
      let columns = EventColumns(rowCount: block.rowCount, hasValues: hasValues, hasTimes: hasTimes)
      try columns.read(from: scratch, at: place)
      func translate(_ codes: Buffer<Int32>, _ indices: Buffer<Int32>) {
        for row in 0..<codes.count { codes.pointer[row] = indices.pointer[Int(codes.pointer[row])] }
      }
      translate(columns.users, userTokens.indices[block.worker])
      translate(columns.items, itemTokens.indices[block.worker])
      try withExtendedLifetime(columns) {
        try body(
          EventBatch(
            users: columns.users.elements, items: columns.items.elements, values: columns.values?.elements,
            times: columns.times?.elements))
      }
    }
  }
}

extension EventColumns {
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
    func fill<Element>(_ buffer: Buffer<Element>?) throws {
      guard let buffer else { return }
      let bytes = UnsafeMutableRawBufferPointer(mutating: buffer.bytes)
      try scratch.read(into: bytes, at: offset)
      offset += bytes.count
    }
    try fill(users)
    try fill(items)
    try fill(values)
    try fill(times)
  }
}
