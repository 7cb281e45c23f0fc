import ALSPlatform
import ALSSparse

/// The events of several sources one after the other, as positions in tables of all their users and items.
///
/// Where some have values or weights, those of the others are 1; times are kept where all have them.
struct JoinedEvents: EventSource {
  let users: Identifiers
  let items: Identifiers
  let channels: EventChannels
  private let parts: [Part]

  private struct Part {
    let source: any EventSource
    /// By position in the tables of the source.
    let users: Buffer<Int32>
    let items: Buffer<Int32>
  }

  /// - Throws: `ALSError` when there are too many users or items.
  init(_ sources: [any EventSource], threads: Int) throws {
    let (users, userPlaces) = try Identifiers.joining(sources.map(\.users), threads: threads)
    let (items, itemPlaces) = try Identifiers.joining(sources.map(\.items), threads: threads)
    (self.users, self.items) = (users, items)
    parts = sources.indices.map { Part(source: sources[$0], users: userPlaces[$0], items: itemPlaces[$0]) }
    var channels: EventChannels = sources.reduce([]) { $0.union($1.channels) }
    if !sources.allSatisfy({ $0.channels.contains(.times) }) { channels.remove(.times) }
    self.channels = channels
  }

  var count: Int { parts.reduce(0) { $0 + $1.source.count } }

  var otherTableBytes: Int {
    parts.reduce(0) {
      $0 + $1.source.users.byteCount + $1.source.items.byteCount + $1.users.bytes.count + $1.items.bytes.count
    }
  }

  /// Ages count to the same date everywhere.
  var decay: TimeDecay? { parts.lazy.compactMap(\.source.decay).first }

  func forEachBatch(_ body: (EventColumns) throws -> Void) throws {
    for part in parts {
      try part.source.forEachBatch { batch in
        try body(
          EventColumns(
            users: Self.places(of: batch.users, in: part.users), items: Self.places(of: batch.items, in: part.items),
            values: batch.values, times: batch.times, weights: batch.weights))
      }
    }
  }

  private static func places(of positions: Buffer<Int32>, in table: Buffer<Int32>) -> Buffer<Int32> {
    let places = Buffer<Int32>(uninitialized: positions.count)
    for event in 0..<positions.count { places.pointer[event] = table.pointer[Int(positions.pointer[event])] }
    return places
  }
}
