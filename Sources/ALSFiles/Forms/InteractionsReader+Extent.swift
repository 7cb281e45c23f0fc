package import ALSSparse

/// How much a file of interactions holds.
package struct InputExtent {
  /// The number of rows, repeated pairs included.
  package let rows: Int
  /// The users.
  package let users: Identifiers
  /// The items.
  package let items: Identifiers
  /// Whether there are values.
  package let hasValues: Bool
  /// The matrix, when it lies in a mapped file.
  package var mapped: Interactions?
}

extension InteractionsReader {
  /// How much a file holds, or standard input when `path` is `-`, and how it was understood.
  ///
  /// Text is read through without keeping its rows, compiled interactions are mapped; other forms are read. A minimum
  /// value is heeded where there is a matrix: of text, what is there is the most that is kept.
  ///
  /// - Throws: What reading the file would throw.
  /// - Complexity: O(bytes), with the memory of the identifiers for text.
  package func extent(of path: String, duplicates: Duplicates) throws -> (extent: InputExtent, form: InputForm) {
    let (input, kind) = try open(path)
    guard kind != nil else {
      let (extent, layout) = try delimitedReader.survey(input)
      return (extent, .delimited(layout))
    }
    let (interactions, form, rows, _) = try readInteractions(path, duplicates: duplicates)
    return (
      InputExtent(
        rows: rows, users: interactions.users, items: interactions.items,
        hasValues: interactions.byUser.values != nil,
        mapped: kind == .compiled && minimumValue == nil ? interactions : nil), form
    )
  }

  /// The most memory that reading text takes, with what it returns but for the identifiers.
  package static func readingBytes(_ extent: InputExtent) -> Int {
    let (row, merged) = (extent.hasValues ? 12 : 8, extent.hasValues ? 8 : 4)
    // The rows and one orientation, or both orientations; then counts and cursors of the rows.
    return extent.rows * max(row + merged, 2 * merged) + (extent.users.count + extent.items.count) * 16
  }
}
