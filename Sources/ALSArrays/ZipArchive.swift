import ALSPlatform

/// The entries of a ZIP archive (PKWARE's APPNOTE 6.3), stored or deflated, with ZIP64 sizes where they are needed.
struct ZipArchive {
  struct Entry {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int
  }

  let path: String
  let entries: [Entry]
  private let file: MappedFile

  init(path: String) throws {
    self.path = path
    file = try MappedFile(path: path)
    guard let entries = ZipDirectory(bytes: file.bytes)?.entries else {
      throw ALSError(.data, "is damaged or cut short: its directory is not readable. Copy it again.", at: path)
    }
    self.entries = entries
  }

  /// The content of `entry`, checked, and who keeps it in memory.
  ///
  /// - Complexity: O(size).
  func content(of entry: Entry) throws -> (bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    func damaged(_ reason: String) -> ALSError {
      ALSError(.data, "\(entry.name) is damaged or cut short: \(reason). Copy the file again.", at: path)
    }
    let fields = LittleEndianFields(bytes: file.bytes)
    guard fields.load(entry.headerOffset, as: UInt32.self) == 0x0403_4B50,
      let nameLength = fields.load(entry.headerOffset + 26, as: UInt16.self),
      let extraLength = fields.load(entry.headerOffset + 28, as: UInt16.self)
    else { throw damaged("its header is not where the directory says") }
    let start = entry.headerOffset + 30 + Int(nameLength) + Int(extraLength)
    guard start <= file.bytes.count, entry.compressedSize <= file.bytes.count - start else {
      throw damaged("its data would go on after the end of the file")
    }
    let stored = UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + entry.compressedSize])
    let content: UnsafeRawBufferPointer
    let owner: any AnyObject & Sendable
    if entry.isDeflated {
      // Deflate makes nothing more than 1032 times smaller, so a size that lies cannot ask for much memory.
      guard entry.size / 1032 <= entry.compressedSize else { throw damaged("its sizes contradict each other") }
      let inflated = Buffer<UInt8>(uninitialized: entry.size)
      do {
        guard try Self.inflate(stored, into: inflated) else { throw damaged("its size is wrong") }
      } catch let error as Inflater.Damaged {
        throw damaged(error.reason)
      }
      (content, owner) = (inflated.bytes, inflated)
    } else {
      guard entry.size == entry.compressedSize else { throw damaged("its sizes contradict each other") }
      (content, owner) = (stored, file)
    }
    guard crc32(content) == entry.checksum else { throw damaged("its checksum is wrong") }
    return (content, owner)
  }

  /// Whether `stored` decompresses to exactly as many bytes as `target` has.
  private static func inflate(_ stored: UnsafeRawBufferPointer, into target: Buffer<UInt8>) throws -> Bool {
    let inflater = Inflater(.raw)
    var (consumed, produced) = (0, 0)
    while true {
      let step = try inflater.inflate(
        UnsafeRawBufferPointer(rebasing: stored[consumed...]),
        into: UnsafeMutableRawBufferPointer(start: target.pointer + produced, count: target.count - produced))
      consumed += step.consumed
      produced += step.produced
      if step.isAtEnd { return produced == target.count }
      if step.consumed == 0, step.produced == 0 { return false }
    }
  }
}

/// Little-endian numbers at any place within bounds.
struct LittleEndianFields {
  let bytes: UnsafeRawBufferPointer

  func load<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value? {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { return nil }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// A 64-bit size or offset that fits an `Int`.
  func size(_ offset: Int) -> Int? { load(offset, as: UInt64.self).flatMap { Int(exactly: $0) } }
}
