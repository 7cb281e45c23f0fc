/// The bytes of a file or of standard input, decompressed on the way when they are gzip's.
///
/// Concatenated gzip streams are one input, as `gzip -d` has it.
package final class ByteInput: @unchecked Sendable {
  private let file: ReadableFile
  /// What has been read of the file but not yet been used.
  private var raw: [UInt8] = []
  private var position = 0
  private var isFileAtEnd = false
  private let inflater: Inflater?
  private var isWithinStream = true
  /// What was looked at and is still to be read.
  private var ahead: ArraySlice<UInt8> = []

  /// The file that a reader of another kind may map.
  package var isRegularFile: Bool { file.size != nil && file.path != "standard input" }
  /// What messages call the input.
  package var path: String { file.path }
  /// Whether the file is compressed.
  package var isCompressed: Bool { inflater != nil }

  private static let portion = 1 << 18
  private static let gzipMagic: [UInt8] = [0x1F, 0x8B]

  package convenience init(path: String) throws { try self.init(ReadableFile(path: path)) }

  package init(_ file: ReadableFile) throws {
    self.file = file
    raw = [UInt8](repeating: 0, count: Self.gzipMagic.count)
    let count = try raw.withUnsafeMutableBytes { try file.fill($0) }
    isFileAtEnd = count < raw.count
    raw.removeLast(raw.count - count)
    inflater = raw == Self.gzipMagic ? Inflater(.gzip) : nil
  }

  /// The next `count` bytes, or all that are left, without reading them.
  package func peek(_ count: Int) throws -> [UInt8] {
    if ahead.count < count {
      var more = [UInt8](repeating: 0, count: count - ahead.count)
      let got = try more.withUnsafeMutableBytes { try fillPastAhead($0) }
      ahead += more[..<got]
    }
    return Array(ahead.prefix(count))
  }

  /// Reads until `buffer` is full or the input ends, and returns how many bytes came.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let known = min(ahead.count, buffer.count)
    buffer.copyBytes(from: ahead.prefix(known))
    ahead = ahead.dropFirst(known)
    return known + (try fillPastAhead(UnsafeMutableRawBufferPointer(rebasing: buffer[known...])))
  }

  private func fillPastAhead(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if let inflater { return try fill(buffer, through: inflater) }
    let known = min(raw.count - position, buffer.count)
    buffer.copyBytes(from: raw[position..<position + known])
    position += known
    return known + (try file.fill(UnsafeMutableRawBufferPointer(rebasing: buffer[known...])))
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, through inflater: Inflater) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      if position == raw.count { try readMore() }
      if position == raw.count {
        if isWithinStream { throw damaged("it is cut short") }
        break
      }
      if !isWithinStream {
        // Zeros after the last stream are padding.
        if raw[position] == 0 {
          position += 1
          continue
        }
        inflater.reset()
        isWithinStream = true
      }
      do {
        let step = try raw.withUnsafeBytes {
          try inflater.inflate(
            UnsafeRawBufferPointer(rebasing: $0[position...]),
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
        }
        position += step.consumed
        filled += step.produced
        isWithinStream = !step.isAtEnd
      } catch let error as Inflater.Damaged {
        throw damaged(error.reason)
      }
    }
    return filled
  }

  private func readMore() throws {
    if isFileAtEnd { return }
    if raw.count < Self.portion { raw = [UInt8](repeating: 0, count: Self.portion) }
    let count = try raw.withUnsafeMutableBytes { try file.fill($0) }
    isFileAtEnd = count < raw.count
    raw.removeLast(raw.count - count)
    position = 0
  }

  private func damaged(_ reason: String) -> ALSError {
    ALSError(.data, "the gzip data are damaged: \(reason). Copy or compress the file again.", at: path)
  }
}
