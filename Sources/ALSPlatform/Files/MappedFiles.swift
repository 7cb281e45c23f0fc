import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files that are mapped into memory, by their addresses, and those that were changed while they were.
package enum MappedFiles {
  /// What tells whether a file was written to.
  struct Version: Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init?(descriptor: Int32) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return nil }
      self.init(status)
    }

    init?(path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.init(status)
    }

    private init(_ status: stat) {
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      (device, inode) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
      (size, seconds, nanoseconds) = (Int(status.st_size), Int(time.tv_sec), Int(time.tv_nsec))
    }

    /// Whether `other` is the same file, written to in between; a file that took its place is another.
    func isChanged(in other: Version) -> Bool {
      self != other && device == other.device && inode == other.inode
    }
  }

  private struct Entry {
    let path: String
    let end: UInt
    let version: Version?

    var isChanged: Bool {
      guard let version, let now = Version(path: path) else { return false }
      return version.isChanged(in: now)
    }
  }

  private static let state = Mutex((entries: [UInt: Entry](), changed: Set<String>()))

  static func add(_ bytes: UnsafeRawBufferPointer, of path: String, _ version: Version?) {
    let start = UInt(bitPattern: bytes.baseAddress)
    let entry = Entry(path: path, end: start + UInt(bytes.count), version: version)
    state.withLock { $0.entries[start] = entry }
  }

  static func remove(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { state in
      guard let entry = state.entries.removeValue(forKey: UInt(bitPattern: bytes.baseAddress)) else { return }
      if entry.isChanged { state.changed.insert(entry.path) }
    }
  }

  /// The file that is mapped at `address`.
  static func path(at address: UInt) -> String? {
    state.withLock { $0.entries.first { $0.key <= address && address < $0.value.end }?.value.path }
  }

  /// Throws when a file that is or was mapped has been written to since, so that what was read may be anything.
  package static func requireUnchanged() throws {
    let changed = state.withLock { state in
      state.changed.union(state.entries.values.filter(\.isChanged).map(\.path)).min()
    }
    guard let changed else { return }
    throw ALSError(
      .inputOutput,
      "was written to while it was read, so what was made of it may be wrong. Run this again, and replace "
        + "files that are in use by renaming.", at: changed)
  }
}
