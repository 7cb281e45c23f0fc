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

  /// Throws when this is not the state of a training of `configuration` on the data with that fingerprint.
  ///
  /// The number of iterations may differ, as long as it is not less than what was reached.
  func requireMatch(_ configuration: ModelConfiguration, dataFingerprint: String, at path: String) throws {
    // Parameters that are chosen from the data differ with them.
    if self.dataFingerprint != dataFingerprint {
      throw ALSError(
        .data,
        "was saved by a training on other data. Give the same data to go on, or remove the file to start again.",
        at: path)
    }
    var mine = self.configuration
    mine.iterations = configuration.iterations
    if mine != configuration {
      func text(_ configuration: ModelConfiguration, _ key: String) -> String {
        if key == "feedback" { return configuration.definition.name }
        return configuration.parameters.first { $0.key == key }?.text(configuration) ?? "left open"
      }
      let isSameKind = mine.loss.feedback == configuration.loss.feedback
      let name =
        isSameKind
        ? configuration.parameters.map(\.key).first { text(mine, $0) != text(configuration, $0) } ?? "feedback"
        : "feedback"
      let (saved, wanted) = (text(mine, name), text(configuration, name))
      throw ALSError(
        .configuration,
        "was saved by a training with \(name) \(saved), but \(wanted) "
          + "is wanted. Give the same parameters to go on, or remove the file to start again.", at: path)
    }
    if let wanted = configuration.iterations, history.count > wanted {
      throw ALSError(
        .configuration,
        "has \(history.count) iterations behind it, but \(wanted) are wanted. Ask for more, or "
          + "remove the file to start again.", at: path)
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

/// A checkpoint that has been opened.
protocol SavedState {
  var training: SavedTraining { get }
  var stopping: Checkpoint.Rule? { get }
}
