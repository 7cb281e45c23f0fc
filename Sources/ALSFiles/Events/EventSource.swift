import ALSPlatform
import ALSSparse

/// Events that can be gone through, in their order, more than once.
protocol EventSource {
  var users: Identifiers { get }
  var items: Identifiers { get }
  var hasValues: Bool { get }
  var hasTimes: Bool { get }

  /// Calls `body` with some events after the other, as positions in ``users`` and ``items``.
  func forEachBatch(_ body: (EventColumns) throws -> Void) throws
}

extension Events: EventSource {
  var hasValues: Bool { values != nil }
  var hasTimes: Bool { times != nil }

  func forEachBatch(_ body: (EventColumns) throws -> Void) throws {
    try body(EventColumns(users: userIndices, items: itemIndices, values: values, times: times))
  }
}
