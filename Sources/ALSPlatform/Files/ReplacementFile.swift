#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file written beside its destination and renamed onto it when complete; a symbolic link stays, and what it leads to is
/// replaced.
///
/// Nobody ever sees half of it: until `commit()` the old file stays as it was, and a writer that is dropped without
/// `commit()` leaves nothing behind. Where the file system has files without a name, there is none until then, so even a
/// process that is killed leaves nothing. Devices, pipes and open descriptors (`/dev/null`, a FIFO, `/dev/fd/3`) are
/// written directly.
package final class ReplacementFile {
  /// Where bytes go until `commit()`.
  private enum Place {
    /// To a device, a pipe, or standard output.
    case destination
    case unnamed
    case named(String)
  }

  package let path: String
  /// Where links lead from there.
  private let target: String
  private let place: Place
  private var descriptor: Int32
  private var pending: [UInt8] = []
  private static let pendingCapacity = 1 << 18

  /// A file that is to be at `path`; standard output when that is `-`.
  package init(path: String) throws {
    if let open = path == "-" ? 1 : StandardDescriptors.named(path) {
      (self.path, target) = (open == 1 ? "standard output" : path, path)
      (descriptor, place) = (dup(open), .destination)
      return
    }
    (self.path, target) = (path, linkTarget(of: path))
    var status = stat()
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        throw ALSError(.cannotCreate, "is a directory. Name a file to write.", at: path)
      }
      if status.st_mode & S_IFMT != S_IFREG {
        place = .destination
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 { throw ALSError(.cannotCreate, "cannot be written: \(systemErrorText()).", at: path) }
        return
      }
    } else if errno == ELOOP {
      throw ALSError(.cannotCreate, "cannot be created: \(systemErrorText()). Name another file.", at: path)
    }
    if let unnamed = openUnnamedFile(beside: target) {
      (descriptor, place) = (unnamed, .unnamed)
      AbandonedFiles.claim(unnamed)
      return
    }
    AbandonedFiles.remove(beside: target)
    var template = Array("\(AbandonedFiles.prefix(of: target))XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    let name = template.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
    guard descriptor >= 0, let name else {
      throw ALSError(
        .cannotCreate,
        "cannot be created: \(systemErrorText()). Check that its directory exists and is writable.", at: path)
    }
    place = .named(name)
    AbandonedFiles.claim(descriptor)
    // mkstemp makes files private; give what the user's mask would have given.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, 0o666 & ~mask)
    UnfinishedFiles.add(name)
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
    if case .destination = place {
      defer { descriptor = -1 }
      // A descriptor that was closed from the start has failed before, if there was anything to write.
      if descriptor >= 0, close(descriptor) != 0 {
        throw ALSError(.inputOutput, "writing failed: \(systemErrorText()). Free some space.", at: path)
      }
      return
    }
    guard fsync(descriptor) == 0 else {
      throw ALSError(
        .inputOutput, "writing failed: \(systemErrorText()). The old file, if any, is untouched.", at: path)
    }
    var name: String?
    switch place {
    case .destination: break
    case .unnamed: name = try nameUnnamedFile(descriptor, target)
    case .named(let made): name = made
    }
    // Durable already, so that nothing comes of closing; and a process that is killed here leaves both names.
    defer {
      close(descriptor)
      descriptor = -1
    }
    guard let name else { return }
    defer { UnfinishedFiles.remove(name) }
    guard rename(name, target) == 0 else {
      let reason = systemErrorText()
      unlink(name)
      throw ALSError(.cannotCreate, "cannot be put in place: \(reason).", at: path)
    }
  }

  private func discard() {
    close(descriptor)
    descriptor = -1
    if case .named(let name) = place {
      unlink(name)
      UnfinishedFiles.remove(name)
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
    if case .destination = place {
      throw ALSError(.cannotCreate, "is a device or a pipe, but a regular file is needed. Name another file.", at: path)
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
      throw ALSError(.inputOutput, "writing failed: \(systemErrorText()). Free some space.", at: path)
    }
  }
}
