import ALSPlatform
import ALSSparse

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

  func forEachBatch(_ body: (EventColumns) throws -> Void) throws {
    for block in blocks {
      guard let place = block.place else { continue }
      let columns = EventColumns(rowCount: block.rowCount, hasValues: hasValues, hasTimes: hasTimes)
      try columns.read(from: scratch, at: place)
      func translate(_ codes: Buffer<Int32>, _ indices: Buffer<Int32>) {
        for row in 0..<codes.count { codes.pointer[row] = indices.pointer[Int(codes.pointer[row])] }
      }
      translate(columns.users, userTokens.indices[block.worker])
      translate(columns.items, itemTokens.indices[block.worker])
      try body(columns)
    }
  }
}
