import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Space on disk for what does not fit into memory; it has no name, so it is gone with the process whatever happens.
package final class ScratchFile: Sendable {
  /// What messages call it: the output that it is for.
  private let path: String
  private let descriptor: Int32
  private let end = Atomic(0)

  /// A file in the directory of `path`, where the output goes too.
  package init(beside path: String) throws {
    self.path = path
    var template = Array("\(linkTarget(of: path)).scratch-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw ALSError(
        .cannotCreate,
        "no scratch file can be made beside it: \(systemErrorText()). Check that its directory exists and is "
          + "writable.", at: path)
    }
    unlink(template)
  }

  deinit { close(descriptor) }

  /// How many bytes there are.
  package var count: Int { end.load(ordering: .relaxed) }

  /// Appends `bytes`, from any thread, and tells where they begin.
  package func append(_ bytes: UnsafeRawBufferPointer) throws -> Int {
    let start = end.wrappingAdd(bytes.count, ordering: .relaxed).oldValue
    try writeAll(bytes, to: descriptor, at: start, path: path)
    return start
  }

  /// Fills `buffer` with what begins at `offset`.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    try readAll(into: buffer, from: descriptor, at: offset, path: path)
  }
}

/// Writes all of `bytes` at `offset`, or where the file stands when that is `nil`.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int?, path: String) throws {
  guard let base = bytes.baseAddress else { return }
  var written = 0
  while written < bytes.count {
    let count =
      offset.map { pwrite(descriptor, base + written, bytes.count - written, off_t($0 + written)) }
      ?? write(descriptor, base + written, bytes.count - written)
    if count < 0 {
      if errno == EINTR { continue }
      throw ALSError(
        .inputOutput,
        "writing failed: \(systemErrorText()). The old file, if any, is untouched; free some space.", at: path)
    }
    written += count
  }
}

/// Fills `buffer` with what begins at `offset`.
func readAll(into buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int, path: String) throws {
  guard let base = buffer.baseAddress else { return }
  var filled = 0
  while filled < buffer.count {
    let count = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
    if count < 0, errno == EINTR { continue }
    guard count > 0 else {
      throw ALSError(
        .inputOutput,
        "reading back what was written failed: \(count < 0 ? systemErrorText() : "it is cut short").", at: path)
    }
    filled += count
  }
}
