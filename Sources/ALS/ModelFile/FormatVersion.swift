import ALSPlatform

/// The version of what models and checkpoints say of themselves, beside their `format`.
///
/// 4 has features, and only files that have some say so; 3 has weights of cells, 2 flat configurations. Versions before 0.2 wrote
/// 1 into models and nothing into checkpoints. What a later version adds and an earlier one can do without needs no other number.
enum FormatVersion {
  static let key = "format_version"
  static let current = 3
  static let withFeatures = 4

  /// The version of a file, as it says it: the first that can read it.
  static func text(hasFeatures: Bool) -> String { "\(hasFeatures ? withFeatures : current)" }

  /// Throws when a file with this metadata, at `path`, is of a newer version.
  static func requireKnown(_ metadata: [String: String], of path: String) throws {
    let version = metadata[key].map { Int($0) ?? .max }
    try requireKnown(version, writtenBy: metadata["swift_als_version"], at: path)
  }

  /// The same for the version itself, `nil` where none is said, and that of the program.
  static func requireKnown(_ version: Int?, writtenBy program: String?, at path: String) throws {
    if (version ?? 1) <= withFeatures { return }
    throw ALSError(
      .data,
      "was written by a newer version\(program.map { ", \($0)," } ?? "") in a form that this one, "
        + "\(ALSVersion.current), does not read. Use that version, or a later one.", at: path)
  }
}
