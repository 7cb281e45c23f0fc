package import ALSSparse

extension InteractionsReader {
  /// How much a file holds, or standard input when `path` is `-`, and how it was understood.
  ///
  /// Text is read through without keeping its rows, compiled interactions are mapped; other forms are read. A minimum
  /// value is heeded where there is a matrix: of text, what is there is the most that is kept.
  ///
  /// - Throws: What reading the file would throw.
  /// - Complexity: O(bytes), with the memory of the identifiers for text.
  package func extent(of path: String, duplicates: Duplicates) throws -> (extent: InputExtent, form: InputForm) {
    let file = try open(path)
    if let surveyed = try file.form.survey(file) { return surveyed }
    let (timed, form, rows, _) = try readTimedInteractions(file, duplicates: duplicates)
    let interactions = timed.interactions
    return (
      InputExtent(
        rows: rows, users: interactions.users, items: interactions.items,
        channels: EventChannels(
          values: interactions.byUser.values != nil, times: false, weights: interactions.byUser.weights != nil),
        mapped: file.form.traits.contains(.mapped) && minimumValue == nil ? interactions : nil), form
    )
  }
}
