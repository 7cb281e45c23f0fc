#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which regular file a path stands for, whatever names it has.
package enum FileIdentity: Hashable {
  /// A file that is there.
  case present(device: UInt64, inode: UInt64)
  /// One that would be made in a directory.
  case absent(device: UInt64, directory: UInt64, name: String)

  /// The file at `path`, or at an open descriptor that it names; `nil` for devices, pipes and directories, and when there
  /// is no directory for it.
  package init?(path: String) {
    if let descriptor = StandardDescriptors.named(path) {
      self.init(descriptor: descriptor)
      return
    }
    var status = stat()
    if stat(path, &status) == 0 {
      self.init(status)
      return
    }
    let target = linkTarget(of: path)
    guard stat(ALSPlatform.directory(of: target), &status) == 0 else { return nil }
    let name = target.split(separator: "/").last.map(String.init) ?? target
    self = .absent(
      device: UInt64(truncatingIfNeeded: status.st_dev), directory: UInt64(status.st_ino), name: name)
  }

  /// The file that is open at a descriptor.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    self = .present(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
  }
}
