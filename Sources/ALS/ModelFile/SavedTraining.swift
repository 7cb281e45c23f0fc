import ALSPlatform

/// What a saved training says of itself, besides its factors.
struct SavedTraining: Codable {
  /// The version that saved it.
  let version: String
  let configuration: ModelConfiguration
  let dataFingerprint: String
  let history: [IterationRecord]

  init(
    version: String = ALSVersion.current, configuration: ModelConfiguration, dataFingerprint: String,
    history: [IterationRecord]
  ) {
    self.version = version
    self.configuration = configuration
    self.dataFingerprint = dataFingerprint
    self.history = history
  }

  /// Throws when another version saved the file at `path`.
  static func requireVersion(_ version: String, of path: String) throws {
    guard version == ALSVersion.current else {
      throw ALSError(
        .data,
        "\(path): was saved by version \(version), but this is version \(ALSVersion.current). Go on with the version that "
          + "saved it, or remove it and start again.")
    }
  }

  /// Throws when this is not the state of a training of `configuration` on the data with that fingerprint.
  ///
  /// The number of iterations may differ, as long as it is not less than what was reached.
  func requireMatch(_ configuration: ModelConfiguration, dataFingerprint: String, at path: String) throws {
    // Parameters that are chosen from the data differ with them.
    if self.dataFingerprint != dataFingerprint {
      throw ALSError(
        .data,
        "\(path): was saved by a training on other data. Give the same data to go on, or remove the file to start again."
      )
    }
    var mine = self.configuration
    mine.iterations = configuration.iterations
    if mine != configuration {
      let (saved, wanted) = (mine.parts, configuration.parts)
      let name = wanted.keys.sorted().first { saved[$0] != wanted[$0] } ?? "feedback"
      throw ALSError(
        .configuration,
        "\(path): was saved by a training with \(name) \(saved[name] ?? "of another kind"), but \(wanted[name] ?? "another") "
          + "is wanted. Give the same parameters to go on, or remove the file to start again.")
    }
    if let wanted = configuration.iterations, history.count > wanted {
      throw ALSError(
        .configuration,
        "\(path): has \(history.count) iterations behind it, but \(wanted) are wanted. Ask for more, or "
          + "remove the file to start again.")
    }
  }
}

extension [IterationRecord] {
  /// Throws when no training of the file at `path` can have had this history.
  func requirePlausible(at path: String) throws {
    for (position, record) in enumerated()
    where record.iteration != position + 1 || !(0...1 << 40).contains(record.rescuedRows) {
      throw SafetensorsFile.damaged(path, "record \(position + 1) of its history cannot be")
    }
  }
}

extension ModelConfiguration {
  /// The parameters by their names.
  fileprivate var parts: [String: String] {
    let configuration: Any =
      switch self {
      case .implicit(let configuration): configuration
      case .explicit(let configuration): configuration
      }
    var parts = ["feedback": isExplicit ? "explicit" : "implicit"]
    for (name, value) in Mirror(reflecting: configuration).children {
      guard let name else { continue }
      let optional = Mirror(reflecting: value)
      parts[name] =
        optional.displayStyle == .optional ? optional.children.first.map { "\($0.value)" } ?? "left open" : "\(value)"
    }
    return parts
  }
}
