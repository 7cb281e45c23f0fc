#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file written beside its destination and renamed onto it when complete.
///
/// Nobody ever sees half of it: until `commit()` the old file stays as it was, and a writer that is dropped without
/// `commit()` leaves nothing behind. Devices and pipes (`/dev/null`, a FIFO) are written directly.
package final class ReplacementFile {
  package let path: String
  private let temporaryPath: String?
  private var descriptor: Int32
  private var pending: [UInt8] = []
  private static let pendingCapacity = 1 << 18

  package init(path: String) throws {
    self.path = path
    var status = stat()
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        throw ALSError(.cannotCreate, "\(path): is a directory. Name a file to write.")
      }
      if status.st_mode & S_IFMT != S_IFREG {
        temporaryPath = nil
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 { throw ALSError(.cannotCreate, "\(path): cannot be written: \(systemErrorText()).") }
        return
      }
    }
    var template = Array("\(path).partial-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    if descriptor < 0 {
      throw ALSError(
        .cannotCreate,
        "\(path): cannot be created: \(systemErrorText()). Check that its directory exists and is writable.")
    }
    temporaryPath = template.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
    // mkstemp makes files private; give what the user's mask would have given.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, 0o666 & ~mask)
    if let temporaryPath { UnfinishedFiles.add(temporaryPath) }
  }

  /// Standard output, with the same buffering; `commit()` flushes it.
  package static func standardOutput() -> ReplacementFile {
    ReplacementFile(path: "standard output", descriptor: dup(1))
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    temporaryPath = nil
  }

  deinit {
    if descriptor >= 0 { discard() }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    if pending.count + bytes.count > Self.pendingCapacity { try flush() }
    if bytes.count >= Self.pendingCapacity { return try writeThrough(bytes) }
    pending.append(contentsOf: bytes)
  }

  package func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  /// Makes the file durable and puts it in its place.
  package func commit() throws {
    try flush()
    guard let temporaryPath else {
      close(descriptor)
      descriptor = -1
      return
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0 else {
      throw ALSError(.inputOutput, "\(path): writing failed: \(systemErrorText()). The old file, if any, is untouched.")
    }
    descriptor = -1
    guard rename(temporaryPath, path) == 0 else {
      let reason = systemErrorText()
      unlink(temporaryPath)
      UnfinishedFiles.remove(temporaryPath)
      throw ALSError(.cannotCreate, "\(path): cannot be put in place: \(reason).")
    }
    UnfinishedFiles.remove(temporaryPath)
  }

  private func discard() {
    close(descriptor)
    descriptor = -1
    if let temporaryPath {
      unlink(temporaryPath)
      UnfinishedFiles.remove(temporaryPath)
    }
  }

  private func flush() throws {
    guard !pending.isEmpty else { return }
    try pending.withUnsafeBytes { try writeThrough($0) }
    pending.removeAll(keepingCapacity: true)
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: descriptor, at: nil, path: path)
  }
}

/// Writing at any place, for files that are not made from beginning to end; not together with `append`.
extension ReplacementFile {
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    guard temporaryPath != nil else {
      throw ALSError(.cannotCreate, "\(path): is a device or a pipe, but a regular file is needed. Name another file.")
    }
    try writeAll(bytes, to: descriptor, at: offset, path: path)
  }

  /// Fills `buffer` with what was written at `offset`.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    try readAll(into: buffer, from: descriptor, at: offset, path: path)
  }

  /// Cuts off what goes beyond `size`, or fills up with zeros.
  package func resize(to size: Int) throws {
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw ALSError(.inputOutput, "\(path): writing failed: \(systemErrorText()). Free some space.")
    }
  }
}
