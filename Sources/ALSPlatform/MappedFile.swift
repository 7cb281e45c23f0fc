#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file mapped read-only into memory, unmapped with its last reference.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let bytes: UnsafeRawBufferPointer
  /// Whether pages that have been read are better given back than kept resident until the system wants them.
  package let isLarge: Bool

  /// Maps a file; tests choose from which size on it is large.
  package init(path: String, leastLargeBytes: Int = MappedFile.leastLargeBytes) throws {
    let file = try ReadableFile(path: path)
    guard let size = file.size, path != "-" else {
      throw ALSError(
        .unreadable, "\(file.path): is not a regular file, so it cannot be mapped. Save it to a file first.")
    }
    self.path = path
    isLarge = size >= leastLargeBytes
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), address != MAP_FAILED else {
      throw ALSError(.inputOutput, "\(path): cannot be mapped into memory: \(systemErrorText()).")
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    MappedFiles.add(bytes, of: path, MappedFiles.Version(descriptor: file.descriptor))
  }

  /// The size of files from which on a process that goes through them keeps few of their pages.
  package static var leastLargeBytes: Int { 1 << 30 }

  /// Gives back whole pages of `part`: they do not count as resident any more, and are read again when needed.
  package func giveBack(_ part: UnsafeRawBufferPointer) {
    guard let start = part.baseAddress else { return }
    let page = Int(getpagesize())
    let first = (Int(bitPattern: start) + page - 1) / page * page
    let end = (Int(bitPattern: start) + part.count) / page * page
    if first < end, let start = UnsafeMutableRawPointer(bitPattern: first) {
      madvise(start, end - first, MADV_DONTNEED)
    }
  }

  deinit {
    guard let address = bytes.baseAddress else { return }
    MappedFiles.remove(bytes)
    munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
  }
}
