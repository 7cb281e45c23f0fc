#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file in memory, mapped read-only or read as a whole, freed with its last reference.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let bytes: UnsafeRawBufferPointer
  /// Whether pages that have been read are better given back than kept resident until the system wants them.
  package let isLarge: Bool
  /// Whether the bytes are the file's pages, rather than a copy of them.
  private let isMapped: Bool

  /// Maps a file, or reads it into memory of this process; tests choose from which size on a mapped one is large.
  package init(path: String, mapped: Bool = true, leastLargeBytes: Int = MappedFile.leastLargeBytes) throws {
    let file = try ReadableFile(path: path)
    guard let size = file.size, path != "-" else {
      throw ALSError(
        .unreadable, "is not a regular file, so it cannot be mapped. Save it to a file first.", at: file.path)
    }
    self.path = path
    isMapped = mapped
    isLarge = mapped && size >= leastLargeBytes
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address =
      mapped
      ? mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
      : mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address, address != MAP_FAILED else {
      throw ALSError(
        .inputOutput,
        "\(size) bytes cannot be \(mapped ? "mapped" : "read") into memory: \(systemErrorText()).", at: path)
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    if mapped {
      MappedFiles.add(bytes, of: path, MappedFiles.Version(descriptor: file.descriptor))
      return
    }
    let count = try file.fill(UnsafeMutableRawBufferPointer(start: address, count: size))
    guard count == size else {
      throw ALSError(
        .data, "became shorter while it was read. Read it again when it is whole; replace files by renaming.", at: path)
    }
  }

  /// The size of files from which on a process that goes through them keeps few of their pages.
  package static var leastLargeBytes: Int { 1 << 30 }

  /// Gives back whole pages of `part`: they do not count as resident any more, and are read again when needed.
  package func giveBack(_ part: UnsafeRawBufferPointer) {
    // What is no longer in pages of its own would be gone.
    guard isMapped, let start = part.baseAddress else { return }
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
