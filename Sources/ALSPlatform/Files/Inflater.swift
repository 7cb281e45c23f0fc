import CZlib

/// Decompresses a deflated stream, portion by portion, with zlib.
package final class Inflater {
  package enum Format {
    /// A gzip file: a header, the stream, a checksum that is verified.
    case gzip
    /// The stream alone, as ZIP archives hold it.
    case raw
  }

  /// The input is not what it should be.
  package struct Damaged: Error {
    package let reason: String
  }

  private var stream = z_stream()

  package init(_ format: Format) {
    // 15 is the largest window; 16 more asks for gzip, the minus sign for no wrapping at all.
    let bits: Int32 = format == .gzip ? 15 + 16 : -15
    let status = inflateInit2_(&stream, bits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot be initialised: \(status)")
  }

  deinit { inflateEnd(&stream) }

  /// Begins anew with the next stream.
  package func reset() { inflateReset(&stream) }

  /// Decompresses from `input` until it is used up, `output` is full, or the stream ends.
  package func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(Damaged) -> (consumed: Int, produced: Int, isAtEnd: Bool) {
    // zlib counts in 32 bits.
    let (available, room) = (min(input.count, 1 << 30), min(output.count, 1 << 30))
    stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(available)
    stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = UInt32(room)
    let status = CZlib.inflate(&stream, Z_NO_FLUSH)
    guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else {
      throw Damaged(reason: stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
    }
    return (available - Int(stream.avail_in), room - Int(stream.avail_out), status == Z_STREAM_END)
  }
}

/// The CRC-32 of `bytes`, as gzip and ZIP files have it, going on from an earlier one.
package func crc32(_ bytes: UnsafeRawBufferPointer, from start: UInt32 = 0) -> UInt32 {
  UInt32(
    truncatingIfNeeded: crc32_z(UInt(start), bytes.bindMemory(to: UInt8.self).baseAddress, z_size_t(bytes.count)))
}
