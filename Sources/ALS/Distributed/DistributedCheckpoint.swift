import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The state of a sharded training between two iterations: a file of every rank beside a manifest that names them.
///
/// The manifest is replaced when all parts are safe, and only then are the parts before removed, so there is always a
/// whole checkpoint. Any number of ranks can go on from one, if they all see the files.
struct DistributedCheckpoint: Codable {
  /// What one rank has saved.
  struct Part: Codable {
    /// Its name, beside the manifest.
    let file: String
    let users: Range<Int>
    let items: Range<Int>

    /// Its contents, beside the manifest at `path`.
    func opened(of path: String) throws -> SafetensorsFile {
      do {
        return try SafetensorsFile(path: DistributedCheckpoint.partPath(file, of: path))
      } catch let error as ALSError where error.kind == .unreadable {
        throw error.adding(" It is a part of \(path): \(DistributedCheckpoint.remedy)")
      }
    }
  }

  /// What to do when parts are not there.
  private static let remedy =
    "copy the checkpoint again with all of its parts, where all ranks see them, or remove it to start again."

  static let format = "swift-als-sharded-checkpoint"
  /// What the parts call themselves.
  static let partFormat = "swift-als-checkpoint-part"

  let format: String
  let formatVersion: Int?
  let training: SavedTraining
  let stopping: Checkpoint.Rule?
  let parts: [Part]

  init(_ training: SavedTraining, stopping: Checkpoint.Rule?, parts: [Part]) {
    (format, formatVersion) = (Self.format, FormatVersion.current)
    (self.training, self.stopping, self.parts) = (training, stopping, parts)
  }

  /// What a manifest of any version says first.
  private struct Head: Decodable {
    struct Training: Decodable { let version: String? }
    let format: String
    let formatVersion: Int?
    let training: Training?
  }

  /// Reads a manifest.
  init(path: String, bytes: [UInt8]) throws {
    let head = try? JSONDecoder().decode(Head.self, from: Data(bytes))
    if let head, head.format == Self.format {
      try FormatVersion.requireKnown(head.formatVersion, writtenBy: head.training?.version, at: path)
    }
    guard head?.format == Self.format, let checkpoint = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
      throw ALSError(
        .data,
        "is not the checkpoint of a training over several ranks. Name the file that one saved itself in.", at: path)
    }
    try checkpoint.training.history.requirePlausible(at: path)
    self = checkpoint
  }

  /// Throws when the parts of the manifest at `path` are not all rows, once each, of files beside it.
  func requireWhole(users: Int, items: Int, at path: String) throws {
    func covers(_ ranges: [Range<Int>], _ count: Int) -> Bool {
      var next = 0
      for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
        guard range.lowerBound == next else { return false }
        next = range.upperBound
      }
      return next == count
    }
    guard covers(parts.map(\.users), users), covers(parts.map(\.items), items),
      parts.allSatisfy({ $0.file.hasPrefix(Self.partPrefix(of: path)) && !$0.file.contains("/") })
    else {
      throw ALSError(
        .data,
        "its parts are not all \(users) users and \(items) items: \(Self.remedy)", at: path)
    }
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let file = try ReplacementFile(path: path)
    try file.append(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n")
    try file.commit()
  }

  /// The file of a part beside the manifest at `path`.
  static func partPath(_ name: String, of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + (path.contains("/") ? "/" : "") + name
  }

  /// What the parts of the manifest at `path` begin with.
  private static func partPrefix(of path: String) -> String {
    "\(path.split(separator: "/").last.map(String.init) ?? path).iteration-"
  }

  /// The name of a part.
  static func partName(of path: String, iteration: Int, rank: Int, count: Int) -> String {
    "\(partPrefix(of: path))\(iteration).part-\(rank)-of-\(count)"
  }

  /// Removes the parts beside the manifest at `path` but those of `checkpoint`: of older ones, and of ones that were
  /// never finished.
  static func removeParts(of path: String, but checkpoint: DistributedCheckpoint?) throws {
    let directory = partPath("", of: path)
    let kept = Set(checkpoint?.parts.map(\.file) ?? [])
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "." : directory)
    where name.hasPrefix(partPrefix(of: path)) && name.contains(".part-") && !kept.contains(name) {
      try FileManager.default.removeItem(atPath: directory + name)
    }
  }
}
