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
  let path: String
  let configuration: ModelConfiguration
  let dataFingerprint: String
  let history: [IterationRecord]
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
    let version = file.metadata["swift_als_version"] ?? "unknown"
    guard version == ALSVersion.current else {
      throw ALSError(
        .data,
        "\(path): was saved by version \(version), but this is version \(ALSVersion.current). Go on with the version that "
          + "saved it, or remove it and start again.")
    }
    func decoded<Value: Decodable>(_ key: String) throws -> Value {
      guard let value = try? JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8)) else {
        throw SafetensorsFile.damaged(path, "its \(key) is not readable")
      }
      return value
    }
    self.path = path
    self.file = file
    configuration = try decoded("configuration")
    history = try decoded("history")
    dataFingerprint = file.metadata["data_fingerprint"] ?? ""
  }

  /// Throws when the checkpoint is not one of a training of `configuration` on the data with that fingerprint.
  ///
  /// The number of iterations may differ, as long as it is not less than what was reached.
  func requireMatch(_ configuration: ModelConfiguration, dataFingerprint: String) throws {
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
    if self.dataFingerprint != dataFingerprint {
      throw ALSError(
        .data,
        "\(path): was saved by a training on other data. Give the same data to go on, or remove the file to start again."
      )
    }
    if history.count > configuration.iterations {
      throw ALSError(
        .configuration,
        "\(path): has \(history.count) iterations behind it, but \(configuration.iterations) are wanted. Ask for more, or "
          + "remove the file to start again.")
    }
  }

  /// Copies the factors into the tables of a trainer.
  func restore<Element: Scalar & SafetensorsElement>(users: Matrix<Element>, items: Matrix<Element>) throws {
    for (name, table) in [("users", users), ("items", items)] {
      let (shape, buffer) = try file.tensor(name, Element.self, dimensions: 2)
      guard shape == [table.rowCount, table.columnCount] else {
        throw SafetensorsFile.damaged(path, "\(name) have shape \(shape)")
      }
      table.buffer.pointer.update(from: buffer.pointer, count: table.buffer.count)
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
      if let name { parts[name] = "\((value as Any?).map { "\($0)" } ?? "nil")" }
    }
    return parts
  }
}
