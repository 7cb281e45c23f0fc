#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The disk that a file is or would be on.
package struct DiskSpace {
  /// The directory of the file.
  package let directory: String
  /// Bytes that are free there.
  package let free: Int
  /// The same for files on the same disk.
  package let device: UInt64

  /// The disk of the directory of `path`; `nil` when it cannot be asked, or `path` is a device or a pipe.
  package init?(of path: String) {
    var target = stat()
    if stat(path, &target) == 0, target.st_mode & S_IFMT != S_IFREG { return nil }
    let directory = ALSPlatform.directory(of: linkTarget(of: path))
    var (space, status) = (statvfs(), stat())
    guard statvfs(directory, &space) == 0, stat(directory, &status) == 0 else { return nil }
    self.directory = directory
    free = Int(space.f_bavail) * Int(space.f_frsize)
    device = UInt64(truncatingIfNeeded: status.st_dev)
  }
}
