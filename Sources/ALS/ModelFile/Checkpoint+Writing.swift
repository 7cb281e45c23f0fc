import ALSDense
import ALSPlatform

extension Checkpoint {
  /// What of early stopping must be the same for a training that goes on.
  struct Rule: Codable, Hashable {
    let metric: String
    let lowerIsBetter: Bool
    let interval: Int

    private var text: String { "validation by \(metric) after every \(interval == 1 ? "" : "\(interval). ")iteration" }

    /// Throws when the checkpoint at `path` was saved by a training with another rule than is wanted.
    static func requireSame(_ saved: Rule?, _ wanted: Rule?, at path: String) throws {
      if saved == wanted { return }
      throw ALSError(
        .configuration,
        "was saved by a training with \(saved?.text ?? "no validation"), but \(wanted?.text ?? "no validation") is "
          + "wanted. Give the same to go on, or remove the file to start again.", at: path)
    }
  }
}

extension Checkpoint {
  /// Writes the tables of a trainer, biases included, and of the best model that was measured, beside `path` and renames.
  static func write<Element: SafetensorsElement>(
    _ tables: FactorTables<Element>, best: FactorTables<Element>?, _ training: SavedTraining, _ stopping: Rule?,
    features: [(name: String, weights: Matrix<Element>)] = [], to path: String
  ) throws {
    var metadata = [
      "format": Checkpoint.format, FormatVersion.key: FormatVersion.text(hasFeatures: !features.isEmpty),
      "swift_als_version": training.version,
      "data_fingerprint": training.dataFingerprint,
      "configuration": try metadataText(training.configuration), "history": try metadataText(training.history),
    ]
    if let stopping { metadata["stopping"] = try metadataText(stopping) }
    var writer = SafetensorsWriter(metadata: metadata)
    for (prefix, tables) in [("", tables), ("best_", best)] {
      for side in Side.allCases {
        guard let rows = tables?[side].rows else { continue }
        let (table, biases) = (rows.matrix, rows.biases)
        writer.add("\(prefix)\(side.noun)_factors", table.buffer, shape: [table.rowCount, table.columnCount])
        if let biases { writer.add("\(prefix)\(side.noun)_bias", biases, shape: [biases.count]) }
      }
    }
    for (name, weights) in features {
      writer.add(name, weights.buffer, shape: [weights.rowCount, weights.columnCount])
    }
    try writer.write(to: path)
  }
}
