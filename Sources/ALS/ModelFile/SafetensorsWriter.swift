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
  private var parts: [(name: String, width: Int, byteCount: Int, source: Source)] = []

  /// Where the bytes of a tensor come from.
  private enum Source {
    case memory(UnsafeRawBufferPointer, owner: any AnyObject)
    case stream((_ emit: (UnsafeRawBufferPointer) throws -> Void) throws -> Void)
  }

  init(metadata: [String: String]) {
    header.metadata = metadata
    header.metadata[Self.checksumKey] = Self.noChecksum
  }

  mutating func add<Element: SafetensorsElement>(_ name: String, _ buffer: Buffer<Element>, shape: [Int]) {
    precondition(shape.reduce(1, *) == buffer.count, "\(name): \(buffer.count) elements for shape \(shape)")
    header.tensors[name] = .init(dtype: Element.dtype, shape: shape, dataOffsets: [])
    parts.append((name, MemoryLayout<Element>.stride, buffer.bytes.count, .memory(buffer.bytes, owner: buffer)))
  }

  /// A tensor that is not in memory as a whole: `bytes` gives it to its argument piece by piece, when it is written.
  mutating func add<Element: SafetensorsElement>(
    _ name: String, streaming type: Element.Type, shape: [Int],
    bytes: @escaping (_ emit: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) {
    header.tensors[name] = .init(dtype: Element.dtype, shape: shape, dataOffsets: [])
    let width = MemoryLayout<Element>.stride
    parts.append((name, width, shape.reduce(width, *), .stream(bytes)))
  }

  /// Those with the widest elements first, and of these those that were added first.
  private var ordered: [(name: String, width: Int, byteCount: Int, source: Source)] {
    parts.enumerated().sorted { ($0.element.width, $1.offset) > ($1.element.width, $0.offset) }.map(\.element)
  }

  /// Asks for the tensors that are not in memory in the order in which ``write(to:)`` does, and writes nothing.
  func forEachStreamed(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    for part in ordered { if case .stream(let bytes) = part.source { try bytes(body) } }
  }

  /// Writes beside `path` and renames.
  mutating func write(to path: String) throws {
    let ordered = ordered
    var offset = 0
    for part in ordered {
      header.tensors[part.name]?.dataOffsets = [offset, offset + part.byteCount]
      offset += part.byteCount
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = Array(try encoder.encode(header))
    json += Array(repeating: UInt8(ascii: " "), count: (64 - (8 + json.count) % 64) % 64)
    var prefix = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json

    guard let digits = Self.checksumDigits(in: prefix) else { preconditionFailure("the header has no checksum") }
    let file = try ReplacementFile(path: path)
    var checksum = Checksum()
    prefix.withUnsafeBytes { checksum.update($0) }
    let memory = ordered.compactMap { if case .memory(let bytes, _) = $0.source { bytes } else { nil } }
    if memory.count == ordered.count {
      for bytes in memory { checksum.update(bytes) }
      prefix.replaceSubrange(digits, with: checksum.hexadecimal.utf8)
      try prefix.withUnsafeBytes { try file.append($0) }
      for bytes in memory { try file.append(bytes) }
    } else {
      // The checksum is known when everything has come by, so it is written last.
      var end = prefix.count
      func write(_ bytes: UnsafeRawBufferPointer) throws {
        checksum.update(bytes)
        try file.write(bytes, at: end)
        end += bytes.count
      }
      for part in ordered {
        let next = end + part.byteCount
        switch part.source {
        case .memory(let bytes, _): try write(bytes)
        case .stream(let bytes): try bytes(write)
        }
        precondition(end == next, "\(part.name): the stream has not the size that was announced")
      }
      prefix.replaceSubrange(digits, with: checksum.hexadecimal.utf8)
      try prefix.withUnsafeBytes { try file.write($0, at: 0) }
    }
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
