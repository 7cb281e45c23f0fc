import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Collects named tensors and writes them as one safetensors file.
///
/// Layout: the header's length (8 bytes, little-endian), the header (JSON, padded with spaces so that data start at a
/// multiple of 64), the tensors without gaps, those with the widest elements first so that each is aligned. The
/// checksum in the metadata covers every byte of the file but its own digits.
struct SafetensorsWriter {
  static let checksumKey = "checksum"
  static let noChecksum = "0000000000000000"

  private var header = SafetensorsHeader()
  private var parts: [(name: String, width: Int, bytes: UnsafeRawBufferPointer, owner: any AnyObject)] = []

  init(metadata: [String: String]) {
    header.metadata = metadata
    header.metadata[Self.checksumKey] = Self.noChecksum
  }

  mutating func add<Element: SafetensorsElement>(_ name: String, _ buffer: Buffer<Element>, shape: [Int]) {
    precondition(shape.reduce(1, *) == buffer.count, "\(name): \(buffer.count) elements for shape \(shape)")
    header.tensors[name] = .init(dtype: Element.dtype, shape: shape, dataOffsets: [])
    parts.append((name, MemoryLayout<Element>.stride, buffer.bytes, buffer))
  }

  /// Writes beside `path` and renames.
  mutating func write(to path: String) throws {
    // Stable, so the order within a width is the order of addition.
    let ordered = parts.enumerated().sorted { ($0.element.width, $1.offset) > ($1.element.width, $0.offset) }
      .map(\.element)
    var offset = 0
    for part in ordered {
      header.tensors[part.name]?.dataOffsets = [offset, offset + part.bytes.count]
      offset += part.bytes.count
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = Array(try encoder.encode(header))
    json += Array(repeating: UInt8(ascii: " "), count: (64 - (8 + json.count) % 64) % 64)
    var prefix = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json

    var checksum = Checksum()
    prefix.withUnsafeBytes { checksum.update($0) }
    for part in ordered { checksum.update(part.bytes) }
    guard let digits = Self.checksumDigits(in: prefix) else { preconditionFailure("the header has no checksum") }
    prefix.replaceSubrange(digits, with: checksum.hexadecimal.utf8)

    let file = try ReplacementFile(path: path)
    try prefix.withUnsafeBytes { try file.append($0) }
    for part in ordered { try file.append(part.bytes) }
    try file.commit()
  }

  /// Where the digits of the checksum are.
  static func checksumDigits(in prefix: some RandomAccessCollection<UInt8>) -> Range<Int>? {
    let bytes = Array(prefix)
    let mark = Array("\"\(checksumKey)\":\"".utf8)
    guard bytes.count >= mark.count + noChecksum.utf8.count else { return nil }
    for start in 0...bytes.count - mark.count - noChecksum.utf8.count
    where bytes[start] == mark[0] && bytes[start..<start + mark.count].elementsEqual(mark) {
      return start + mark.count..<start + mark.count + noChecksum.utf8.count
    }
    return nil
  }
}
