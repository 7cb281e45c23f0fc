import ALSDense
import ALSPlatform

extension Checkpoint {
  /// What is saved.
  struct Contents {
    /// The tables of a trainer, biases included.
    let tables: FactorModel.Tables
    /// The best model's that early stopping has measured.
    let best: FactorModel.Tables?
    let configuration: ModelConfiguration
    let dataFingerprint: String
    let history: [IterationRecord]
    let stopping: Rule?
  }

  /// What of early stopping must be the same for a training that goes on.
  struct Rule: Codable, Hashable {
    let metric: String
    let lowerIsBetter: Bool
    let interval: Int

    init(_ stopping: EarlyStopping) {
      (metric, lowerIsBetter, interval) = (stopping.metric, stopping.lowerIsBetter, stopping.interval)
    }

    private var text: String { "validation by \(metric) after every \(interval == 1 ? "" : "\(interval). ")iteration" }

    /// Throws when the checkpoint at `path` was saved by a training with another rule than is wanted.
    static func requireSame(_ saved: Rule?, _ wanted: Rule?, at path: String) throws {
      if saved == wanted { return }
      throw ALSError(
        .configuration,
        "\(path): was saved by a training with \(saved?.text ?? "no validation"), but \(wanted?.text ?? "no validation") is "
          + "wanted. Give the same to go on, or remove the file to start again.")
    }
  }
}

extension Checkpoint.Contents {
  /// Writes a checkpoint beside `path` and renames it.
  func save(to path: String) throws {
    var metadata = [
      "format": Checkpoint.format, FormatVersion.key: "\(FormatVersion.current)",
      "swift_als_version": ALSVersion.current, "data_fingerprint": dataFingerprint,
      "configuration": try metadataText(configuration), "history": try metadataText(history),
    ]
    if let stopping { metadata["stopping"] = try metadataText(stopping) }
    var writer = SafetensorsWriter(metadata: metadata)
    func add<Element>(_ prefix: String, _ tables: FactorTables<Element>) where Element: SafetensorsElement {
      for side in Side.allCases {
        let (name, table, biases) = (side.noun, tables[side].rows.matrix, tables[side].rows.biases)
        writer.add("\(prefix)\(name)_factors", table.buffer, shape: [table.rowCount, table.columnCount])
        if let biases { writer.add("\(prefix)\(name)_bias", biases, shape: [biases.count]) }
      }
    }
    for (prefix, tables) in [("", tables), ("best_", best)] {
      switch tables {
      case .float(let tables): add(prefix, tables)
      case .double(let tables): add(prefix, tables)
      case nil: break
      }
    }
    try writer.write(to: path)
  }
}
