import ALSPlatform

extension Identifiers {
  /// Writes one per line.
  ///
  /// - Throws: `ALSError` when one has a line break in it, or the path cannot be written.
  package func writeLines(to path: String) throws {
    let file = try ReplacementFile(path: path)
    for identifier in self {
      let text = identifier.description
      if text.contains(where: \.isNewline) {
        throw ALSError(
          .data,
          "identifier \(text) has a line break in it. Write .csv, which has the identifiers in it, instead.", at: path)
      }
      try file.append(text + "\n")
    }
    try file.commit()
  }
}
