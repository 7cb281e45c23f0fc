#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The names beside a file that it has on its way to its place; a process that is killed may leave one.
enum AbandonedFiles {
  /// What their names begin with.
  static func prefix(of path: String) -> String { "\(path).partial-" }

  /// Marks an open file as one that is being written, as long as it is open.
  static func claim(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

  /// Removes those of `path` that nobody writes any more.
  ///
  /// - Complexity: O(files in the directory).
  static func remove(beside path: String) {
    let folder = directory(of: path)
    let start = prefix(of: path.split(separator: "/").last.map(String.init) ?? path)
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      guard name.hasPrefix(start) else { continue }
      let descriptor = open("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink("\(folder)/\(name)") }
      close(descriptor)
    }
  }
}
