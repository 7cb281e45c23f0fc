/// What events have besides a user and an item.
package struct EventChannels: OptionSet, Sendable {
  package let rawValue: Int

  package static let values = EventChannels(rawValue: 1)
  package static let times = EventChannels(rawValue: 2)
  package static let weights = EventChannels(rawValue: 4)

  package init(rawValue: Int) { self.rawValue = rawValue }

  package init(values: Bool, times: Bool, weights: Bool) {
    self = []
    if values { insert(.values) }
    if times { insert(.times) }
    if weights { insert(.weights) }
  }

  /// The bytes that they take for each event.
  var byteCount: Int {
    (contains(.values) ? 4 : 0) + (contains(.times) ? 8 : 0) + (contains(.weights) ? 4 : 0)
  }
}
