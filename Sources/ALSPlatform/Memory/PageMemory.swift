#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory straight from the system, given back as soon as it is freed, which `malloc` does not promise.
///
/// Large blocks lie in pages of 2 MB where the system has them: rows gathered from a table of 20 MB would otherwise miss
/// the processor's list of 4 KB pages with nearly every row.
enum PageMemory {
  /// Smaller blocks are better left to `malloc`.
  static let leastBytes = 128 << 10
  private static let hugePage = 2 << 20

  /// Memory aligned to a page.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let length = mappedLength(byteCount)
    guard length >= 2 * hugePage else { return map(length) }
    let whole = map(length + hugePage)
    // What lies before the first boundary of huge pages, and after the last byte, goes back.
    let before = (hugePage - Int(bitPattern: whole) % hugePage) % hugePage
    if before > 0 { munmap(whole, before) }
    let start = whole + before
    if before < hugePage { munmap(start + length, hugePage - before) }
    madvise(start, length, MADV_HUGEPAGE)
    return start
  }

  static func deallocate(_ start: UnsafeMutableRawPointer, byteCount: Int) { munmap(start, mappedLength(byteCount)) }

  private static func map(_ length: Int) -> UnsafeMutableRawPointer {
    guard
      let start = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), start != MAP_FAILED
    else { MemoryExhaustion.end(wanting: length) }
    return start
  }

  private static func mappedLength(_ byteCount: Int) -> Int {
    let page = Int(getpagesize())
    return (byteCount + page - 1) / page * page
  }
}
