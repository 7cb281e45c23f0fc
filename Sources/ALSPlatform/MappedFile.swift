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

  package init(path: String) throws {
    let file = try ReadableFile(path: path)
    guard let size = file.size, path != "-" else {
      throw ALSError(
        .unreadable, "\(file.path): is not a regular file, so it cannot be mapped. Save it to a file first.")
    }
    self.path = path
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), address != MAP_FAILED else {
      throw ALSError(.inputOutput, "\(path): cannot be mapped into memory: \(systemErrorText()).")
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
  }
}
