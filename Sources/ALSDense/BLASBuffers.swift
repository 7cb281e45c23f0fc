import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The buffers that OpenBLAS packs matrices into, one for every thread that is inside of it at once, kept for ever.
///
/// OpenBLAS asks for one when it needs it, and when there are no addresses for it, asks again without end. So where
/// addresses are limited, the buffers are asked for here, after a look whether there is room.
package enum BLASBuffers {
  /// The bytes of a buffer, of which few are touched; OpenBLAS's `BUFFER_SIZE` on x86-64, and less elsewhere.
  package static let bytes = 128 << 20

  private typealias Allocate = @convention(c) (_ kind: Int32) -> UnsafeMutableRawPointer?
  private typealias Free = @convention(c) (UnsafeMutableRawPointer) -> Void

  /// Those of OpenBLAS, which are in no header; other libraries have none.
  private static let functions: (allocate: Allocate, free: Free)? = {
    guard let allocate = dlsym(nil, "blas_memory_alloc"), let free = dlsym(nil, "blas_memory_free") else { return nil }
    return (unsafeBitCast(allocate, to: Allocate.self), unsafeBitCast(free, to: Free.self))
  }()

  private static let isLimited = AvailableMemory.limitsAddresses

  /// Has buffers for `count` threads, of which `claimed` were had before, or ends the process.
  static func claim(_ count: Int, claimed: Int) {
    guard isLimited, let functions else { return }
    let buffers = (0..<count).map { index in
      if index >= claimed, !isRoom { MemoryExhaustion.end(wanting: bytes) }
      return functions.allocate(0)
    }
    for case let buffer? in buffers { functions.free(buffer) }
  }

  private static var isRoom: Bool {
    // As OpenBLAS asks for it.
    guard let place = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), place != MAP_FAILED
    else { return false }
    munmap(place, bytes)
    return true
  }
}
