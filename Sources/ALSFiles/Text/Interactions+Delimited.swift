public import ALSSparse

extension Interactions {
  /// Writes one line per pair, with a header: user, item and, if there are any, value and weight.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - delimiter: What separates fields; identifiers with it, with quotes or with line breaks are quoted.
  /// - Throws: `ALSError` when writing fails.
  /// - Complexity: O(entries).
  public func writeDelimited(to path: String, by delimiter: Character = ",") throws {
    try TimedInteractions(self, times: nil).writeDelimited(to: path, by: delimiter)
  }
}

extension TimedInteractions {
  /// Writes one line per pair, with a header: user, item and, if there are any, value, time and weight.
  package func writeDelimited(to path: String, by delimiter: Character) throws {
    let byUser = interactions.byUser
    var lines = try InteractionLines(
      path: path, delimiter: delimiter, users: interactions.users, items: interactions.items,
      channels: EventChannels(
        values: byUser.values != nil, times: times != nil, weights: byUser.weights != nil))
    for user in 0..<byUser.rowCount {
      for entry in byUser.entries(ofRow: user) {
        try lines.append(
          user: user, item: byUser.columns.pointer[entry], value: byUser.values?.pointer[entry],
          time: times?.pointer[entry], weight: byUser.weights?.pointer[entry])
      }
    }
    try lines.finish()
  }
}
