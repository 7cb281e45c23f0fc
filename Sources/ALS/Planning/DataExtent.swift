import ALSPlatform
package import ALSSparse

/// How much data there is to train on, and where it lies.
package struct DataExtent {
  /// The number of users.
  package let users: Int
  /// The number of items.
  package let items: Int
  /// The number of pairs of user and item; rows of a file, as long as nobody knows which of them repeat.
  package let entries: Int
  /// Whether there are values.
  package let hasValues: Bool
  /// Whether there are weights.
  package let hasWeights: Bool
  /// The bytes of both tables of identifiers.
  package let identifierBytes: Int
  /// Whether the matrix lies in a mapped file, or would.
  package var isMapped: Bool
  /// The matrix, when it is there.
  package let mapped: Interactions?

  package init(
    users: Int, items: Int, entries: Int, hasValues: Bool, hasWeights: Bool, identifierBytes: Int,
    mapped: Interactions? = nil
  ) {
    isMapped = mapped != nil
    self.users = users
    self.items = items
    self.entries = entries
    self.hasValues = hasValues
    self.hasWeights = hasWeights
    self.identifierBytes = identifierBytes
    self.mapped = mapped
  }

  /// Whether the mapped file is one of which few pages are kept; see ``MappedFile/isLarge``.
  var isInLargeFile: Bool {
    if let mapped { return mapped.byUser.columns.liesInLargeFile }
    return 2 * entryBytes(withValues: true) + startBytes >= MappedFile.leastLargeBytes
  }

  /// The bytes of where rows start, in both orientations.
  var startBytes: Int { (users + items + 2) * 8 }

  /// The bytes of the columns, weights, and perhaps values, of all entries in one orientation.
  func entryBytes(withValues: Bool) -> Int { entries * bytesPerEntry(withValues: withValues) }

  func bytesPerEntry(withValues: Bool) -> Int { 4 + (withValues && hasValues ? 4 : 0) + (hasWeights ? 4 : 0) }

  /// The number of items with at least `least` entries, or a guess.
  func items(withEntries least: Int) -> Int {
    if let mapped { return (0..<items).count { mapped.byItem.degree(ofRow: $0) >= least } }
    return min(items, entries / max(least, 1) / 4)
  }

  /// The entries of such items.
  func entriesOfItems(withEntries least: Int) -> Int {
    guard let mapped else { return 0 }
    return (0..<items).reduce(0) {
      let degree = mapped.byItem.degree(ofRow: $1)
      return degree >= least ? $0 + degree : $0
    }
  }
}
