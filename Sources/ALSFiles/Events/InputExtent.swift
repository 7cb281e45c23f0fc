package import ALSSparse

/// How much a file of interactions holds.
package struct InputExtent {
  /// The number of rows, repeated pairs included.
  package let rows: Int
  /// The users.
  package let users: Identifiers
  /// The items.
  package let items: Identifiers
  /// What there is besides users and items, without times.
  package let channels: EventChannels
  /// The matrix, when it lies in a mapped file.
  package var mapped: Interactions?
  /// Whether they come from several files, whose rows are put together.
  var isJoined = false

  /// The most memory that reading them as text takes, with what it returns but for the identifiers.
  package var readingBytes: Int {
    let numbers = channels.byteCount
    let (row, merged) = (8 + numbers, 4 + numbers)
    // The rows, twice where they are joined, and one orientation, or both orientations; then counts and cursors of the rows.
    return rows * max((isJoined ? 2 * row : row) + merged, 2 * merged) + (users.count + items.count) * 16
  }
}
