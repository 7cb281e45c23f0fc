import ALSPlatform
package import ALSSparse

extension Events {
  /// Writes the events in the compiled form when the name of the file ends in `.als`, otherwise one per line, with a
  /// header: user, item and, if there are any, value and time.
  ///
  /// Users and items without events are left out.
  ///
  /// - Throws: `ALSError` when writing fails.
  package func write(to path: String, memory: Int, threads: Int) throws {
    guard path.hasSuffix(".als") else { return try writeLines(to: path) }
    _ = try InteractionsCompiler(
      source: withoutUnused(), path: path, duplicates: .sum, minimumValue: nil, memory: memory,
      mostEntriesPerRange: .max,
      threads: threads
    ).compile()
  }

  private func writeLines(to path: String) throws {
    let file = try ReplacementFile(path: path)
    let delimiter: Character = path.hasSuffix(".tsv") ? "\t" : ","
    let columns = ["user", "item"] + (values == nil ? [] : ["value"]) + (times == nil ? [] : ["time"])
    try file.append(columns.joined(separator: String(delimiter)) + "\n")
    let itemFields = items.map { quoted($0.description, delimiter) }
    for event in 0..<count {
      let user = quoted(users[Int(userIndices.pointer[event])].description, delimiter)
      let value = values.map { "\(delimiter)\(decimal($0.pointer[event]))" } ?? ""
      let time = times.map { "\(delimiter)\(decimal($0.pointer[event]))" } ?? ""
      try file.append("\(user)\(delimiter)\(itemFields[Int(itemIndices.pointer[event])])\(value)\(time)\n")
    }
    try file.commit()
  }
}
