#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard input, output and error, by their numbers.
package enum StandardDescriptors {
  /// Opens those that the process was started without, so that no file that is opened later gets their number.
  ///
  /// They are opened the wrong way round: reading from such an input and writing to such an output fail as on a
  /// descriptor that is closed. Called once, before any file is opened.
  package static func occupy() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number, which is this one.
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes to standard error as much as can be written: nobody may come to harm because a message cannot be read.
  package static func writeError(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    withoutBrokenPipeSignal {
      var written = 0
      while written < bytes.count {
        let count = write(2, base + written, bytes.count - written)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return }
        written += count
      }
    }
  }

  /// The open descriptor that `path` is a name for, such as `/dev/stdout` or `/dev/fd/3`; `nil` for other paths.
  package static func named(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
      }
      return nil
    }
  }
}
