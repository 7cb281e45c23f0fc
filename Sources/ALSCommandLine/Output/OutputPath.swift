import ALSPlatform

/// Finds out early whether an output can be written, rather than after an hour of training.
enum OutputPath {
  static func check(_ path: String) throws {
    // Making the temporary file and dropping it is the test that cannot be wrong.
    _ = try ReplacementFile(path: path)
  }
}
