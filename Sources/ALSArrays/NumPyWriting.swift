package import ALSPlatform

/// Writes `elements` as an `.npy` file, beside `path` and renamed.
package func writeNumPyArray<Element: NumPyElement>(
  _ elements: Buffer<Element>, shape: [Int], to path: String
) throws {
  precondition(shape.reduce(1, *) == elements.count, "\(elements.count) elements for shape \(shape)")
  let file = try ReplacementFile(path: path)
  try NumPyHeader(descriptor: Element.descriptor, shape: shape).encoded.withUnsafeBytes { try file.append($0) }
  try file.append(elements.bytes)
  try file.commit()
}

/// Writes arrays into an `.npz` file, stored or deflated, one after the other; the file appears with `commit()`.
package struct NumPyArchiveWriter {
  private let file: ReplacementFile
  private let isCompressed: Bool
  private var directory: [UInt8] = []
  private var count = 0
  private var offset = 0

  /// - Parameters:
  ///   - path: The file to write.
  ///   - isCompressed: Whether arrays are deflated.
  /// - Throws: `ALSError` when the file cannot be created.
  package init(path: String, isCompressed: Bool = false) throws {
    file = try ReplacementFile(path: path)
    self.isCompressed = isCompressed
  }

  package mutating func add<Element: NumPyElement>(_ name: String, _ elements: Buffer<Element>, shape: [Int]) throws {
    precondition(shape.reduce(1, *) == elements.count, "\(name): \(elements.count) elements for shape \(shape)")
    try add(name, NumPyHeader(descriptor: Element.descriptor, shape: shape), elements.bytes)
  }

  /// Adds a text without a dimension, as `numpy.bytes_` has it.
  package mutating func add(_ name: String, text: String) throws {
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBytes { try add(name, NumPyHeader(descriptor: "|S\(bytes.count)", shape: []), $0) }
  }

  private mutating func add(_ name: String, _ header: NumPyHeader, _ data: UnsafeRawBufferPointer) throws {
    try add(name, header.encoded, data)
  }

  /// Adds the bytes of an `.npy` file as they are.
  package mutating func add(_ name: String, file bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try add(name, [], $0) }
  }

  private mutating func add(_ name: String, _ start: [UInt8], _ data: UnsafeRawBufferPointer) throws {
    let checksum = crc32(data, from: start.withUnsafeBytes { crc32($0) })
    let size = UInt64(start.count + data.count)
    let name = Array("\(name).npy".utf8)
    // The compressed size is known when all is written, and follows (bit 3); a stored one is there at once.
    let flags: UInt16 = isCompressed ? 0x808 : 0x800
    // Sizes in the ZIP64 field only, so that there is one form for all of them; 1980-01-01 for the date.
    func common(_ checksum: UInt32) -> [UInt8] {
      bytes(UInt16(45), flags, UInt16(isCompressed ? 8 : 0), UInt16(0), UInt16(0x21), checksum, UInt32.max, UInt32.max)
    }
    let local =
      bytes(UInt32(0x0403_4B50)) + common(isCompressed ? 0 : checksum) + bytes(UInt16(name.count), UInt16(20)) + name
      + bytes(UInt16(1), UInt16(16), isCompressed ? 0 : size, isCompressed ? 0 : size)
    try local.withUnsafeBytes { try file.append($0) }
    var written = size
    if isCompressed {
      written = try deflated(start, data)
      let descriptor = bytes(UInt32(0x0807_4B50), checksum, written, size)
      try descriptor.withUnsafeBytes { try file.append($0) }
    } else {
      try start.withUnsafeBytes { try file.append($0) }
      try file.append(data)
    }
    directory +=
      bytes(UInt32(0x0201_4B50), UInt16(45)) + common(checksum)
      + bytes(UInt16(name.count), UInt16(28), UInt16(0), UInt16(0), UInt16(0), UInt32(0), UInt32.max) + name
      + bytes(UInt16(1), UInt16(24), size, written, UInt64(offset))
    offset += local.count + Int(written) + (isCompressed ? 24 : 0)
    count += 1
  }

  /// Appends both, deflated; returns how many bytes that made.
  private func deflated(_ start: [UInt8], _ data: UnsafeRawBufferPointer) throws -> UInt64 {
    let deflater = Deflater()
    var written = 0
    func write(_ bytes: UnsafeRawBufferPointer) throws {
      try file.append(bytes)
      written += bytes.count
    }
    try start.withUnsafeBytes { try deflater.deflate($0, isLast: false, write: write) }
    try deflater.deflate(data, isLast: true, write: write)
    return UInt64(written)
  }

  package mutating func commit() throws {
    let (start, size) = (UInt64(offset), UInt64(directory.count))
    let end =
      bytes(UInt32(0x0606_4B50), UInt64(44), UInt16(45), UInt16(45), UInt32(0), UInt32(0))
      + bytes(UInt64(count), UInt64(count), size, start)
      + bytes(UInt32(0x0706_4B50), UInt32(0), start + size, UInt32(1))
      + bytes(UInt32(0x0605_4B50), UInt16(0), UInt16(0), UInt16.max, UInt16.max, UInt32.max, UInt32.max, UInt16(0))
    for part in [directory, end] { try part.withUnsafeBytes { try file.append($0) } }
    try file.commit()
  }
}

/// The numbers one after the other, little-endian.
private func bytes<each Number: FixedWidthInteger>(_ number: repeat each Number) -> [UInt8] {
  var result: [UInt8] = []
  for number in repeat each number {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      result.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
  return result
}
