import ALSPlatform

/// Writes one section of a compiled file, from its beginning on, and computes its checksum on the way.
struct SectionWriter {
  private let file: ReplacementFile
  private let name: String
  private let offset: Int
  private var length = 0
  private var checksum = ChunkedChecksum()
  /// What is not yet written: less than a chunk.
  private var pending: Buffer<UInt8>
  private var pendingCount = 0

  init(_ name: String, in file: ReplacementFile, at offset: Int) {
    self.file = file
    self.name = name
    self.offset = offset
    pending = Buffer(uninitialized: ChunkedChecksum.chunkSize)
  }

  mutating func append<Element: BitwiseCopyable>(_ elements: UnsafeBufferPointer<Element>) throws {
    var rest = UnsafeRawBufferPointer(elements)
    while !rest.isEmpty {
      let taken = min(rest.count, pending.count - pendingCount)
      UnsafeMutableRawBufferPointer(start: pending.pointer + pendingCount, count: taken).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
      pendingCount += taken
      length += taken
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      if pendingCount == pending.count { try flush() }
    }
  }

  private mutating func flush() throws {
    guard pendingCount > 0 else { return }
    let chunk = UnsafeRawBufferPointer(rebasing: pending.bytes[..<pendingCount])
    let place = offset + CompiledHeader.filledUp(length) - pendingCount
    checksum.add(chunk: ChunkedChecksum.ofChunk(chunk))
    try file.write(chunk, at: place)
    pendingCount = 0
  }

  /// Fills the section up and writes what is pending.
  mutating func finish() throws -> CompiledHeader.Section {
    let fill = CompiledHeader.filledUp(length) - length
    (pending.pointer + pendingCount).initialize(repeating: 0, count: fill)
    pendingCount += fill
    try flush()
    return .init(name: name, offset: offset, length: length, checksum: checksum.hexadecimal)
  }
}

extension ReplacementFile {
  /// Moves `length` bytes towards the beginning of the file.
  func move(_ length: Int, from source: Int, to target: Int) throws {
    precondition(target <= source)
    if source == target { return }
    let buffer = Buffer<UInt8>(uninitialized: ChunkedChecksum.chunkSize)
    for start in stride(from: 0, to: length, by: buffer.count) {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(mutating: buffer.bytes)[..<min(buffer.count, length - start)])
      try read(into: part, at: source + start)
      try write(UnsafeRawBufferPointer(part), at: target + start)
    }
  }
}
