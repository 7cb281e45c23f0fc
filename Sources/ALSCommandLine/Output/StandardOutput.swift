import ALSPlatform

/// The place for results that are no file.
enum StandardOutput {
  /// Writes all of `text`.
  ///
  /// - Throws: `ALSError` when it cannot be written.
  static func write(_ text: String) throws {
    let output = try ReplacementFile(path: "-")
    try output.append(text)
    try output.commit()
  }
}
