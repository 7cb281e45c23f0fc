import ALSDense
import ALSPlatform
import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The state of a training between two iterations, as a file.
struct Checkpoint {
  let training: SavedTraining
  var path: String { file.path }
  /// What early stopping measures.
  var metric: String? { stopping?.metric }
  private let stopping: Rule?
  private let file: SafetensorsFile

  static let format = "swift-als-checkpoint"

  /// Opens and verifies a checkpoint.
  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard file.metadata["format"] == Self.format else {
      throw ALSError(.data, "\(path): is not a checkpoint. Name the file that a training saved itself in.")
    }
    try FormatVersion.requireKnown(file.metadata, of: path)
    func decoded<Value: Decodable>(_ key: String) throws -> Value {
      guard let value = try? JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8)) else {
        throw SafetensorsFile.damaged(path, "its \(key) is not readable")
      }
      return value
    }
    self.file = file
    training = SavedTraining(
      version: file.metadata["swift_als_version"] ?? "unknown", configuration: try decoded("configuration"),
      dataFingerprint: file.metadata["data_fingerprint"] ?? "", history: try decoded("history"))
    try training.history.requirePlausible(at: path)
    stopping = file.metadata["stopping"] == nil ? nil : try decoded("stopping")
  }

  /// Throws when the checkpoint is not one of a training of `configuration` on the data with that fingerprint.
  func requireMatch(_ configuration: ModelConfiguration, dataFingerprint: String, stopping: Rule?) throws {
    try training.requireMatch(configuration, dataFingerprint: dataFingerprint, at: path)
    try Rule.requireSame(self.stopping, stopping, at: path)
  }

  /// Copies the factors into the tables of a trainer.
  func restore<Element: Scalar & SafetensorsElement>(_ tables: Sides<Matrix<Element>>) throws {
    for side in Side.allCases {
      let (name, table) = ("\(side.noun)_factors", tables[side])
      let (shape, buffer) = try file.tensor(name, Element.self, dimensions: 2)
      guard shape == [table.rowCount, table.columnCount] else {
        throw SafetensorsFile.damaged(file.path, "\(name) have shape \(shape)")
      }
      let saved = Matrix(rowCount: table.rowCount, columnCount: table.columnCount, buffer: buffer)
      try saved.requireUsable(name, of: path)
      table.buffer.pointer.update(from: buffer.pointer, count: table.buffer.count)
    }
  }
}

extension Checkpoint {
  /// The tables of the best model that was measured.
  func best<Element: Scalar & SafetensorsElement>(
    _ tables: Sides<Matrix<Element>>, _ factors: Int, _ hasBiases: Bool
  ) throws -> FactorTables<Element> {
    func table(_ name: String, rows: Int) throws -> FactorRows<Element> {
      let (shape, buffer) = try file.tensor("best_\(name)_factors", Element.self, dimensions: 2)
      guard shape == [rows, factors] else {
        throw SafetensorsFile.damaged(path, "the best \(name) factors have shape \(shape)")
      }
      let biases = hasBiases ? try file.tensor("best_\(name)_bias", Element.self, dimensions: 1).buffer : nil
      guard biases.map({ $0.count == rows }) ?? true else {
        throw SafetensorsFile.damaged(path, "the best \(name) biases are not \(rows)")
      }
      let saved = Matrix(rowCount: rows, columnCount: factors, buffer: buffer)
      try saved.requireUsable("best_\(name)_factors", of: path)
      try biases.map { Matrix(rowCount: rows, columnCount: 1, buffer: $0) }?.requireUsable(
        "best_\(name)_bias", of: path)
      return FactorRows(Matrix(copying: saved), biases: biases.map(Buffer.init(copying:)))
    }
    return FactorTables(
      users: try table("user", rows: tables.users.rowCount), items: try table("item", rows: tables.items.rowCount))
  }
}
