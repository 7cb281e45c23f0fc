import CZlib

/// Compresses a stream, portion by portion, with zlib, as ZIP archives hold it.
package final class Deflater {
  private var stream = z_stream()
  private var output = [UInt8](repeating: 0, count: 1 << 16)

  package init() {
    let status = deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot be initialised: \(status)")
  }

  deinit { deflateEnd(&stream) }

  /// Compresses `input`, and gives `write` what is ready; all of it when `isLast`.
  package func deflate(
    _ input: UnsafeRawBufferPointer, isLast: Bool, write: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    var consumed = 0
    repeat {
      // zlib counts in 32 bits.
      let available = min(input.count - consumed, 1 << 30)
      let isEnd = isLast && available == input.count - consumed
      stream.next_in = UnsafeMutablePointer(
        mutating: UnsafeRawBufferPointer(rebasing: input[consumed...]).bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(available)
      consumed += available
      var isFull = true
      while isFull {
        try output.withUnsafeMutableBytes { output in
          stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
          stream.avail_out = UInt32(output.count)
          let status = CZlib.deflate(&stream, isEnd ? Z_FINISH : Z_NO_FLUSH)
          precondition([Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status), "zlib error \(status)")
          try write(UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.avail_out))]))
          isFull = stream.avail_out == 0
        }
      }
    } while consumed < input.count
  }
}
