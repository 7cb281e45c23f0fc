import ALSSparse

extension TokenTable {
  /// The number of a token that is not empty, new ones included; negative when there are too many or a new one is not
  /// UTF-8.
  ///
  /// Eight bytes can be read from `start`, however short the token is. Not where the table is: what is not public is not
  /// inlined into other modules.
  @inline(__always)
  mutating func code(_ start: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    if length > 7 { return longCode(start, length) }
    let word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
    let key =
      (word & ((1 << UInt64(truncatingIfNeeded: length &* 8)) &- 1)) | UInt64(truncatingIfNeeded: length) << 56
    return key == lastKey ? lastCode : shortCode(key)
  }
}
