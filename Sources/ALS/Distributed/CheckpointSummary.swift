import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a checkpoint says of the training that it was saved by.
package struct CheckpointSummary {
  /// What kind of file it is.
  package enum Kind: Equatable {
    /// The whole state of a training on one machine.
    case whole
    /// The file that names the parts of so many ranks.
    case parts(ranks: Int)
    /// What one of several ranks has saved.
    case part
  }

  package let kind: Kind
  package let version: String
  /// What is trained; `nil` in a part.
  package let configuration: ModelConfiguration?
  /// One record for each iteration that is over.
  package let history: [IterationRecord]
  package let users: Int
  package let items: Int
  /// What early stopping measures.
  package let metric: String?
  package let dataFingerprint: String

  /// Reads the file at `path`; `nil` when it is no checkpoint.
  ///
  /// - Throws: `ALSError` when it cannot be read, or is a damaged one.
  package init?(contentsOf path: String) throws {
    if try FactorModel.isModelFile(path) {
      try self.init(binary: path)
    } else {
      try self.init(manifest: path)
    }
  }

  private init?(binary path: String) throws {
    let file = try SafetensorsFile(path: path)
    switch file.metadata["format"] {
    case Checkpoint.format:
      let checkpoint = try Checkpoint(path: path)
      (kind, version, configuration) = (.whole, checkpoint.training.version, checkpoint.training.configuration)
      history = checkpoint.training.history
      (metric, dataFingerprint) = (checkpoint.metric, checkpoint.training.dataFingerprint)
    case DistributedCheckpoint.partFormat:
      try FormatVersion.requireKnown(file.metadata, of: path)
      (kind, version, configuration) = (.part, file.metadata["swift_als_version"] ?? "unknown", nil)
      (history, metric, dataFingerprint) = ([], nil, "")
    default: return nil
    }
    users = file.shape(of: "user_factors")?.first ?? 0
    items = file.shape(of: "item_factors")?.first ?? 0
  }

  private init?(manifest path: String) throws {
    let file = try ReadableFile(path: path)
    guard file.size != nil else { return nil }
    var start = [UInt8](repeating: 0, count: 64)
    let count = try start.withUnsafeMutableBytes { try file.fill($0) }
    guard String(decoding: start[..<count], as: UTF8.self).contains(DistributedCheckpoint.format) else { return nil }
    let checkpoint = try DistributedCheckpoint(path: path, bytes: Array(Data(contentsOf: URL(fileURLWithPath: path))))
    let training = checkpoint.training
    (kind, version, configuration) = (.parts(ranks: checkpoint.parts.count), training.version, training.configuration)
    (history, metric, dataFingerprint) = (training.history, checkpoint.stopping?.metric, training.dataFingerprint)
    users = checkpoint.parts.map(\.users.upperBound).max() ?? 0
    items = checkpoint.parts.map(\.items.upperBound).max() ?? 0
  }
}
