import ALSPlatform
import ALSSparse

/// How the memory that a compilation may take is used.
struct CompilerMemory {
  let users: Identifiers
  let items: Identifiers
  let channels: EventChannels
  /// Of tables that are in memory beside those.
  var otherTableBytes = 0
  /// What may be taken.
  let bytes: Int

  /// Bytes that sorting takes per entry of a range: the columns, three sets of indices, and what is written of them.
  private var bytesPerEntry: Int { channels.contains(.weights) ? 64 : 52 }
  /// What the program, its libraries and its buffers take.
  private static var fixedBytes: Int { 160 << 20 }
  /// The stacks of threads that may yet be started, and what is rounded up to pages.
  private static var threadBytes: Int { 48 << 20 }

  /// The number of entries that can be sorted at a time; throws when those are too few.
  func entriesPerRange(path: String) throws -> Int {
    let rows = users.count + items.count
    // Counts, ranges, starts and the counting sort's cursors for each row, and the identifiers themselves.
    let needed = Self.fixedBytes + rows * 34 + users.byteCount + items.byteCount + otherTableBytes
    // Where the address space is limited, what is taken by now counts, whatever for.
    let left = AvailableMemory.addressSpaceLeft.map { $0 + Self.fixedBytes - Self.threadBytes }
    let usable = max(min(bytes, left ?? bytes), 0)
    let entries = (usable - needed - usable / 8) / bytesPerEntry
    guard entries >= 1 << 16 else {
      let least = (needed + (1 << 16) * bytesPerEntry) * 8 / 7
      let limit = usable < bytes ? ", and the address space (ulimit -v) raised by \((least - usable) >> 20 + 1)M" : ""
      throw ALSError(
        .configuration,
        "\(users.count) users and \(items.count) items need --memory \(least >> 20 + 1)M or more\(limit).", at: path)
    }
    return min(entries, Int(UInt32.max) - 1)
  }
}

extension Identifiers {
  /// The bytes that the table takes.
  package var byteCount: Int {
    switch storage {
    case .integers(let values): values.bytes.count
    case .strings(let bytes, let offsets): bytes.count + offsets.bytes.count
    }
  }
}
