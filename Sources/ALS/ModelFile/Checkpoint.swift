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
  private let stopping: Rule?
  private let file: SafetensorsFile

  static let format = "swift-als-checkpoint"

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
    stopping = file.metadata["stopping"] == nil ? nil : try decoded("stopping")
  }

  /// Throws when the checkpoint is not one of a training of `configuration` on the data with that fingerprint.
  ///
  /// The number of iterations may differ, as long as it is not less than what was reached.
  func requireMatch(_ configuration: ModelConfiguration, dataFingerprint: String, stopping: Rule?) throws {
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
    if self.stopping != stopping {
      func text(_ rule: Rule?) -> String {
        rule.map { "validation by \($0.metric) after every \($0.interval == 1 ? "" : "\($0.interval). ")iteration" }
          ?? "no validation"
      }
      throw ALSError(
        .configuration,
        "\(path): was saved by a training with \(text(self.stopping)), but \(text(stopping)) is wanted. Give the same to "
          + "go on, or remove the file to start again.")
    }
    if let wanted = configuration.iterations, history.count > wanted {
      throw ALSError(
        .configuration,
        "\(path): has \(history.count) iterations behind it, but \(wanted) are wanted. Ask for more, or "
          + "remove the file to start again.")
    }
  }

  /// Copies the factors into the tables of a trainer.
  func restore<Element: Scalar & SafetensorsElement>(users: Matrix<Element>, items: Matrix<Element>) throws {
    for (name, table) in [("user_factors", users), ("item_factors", items)] {
      let (shape, buffer) = try file.tensor(name, Element.self, dimensions: 2)
      guard shape == [table.rowCount, table.columnCount] else {
        throw SafetensorsFile.damaged(path, "\(name) have shape \(shape)")
      }
      table.buffer.pointer.update(from: buffer.pointer, count: table.buffer.count)
    }
  }
}

extension Checkpoint {
  /// The tables of the best model that was measured.
  func best<Element: Scalar & SafetensorsElement>(
    users: Int, items: Int, _ factors: Int, _ hasBiases: Bool
  ) throws -> FactorTables<Element> {
    func table(_ name: String, rows: Int) throws -> (Matrix<Element>, Buffer<Element>?) {
      let (shape, buffer) = try file.tensor("best_\(name)_factors", Element.self, dimensions: 2)
      guard shape == [rows, factors] else {
        throw SafetensorsFile.damaged(path, "the best \(name) factors have shape \(shape)")
      }
      let biases = hasBiases ? try file.tensor("best_\(name)_bias", Element.self, dimensions: 1).buffer : nil
      guard biases.map({ $0.count == rows }) ?? true else {
        throw SafetensorsFile.damaged(path, "the best \(name) biases are not \(rows)")
      }
      return (
        Matrix(copying: Matrix(rowCount: rows, columnCount: factors, buffer: buffer)), biases.map(Buffer.init(copying:))
      )
    }
    let ((users, userBiases), (items, itemBiases)) = (try table("user", rows: users), try table("item", rows: items))
    return FactorTables(users: users, items: items, userBiases: userBiases, itemBiases: itemBiases)
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
