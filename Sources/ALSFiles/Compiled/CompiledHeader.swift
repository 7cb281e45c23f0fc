import ALSPlatform
import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The first 4,096 bytes of a compiled file.
///
/// Magic bytes (8), the version (4, little-endian, like all numbers), four zeros, a checksum of the whole header with
/// zeros in place of itself (8), and a JSON object padded with spaces. Sections follow at multiples of 4,096 bytes, so
/// that they can be mapped; the zeros that fill them up belong to what their checksums cover.
struct CompiledHeader: Codable {
  /// A part of the file.
  struct Section: Codable, Hashable {
    var name: String
    var offset: Int
    /// Without what fills it up.
    var length: Int
    /// Of the chunks' checksums; see ``ChunkedChecksum``.
    var checksum: String

    /// The bytes that the checksum covers.
    var extent: Range<Int> { offset..<offset + CompiledHeader.filledUp(length) }
  }

  static let magic: [UInt8] = [0x89] + Array("ALSINT".utf8) + [0x0A]
  /// The newest version that is read.
  static let newestVersion: UInt32 = 2
  static let size = 4096

  /// What is written: as old as can be, so that older programs read what they understand.
  private var version: UInt32 { summary.weights == nil ? 1 : 2 }

  var summary: CompiledInteractions.Summary
  var sections: [Section]

  init(summary: CompiledInteractions.Summary, sections: [Section]) {
    self.summary = summary
    self.sections = sections
  }

  /// The next multiple of the alignment.
  static func filledUp(_ length: Int) -> Int { (length + size - 1) / size * size }

  var fileSize: Int { sections.last.map(\.extent.upperBound) ?? Self.size }

  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Self.magic + withUnsafeBytes(of: version.littleEndian) { Array($0) }
    bytes += [UInt8](repeating: 0, count: 12) + (try encoder.encode(self))
    precondition(bytes.count <= Self.size, "the header is too long")
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: Self.size - bytes.count)
    let checksum = Self.checksum(bytes)
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(16..<24, with: $0) }
    return bytes
  }

  /// Reads and verifies the header of a file.
  init(path: String, bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count >= Self.size, bytes.starts(with: Self.magic) else {
      throw Self.damaged(path, "its header is not whole")
    }
    var copy = Array(bytes[..<Self.size])
    let version = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian
    let written = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
    copy.replaceSubrange(16..<24, with: repeatElement(0, count: 8))
    guard Self.checksum(copy) == written else { throw Self.damaged(path, "the checksum of its header is wrong") }
    guard version <= Self.newestVersion else {
      throw ALSError(
        .data,
        "was written by a newer version, in form \(version), and this one reads up to \(Self.newestVersion). Use that "
          + "version, or convert the data again.", at: path)
    }
    do {
      self = try JSONDecoder().decode(CompiledHeader.self, from: Data(copy[24...]))
    } catch {
      throw Self.damaged(path, "its header is not readable")
    }
    // Everything after this counts with these numbers.
    let (users, items) = (summary.users, summary.items)
    guard (1...Int(Int32.max)).contains(users), (1...Int(Int32.max)).contains(items), summary.interactions >= 0,
      summary.events >= summary.interactions
    else {
      throw Self.damaged(
        path, "it cannot be of \(users) users, \(items) items, \(summary.interactions) pairs and \(summary.events) rows"
      )
    }
    guard Set(sections.map(\.name)).count == sections.count else {
      throw Self.damaged(path, "a section is there twice")
    }
    var end = Self.size
    for section in sections {
      guard section.offset == end, (0...bytes.count - end).contains(section.length),
        section.extent.upperBound <= bytes.count
      else { throw Self.damaged(path, "section \(section.name) is cut short") }
      end = section.extent.upperBound
    }
    guard bytes.count == end else { throw Self.damaged(path, "it should have \(end) bytes, but has \(bytes.count)") }
  }

  static func damaged(_ path: String, _ reason: String) -> ALSError {
    ALSError(.data, "the compiled file is damaged or cut short: \(reason). Copy it again, or convert again.", at: path)
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt64 {
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.update($0) }
    return checksum.value
  }
}

/// The checksum of the checksums of chunks, so that several threads can compute it.
struct ChunkedChecksum {
  static let chunkSize = 1 << 22
  private var whole = Checksum()

  mutating func add(chunk: UInt64) { withUnsafeBytes(of: chunk.littleEndian) { whole.update($0) } }

  var hexadecimal: String { whole.hexadecimal }

  static func ofChunk(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var checksum = Checksum()
    checksum.update(bytes)
    return checksum.value
  }
}
