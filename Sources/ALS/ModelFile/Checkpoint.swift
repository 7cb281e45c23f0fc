import ALSDense
import ALSPlatform
import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The state of a training between two iterations, as a file.
struct Checkpoint: SavedState {
  let training: SavedTraining
  var path: String { file.path }
  /// What early stopping measures.
  var metric: String? { stopping?.metric }
  let stopping: Rule?
  private let file: SafetensorsFile

  static let format = "swift-als-checkpoint"

  /// Opens and verifies a checkpoint.
  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard file.metadata["format"] == Self.format else {
      throw ALSError(.data, "is not a checkpoint. Name the file that a training saved itself in.", at: path)
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
  /// Copies the weights of features into those of a trainer.
  func restore<Element: Scalar & SafetensorsElement>(_ features: [(name: String, weights: Matrix<Element>)]) throws {
    for (name, weights) in features {
      let (shape, buffer) = try file.tensor(name, Element.self, dimensions: 2)
      guard shape == [weights.rowCount, weights.columnCount] else {
        throw SafetensorsFile.damaged(path, "\(name) have shape \(shape)")
      }
      try Matrix(rowCount: weights.rowCount, columnCount: weights.columnCount, buffer: buffer)
        .requireUsable(name, of: path)
      weights.buffer.pointer.update(from: buffer.pointer, count: buffer.count)
    }
  }

  /// Copies the factors of the best model that was measured into the tables of a trainer.
  func restoreBest<Element: Scalar & SafetensorsElement>(_ tables: Sides<Matrix<Element>>, hasBiases: Bool) throws {
    for side in Side.allCases {
      let (table, name) = (tables[side], "best_\(side.noun)")
      let factors = table.columnCount - (hasBiases ? 1 : 0)
      let (shape, buffer) = try file.tensor("\(name)_factors", Element.self, dimensions: 2)
      guard shape == [table.rowCount, factors] else {
        throw SafetensorsFile.damaged(path, "the best \(side.noun) factors have shape \(shape)")
      }
      let saved = Matrix(rowCount: table.rowCount, columnCount: factors, buffer: buffer)
      try saved.requireUsable("\(name)_factors", of: path)
      for row in 0..<table.rowCount { table.row(row).update(from: saved.row(row), count: factors) }
      guard hasBiases else { continue }
      let biases = try file.tensor("\(name)_bias", Element.self, dimensions: 1).buffer
      guard biases.count == table.rowCount else {
        throw SafetensorsFile.damaged(path, "the best \(side.noun) biases are not \(table.rowCount)")
      }
      try Matrix(rowCount: biases.count, columnCount: 1, buffer: biases).requireUsable("\(name)_bias", of: path)
      for row in 0..<table.rowCount { table.row(row)[factors] = biases.pointer[row] }
    }
  }
}
