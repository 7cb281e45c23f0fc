import ALSPlatform

/// An `.npz` file: arrays by name, as `numpy.savez` and `numpy.savez_compressed` write them.
package struct NumPyArchive {
  private let archive: ZipArchive
  private let entries: [String: ZipArchive.Entry]

  /// Opens an archive and reads its directory.
  package init(contentsOf path: String) throws {
    archive = try ZipArchive(path: path)
    entries = Dictionary(
      archive.entries.map { ($0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name, $0) },
      uniquingKeysWith: { $1 })
  }

  /// The names of the arrays, sorted.
  package var names: [String] { entries.keys.sorted() }

  /// The array `name`, decompressed and checked; `nil` when there is none.
  ///
  /// - Complexity: O(its size).
  package func array(_ name: String) throws -> NumPyArray? {
    guard let entry = entries[name] else { return nil }
    let (bytes, owner) = try archive.content(of: entry)
    return try NumPyArray(bytes: bytes, owner: owner, place: "\(archive.path): \(name)")
  }

  /// Whether the file at `path` begins like an archive with something in it.
  package static func isArchive(_ start: some Sequence<UInt8>) -> Bool { start.starts(with: [0x50, 0x4B, 0x03, 0x04]) }
}
