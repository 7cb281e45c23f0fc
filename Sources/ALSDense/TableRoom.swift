import ALSPlatform
import Synchronization

/// Memory for the copy of one table after the other.
///
/// Pages fresh from the system have to be cleared, and on a virtual machine found, before they are written: a second per
/// gigabyte and more.
package final class TableRoom: Sendable {
  private let held = Mutex<Buffer<UInt8>?>(nil)

  package init() {}

  /// Room for `count` elements, uninitialised: that of the last copy, unless it is too small or still in use.
  func buffer<Element: BitwiseCopyable>(of type: Element.Type, count: Int) -> Buffer<Element> {
    let bytes = bytes(max(count, 1) * MemoryLayout<Element>.stride)
    let start = UnsafeMutableRawPointer(bytes.pointer).bindMemory(to: type, capacity: count)
    return Buffer(borrowing: UnsafeBufferPointer(start: start, count: count), owner: bytes)
  }

  private func bytes(_ count: Int) -> Buffer<UInt8> {
    held.withLock { held in
      if isKnownUniquelyReferenced(&held), let room = held, room.count >= count { return room }
      // Goes before the new one comes.
      held = nil
      let room = Buffer<UInt8>(uninitialized: count)
      held = room
      return room
    }
  }

  /// Gives the memory back, once nothing uses it.
  package func release() { held.withLock { $0 = nil } }
}
