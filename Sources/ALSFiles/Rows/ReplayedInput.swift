import ALSPlatform

/// An input of which some has been read already, from the beginning of that.
struct ReplayedInput {
  private let file: ByteInput
  private let prefix: [UInt8]
  private var position = 0

  init(_ file: ByteInput, after prefix: [UInt8] = []) {
    (self.file, self.prefix) = (file, prefix)
  }

  /// Reads until `buffer` is full or the input ends, and returns how many bytes came.
  mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let replayed = min(prefix.count - position, buffer.count)
    prefix.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + replayed]))
    }
    position += replayed
    if replayed == buffer.count { return replayed }
    return replayed + (try file.fill(UnsafeMutableRawBufferPointer(rebasing: buffer[replayed...])))
  }
}
