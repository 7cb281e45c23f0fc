import ALS

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What changes when a file is replaced or written to.
struct FileStamp: Hashable, Sendable {
  private let device, inode, size: Int64
  private let seconds, nanoseconds: Int64

  /// The stamp of the file at `path`, links followed.
  init(of path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ALSError(.unreadable, "\(path): \(String(cString: strerror(errno))).")
    }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    (device, inode, size) = (Int64(status.st_dev), Int64(status.st_ino), Int64(status.st_size))
    (seconds, nanoseconds) = (Int64(time.tv_sec), Int64(time.tv_nsec))
  }
}
