#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file opened for reading, or standard input as `-`, closed with its last reference.
package final class ReadableFile: Sendable {
  package let path: String
  let descriptor: Int32
  /// The size of a regular file; `nil` for pipes and devices.
  package let size: Int?

  package init(path: String) throws {
    self.path = path == "-" ? "standard input" : path
    if path == "-" {
      descriptor = 0
    } else {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      if descriptor < 0 {
        throw ALSError(
          .unreadable, "cannot be opened: \(systemErrorText()). Check the path and its permissions.", at: path)
      }
    }
    var status = stat()
    let known = fstat(descriptor, &status) == 0
    let kind = status.st_mode & S_IFMT
    if known, kind == S_IFDIR {
      if path != "-" { close(descriptor) }
      throw ALSError(.unreadable, "is a directory. Name a file in it.", at: path)
    }
    size = known && kind == S_IFREG ? Int(status.st_size) : nil
  }

  deinit {
    if descriptor > 0 { close(descriptor) }
  }

  /// Reads until `buffer` is full or the input ends, and returns how many bytes came.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    var filled = 0
    while filled < buffer.count {
      let got = read(descriptor, base + filled, buffer.count - filled)
      if got < 0 {
        if errno == EINTR { continue }
        throw ALSError(.inputOutput, "reading failed after \(filled) bytes: \(systemErrorText()).", at: path)
      }
      if got == 0 { break }
      filled += got
    }
    return filled
  }
}
