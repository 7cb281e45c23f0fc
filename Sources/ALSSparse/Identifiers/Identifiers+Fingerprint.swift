import ALSPlatform

extension Identifiers.Storage {
  /// A number that tells tables apart: equal for the same identifiers in the same order, however they are stored.
  ///
  /// A sum over the identifiers, of their bytes and positions, so that what is appended can be added. It guards against
  /// mistakes, not against attackers.
  ///
  /// - Complexity: O(`count`).
  var fingerprint: UInt64 {
    switch self {
    case .integers(let values):
      return values.elements.enumerated().reduce(0) { $0 &+ integerMark($1.element, position: $1.offset) }
    case .strings: return (0..<count).reduce(0) { $0 &+ textMark(text($1), position: $1) }
    }
  }
}

/// What an identifier adds to the fingerprint of a table.
func identifierMark(_ identifier: Identifier, position: Int) -> UInt64 {
  switch identifier {
  case .integer(let number): return integerMark(number, position: position)
  case .string(var text): return text.withUTF8 { textMark($0, position: position) }
  }
}

private func integerMark(_ number: Int64, position: Int) -> UInt64 {
  mixed(mixed(UInt64(bitPattern: number) &+ 1) ^ UInt64(truncatingIfNeeded: position) &* 0x9E37_79B9_7F4A_7C15)
}

private func textMark(_ text: UnsafeBufferPointer<UInt8>, position: Int) -> UInt64 {
  if let number = canonicalInteger(text) { return integerMark(number, position: position) }
  var hash = UInt64(text.count) &* 0xD6E8_FEB8_6659_FD93
  var start = 0
  while start < text.count {
    var word: UInt64 = 0
    for offset in start..<min(start + 8, text.count) { word = word << 8 | UInt64(text[offset]) }
    hash = mixed(hash ^ word)
    start += 8
  }
  return mixed(~hash ^ UInt64(truncatingIfNeeded: position) &* 0x9E37_79B9_7F4A_7C15)
}

/// Every bit of the result depends on every bit of `x`; the finaliser of SplitMix64.
private func mixed(_ x: UInt64) -> UInt64 {
  var x = x
  x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
  x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
  return x ^ x >> 31
}
