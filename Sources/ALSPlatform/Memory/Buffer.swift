/// Contiguous memory with one owner: allocated here, or lent by something that is kept alive.
///
/// Written by whoever made it until it is shared, and only read afterwards; that convention, which the initialisers of
/// the types built on it keep, is what makes it `Sendable`.
package final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int
  private let owner: (any AnyObject & Sendable)?

  /// Cache-line aligned memory, so that kernels meet the same alignment in every run.
  package static var alignment: Int { 64 }

  /// Uninitialised memory for `count` elements.
  package init(uninitialized count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let raw =
      bytes < PageMemory.leastBytes
      ? UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
      : PageMemory.allocate(byteCount: bytes)
    pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
    owner = nil
  }

  /// `count` copies of `value`.
  package convenience init(repeating value: Element, count: Int) {
    self.init(uninitialized: count)
    // Code that is not specialised has a call for every element.
    if withUnsafeBytes(of: value, { $0.allSatisfy { $0 == 0 } }) {
      UnsafeMutableRawPointer(pointer).initializeMemory(
        as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
    } else {
      pointer.initialize(repeating: value, count: count)
    }
  }

  /// A copy of `elements`.
  package convenience init(_ elements: [Element]) {
    self.init(uninitialized: elements.count)
    elements.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      pointer.initialize(from: base, count: source.count)
    }
  }

  /// Memory of its own with the same elements.
  package convenience init(copying other: Buffer) {
    self.init(uninitialized: other.count)
    pointer.initialize(from: other.pointer, count: other.count)
  }

  /// Memory that belongs to `owner`, which is kept alive; written only if the owner says so.
  package init(borrowing memory: UnsafeBufferPointer<Element>, owner: any AnyObject & Sendable) {
    pointer = UnsafeMutablePointer(
      mutating: memory.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped)
    count = memory.count
    self.owner = owner
  }

  deinit {
    if owner != nil { return }
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    if bytes < PageMemory.leastBytes { pointer.deallocate() } else { PageMemory.deallocate(pointer, byteCount: bytes) }
  }

  @inlinable
  package subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
    return pointer[index]
  }

  /// A part of this memory, which is kept alive.
  package func part(_ range: Range<Int>) -> Buffer {
    Buffer(borrowing: UnsafeBufferPointer(rebasing: elements[range]), owner: self)
  }

  /// Whether the memory is that of a large mapped file; see ``MappedFile/isLarge``.
  package var liesInLargeFile: Bool { (owner as? MappedFile)?.isLarge ?? false }

  /// Gives back the pages of `range` where it lies in a large mapped file; they are read again when needed.
  package func giveBack(_ range: Range<Int>) {
    guard let file = owner as? MappedFile, file.isLarge else { return }
    file.giveBack(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: elements[range])))
  }

  /// Goes through all elements, some megabytes at a time, and gives back their pages on the way; see ``giveBack(_:)``.
  package func forEachPart(_ body: (UnsafeBufferPointer<Element>) throws -> Void) rethrows {
    let step = (64 << 20) / MemoryLayout<Element>.stride
    for start in stride(from: 0, to: count, by: step) {
      let part = start..<min(start + step, count)
      defer { giveBack(part) }
      try body(UnsafeBufferPointer(rebasing: elements[part]))
    }
  }

  @inlinable
  package var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: pointer, count: count) }
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(elements) }
}
