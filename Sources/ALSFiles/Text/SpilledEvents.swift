import ALSPlatform
import ALSSparse

/// Events of a delimited file, parsed once and kept on disk as the workers' codes.
struct SpilledEvents: EventSource {
  let scratch: ScratchFile
  /// In the order of the input.
  let blocks: [ParsedBlock]
  let userTokens: MergedTokens
  let itemTokens: MergedTokens
  /// What of the rows is on disk.
  let parsedChannels: EventChannels
  let channels: EventChannels
  let decay: TimeDecay?

  var users: Identifiers { userTokens.identifiers }
  var items: Identifiers { itemTokens.identifiers }
  var count: Int { blocks.reduce(0) { $0 + ($1.place == nil ? 0 : $1.rowCount) } }

  func forEachBatch(_ body: (EventColumns) throws -> Void) throws {
    for block in blocks {
      guard let place = block.place else { continue }
      var columns = EventColumns(rowCount: block.rowCount, channels: parsedChannels)
      try columns.read(from: scratch, at: place)
      if channels.contains(.weights) {
        let weights = columns.weights ?? Buffer(uninitialized: columns.count)
        EventColumns.weigh(
          weights.pointer, columns.count, from: columns.weights?.pointer, times: columns.times?.pointer, decay)
        columns = EventColumns(
          users: columns.users, items: columns.items, values: columns.values, times: columns.times, weights: weights)
      }
      func translate(_ codes: Buffer<Int32>, _ indices: Buffer<Int32>) {
        for row in 0..<codes.count { codes.pointer[row] = indices.pointer[Int(codes.pointer[row])] }
      }
      translate(columns.users, userTokens.indices[block.worker])
      translate(columns.items, itemTokens.indices[block.worker])
      try body(columns)
    }
  }
}
