import ALSPlatform
import Foundation

/// A compiled file taken apart, to be put together again with right checksums.
public struct SealedCompiledFile {
  var header: [String: Any]
  var bytes: [UInt8]

  /// The file with these bytes.
  public init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    header = try JSONSerialization.jsonObject(with: Data(bytes[24..<4096])) as? [String: Any] ?? [:]
  }

  /// A copy with some field or element altered.
  func altered(by mutator: inout FieldMutator) throws -> [UInt8] {
    var copy = self
    if mutator.random.nextIndex(below: 4) == 0 { copy.header = mutator.altered(header) as? [String: Any] ?? [:] }
    for _ in 0..<mutator.random.nextIndex(below: 3) + (mutator.random.nextIndex(below: 3) > 0 ? 1 : 0) {
      let section = mutator.choose(sections)
      let (name, extent) = (section["name"] as? String ?? "", Self.extent(section))
      let type =
        name.hasSuffix("values") || name.hasSuffix("weights")
        ? "F32"
        : name.hasSuffix("columns") ? "I32" : name.hasSuffix("times") ? "F64" : name.hasSuffix("bytes") ? "U8" : "I64"
      copy.bytes.withExtent(extent) { mutator.alter(&$0, extent, type: type) }
    }
    return try copy.sealed()
  }

  /// A copy whose section `name` ends with other bytes.
  public func replacingEnd(of name: String, with end: [UInt8]) throws -> [UInt8] {
    var copy = self
    for section in sections where section["name"] as? String == name {
      let extent = Self.extent(section)
      copy.bytes.replaceSubrange(extent.upperBound - end.count..<extent.upperBound, with: end)
    }
    return try copy.sealed()
  }

  /// A copy that says it has another version of the form.
  public func ofVersion(_ version: UInt8) throws -> [UInt8] {
    var copy = self
    copy.bytes.replaceSubrange(8..<12, with: [version, 0, 0, 0])
    return try copy.sealed()
  }

  private var sections: [[String: Any]] { header["sections"] as? [[String: Any]] ?? [] }

  private static func extent(_ section: [String: Any]) -> Range<Int> {
    let (offset, length) = (section["offset"] as? Int ?? 0, section["length"] as? Int ?? 0)
    return offset >= 0 && length >= 0 && offset < 1 << 40 && length < 1 << 40 ? offset..<offset + length : 0..<0
  }

  private func sealed() throws -> [UInt8] {
    var (header, bytes) = (header, bytes)
    header["sections"] = sections.map { section in
      var section = section
      let extent = Self.extent(section)
      let end = (extent.upperBound + 4095) / 4096 * 4096
      if end <= bytes.count {
        var whole = Checksum()
        for start in stride(from: extent.lowerBound, to: end, by: 1 << 22) {
          var chunk = Checksum()
          bytes[start..<min(start + 1 << 22, end)].withUnsafeBytes { chunk.update($0) }
          withUnsafeBytes(of: chunk.value.littleEndian) { whole.update($0) }
        }
        section["checksum"] = whole.hexadecimal
      }
      return section
    }
    let json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    guard json.count <= 4096 - 24 else { return bytes }
    bytes.replaceSubrange(24..<4096, with: Array(json) + [UInt8](repeating: 0x20, count: 4096 - 24 - json.count))
    bytes.replaceSubrange(16..<24, with: repeatElement(0, count: 8))
    var checksum = Checksum()
    bytes[..<4096].withUnsafeBytes { checksum.update($0) }
    withUnsafeBytes(of: checksum.value.littleEndian) { bytes.replaceSubrange(16..<24, with: $0) }
    return bytes
  }
}

/// A safetensors file taken apart, to be put together again with the right checksum.
public struct SealedTensors {
  var header: [String: Any]
  var data: [UInt8]

  /// The file with these bytes.
  public init(_ bytes: [UInt8]) throws {
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any] ?? [:]
    data = Array(bytes[(8 + length)...])
  }

  /// A copy with some field or element altered.
  func altered(by mutator: inout FieldMutator) throws -> [UInt8] {
    var copy = self
    if mutator.random.nextIndex(below: 2) == 0 { copy.header = mutator.altered(header) as? [String: Any] ?? [:] }
    for _ in 0..<mutator.random.nextIndex(below: 3) {
      let name = mutator.choose(header.keys.filter { $0 != "__metadata__" }.sorted())
      guard let tensor = header[name] as? [String: Any], let type = tensor["dtype"] as? String,
        let limits = tensor["data_offsets"] as? [Int]
      else { continue }
      let extent = limits[0]..<limits[1]
      copy.data.withExtent(extent) { mutator.alter(&$0, extent, type: type) }
    }
    return try copy.sealed()
  }

  /// A copy whose metadata say something else.
  public func settingMetadata(_ key: String, to value: String) throws -> [UInt8] {
    var (copy, metadata) = (self, header["__metadata__"] as? [String: Any] ?? [:])
    metadata[key] = value
    copy.header["__metadata__"] = metadata
    return try copy.sealed()
  }

  private func sealed() throws -> [UInt8] {
    var header = header
    var metadata = header["__metadata__"] as? [String: Any] ?? [:]
    metadata["checksum"] = "0000000000000000"
    header["__metadata__"] = metadata
    var json = Array(
      try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes]))
    json += [UInt8](repeating: 0x20, count: (64 - (8 + json.count) % 64) % 64)
    var bytes = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json + data
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.update($0) }
    let mark = Array("\"checksum\":\"".utf8)
    if let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) {
      bytes.replaceSubrange(start + mark.count..<start + mark.count + 16, with: checksum.hexadecimal.utf8)
    }
    return bytes
  }
}

extension [UInt8] {
  /// Calls `body` when there are such bytes.
  fileprivate mutating func withExtent(_ extent: Range<Int>, _ body: (inout [UInt8]) -> Void) {
    if extent.upperBound <= count { body(&self) }
  }
}
