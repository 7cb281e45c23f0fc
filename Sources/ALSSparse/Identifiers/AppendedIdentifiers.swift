import ALSPlatform

/// Identifiers that follow those of a table, which is not copied for them.
struct AppendedIdentifiers: Sendable {
  /// By how many come before.
  private var names = PersistentMap<Identifier>()
  /// The places of identifiers by their hash.
  private var places = PersistentMap<[Int]>()
  /// What they add to the table's fingerprint.
  private(set) var fingerprint: UInt64 = 0

  init() {}

  var count: Int { names.count }

  subscript(place: Int) -> Identifier {
    guard let name = names[UInt64(place)] else { preconditionFailure("place \(place) is outside 0..<\(count)") }
    return name
  }

  func place(of identifier: Identifier) -> Int? {
    places[Self.key(identifier)]?.first { self[$0] == identifier }
  }

  /// - Complexity: O(log `count`).
  mutating func append(_ identifier: Identifier, at position: Int) {
    let (place, key) = (count, Self.key(identifier))
    names.set(identifier, for: UInt64(place))
    places.set((places[key] ?? []) + [place], for: key)
    fingerprint &+= identifierMark(identifier, position: position)
  }

  private static func key(_ identifier: Identifier) -> UInt64 { UInt64(bitPattern: Int64(identifier.hashValue)) }
}
