import ALSPlatform
import ALSSparse

/// Events that can be gone through, in their order, more than once.
protocol EventSource {
  var users: Identifiers { get }
  var items: Identifiers { get }
  /// How many there are.
  var count: Int { get }
  /// What is kept of them; batches may have more.
  var channels: EventChannels { get }
  /// How weights fall with age; `nil` when they do not, or nobody knows.
  var decay: TimeDecay? { get }

  /// Bytes of tables that it holds besides ``users`` and ``items``.
  var otherTableBytes: Int { get }

  /// Calls `body` with some events after the other, as positions in ``users`` and ``items``.
  func forEachBatch(_ body: (EventColumns) throws -> Void) throws
}

extension EventSource {
  var otherTableBytes: Int { 0 }
}

extension Events: EventSource {
  var channels: EventChannels { EventChannels(values: values != nil, times: times != nil, weights: weights != nil) }
  var decay: TimeDecay? { nil }

  func forEachBatch(_ body: (EventColumns) throws -> Void) throws {
    try body(EventColumns(users: userIndices, items: itemIndices, values: values, times: times, weights: weights))
  }
}
