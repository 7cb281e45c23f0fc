import ALSPlatform
package import ALSSparse

extension Events {
  /// Writes the events in the compiled form when the name of the file ends in `.als`, otherwise one per line, with a
  /// header: user, item and, if there are any, value, time and weight.
  ///
  /// Users and items without events are left out.
  ///
  /// - Throws: `ALSError` when writing fails.
  package func write(to path: String, memory: Int, threads: Int) throws {
    guard path.hasSuffix(".als") else { return try writeLines(to: path) }
    _ = try InteractionsCompiler(
      source: withoutUnused(), path: path, duplicates: .sum, minimumValue: nil, memory: memory,
      mostEntriesPerRange: .max, threads: threads
    ).compile()
  }

  private func writeLines(to path: String) throws {
    var lines = try InteractionLines(
      path: path, delimiter: path.hasSuffix(".tsv") ? "\t" : ",", users: users, items: items, channels: channels)
    for event in 0..<count {
      try lines.append(
        user: Int(userIndices.pointer[event]), item: itemIndices.pointer[event], value: values?.pointer[event],
        time: times?.pointer[event], weight: weights?.pointer[event])
    }
    try lines.finish()
  }
}
