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
  private let file: SafetensorsFile

  private static let format = "swift-als-checkpoint"

  /// Writes the tables of a trainer, biases included.
  static func write<Element: Scalar & SafetensorsElement>(
    users: Matrix<Element>, items: Matrix<Element>, configuration: ModelConfiguration, dataFingerprint: String,
    history: [IterationRecord], to path: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var writer = SafetensorsWriter(metadata: [
      "format": format, "swift_als_version": ALSVersion.current, "data_fingerprint": dataFingerprint,
      "configuration": String(decoding: try encoder.encode(configuration), as: UTF8.self),
      "history": String(decoding: try encoder.encode(history), as: UTF8.self),
    ])
    writer.add("users", users.buffer, shape: [users.rowCount, users.columnCount])
    writer.add("items", items.buffer, shape: [items.rowCount, items.columnCount])
    try writer.write(to: path)
  }

  /// Opens and verifies a checkpoint.
  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard file.metadata["format"] == Self.format else {
      throw ALSError(.data, "\(path): is not a checkpoint. Name the file that a training saved itself in.")
    }
    func decoded<Value: Decodable>(_ key: String) throws -> Value {
      guard let value = try? JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8)) else {
        throw SafetensorsFile.damaged(path, "its \(key) is not readable")
      }
      return value
    }
    self.file = file
    let version = file.metadata["swift_als_version"] ?? "unknown"
    try SavedTraining.requireVersion(version, of: path)
    training = SavedTraining(
      version: version, configuration: try decoded("configuration"),
      dataFingerprint: file.metadata["data_fingerprint"] ?? "",
      history: try decoded("history"))
  }

  /// Copies the factors into the tables of a trainer.
  func restore<Element: Scalar & SafetensorsElement>(users: Matrix<Element>, items: Matrix<Element>) throws {
    for (name, table) in [("users", users), ("items", items)] {
      let (shape, buffer) = try file.tensor(name, Element.self, dimensions: 2)
      guard shape == [table.rowCount, table.columnCount] else {
        throw SafetensorsFile.damaged(file.path, "\(name) have shape \(shape)")
      }
      table.buffer.pointer.update(from: buffer.pointer, count: table.buffer.count)
    }
  }
}
