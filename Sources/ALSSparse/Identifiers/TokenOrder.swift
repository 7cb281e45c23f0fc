/// A token's number and what to sort it by.
struct SortableToken {
  var key: UInt64
  var code: Int32
}

/// Sorts by key, smallest first: bytes of the key that differ, from the last to the first.
///
/// - Complexity: O(n) for each byte of the key that is not the same everywhere.
func sortByKey(_ tokens: UnsafeMutableBufferPointer<SortableToken>, scratch: UnsafeMutableBufferPointer<SortableToken>)
{
  var tokens = tokens
  guard tokens.count > 512 else { return tokens.sort { $0.key < $1.key } }
  guard let first = tokens.first?.key else { return }
  let different = tokens.reduce(UInt64(0)) { $0 | ($1.key ^ first) }
  var (from, to) = (tokens, UnsafeMutableBufferPointer(rebasing: scratch[..<tokens.count]))
  for shift in stride(from: UInt64(0), to: 64, by: 8) where (different >> shift) & 0xFF != 0 {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { starts in
      starts.initialize(repeating: 0)
      for token in from { starts[Int((token.key >> shift) & 0xFF)] += 1 }
      var total = 0
      for digit in 0..<256 { (starts[digit], total) = (total, total + starts[digit]) }
      for token in from {
        let digit = Int((token.key >> shift) & 0xFF)
        to[starts[digit]] = token
        starts[digit] += 1
      }
    }
    swap(&from, &to)
  }
  if from.baseAddress != tokens.baseAddress { _ = tokens.update(fromContentsOf: from) }
}

extension TokenTable {
  /// All tokens in ascending order of their bytes.
  ///
  /// - Complexity: O(n) for tokens that their first bytes tell apart, and as much again for each next 7 bytes.
  func sortedByBytes() -> [SortableToken] {
    var tokens = (0..<Int32(count)).map { SortableToken(key: 0, code: $0) }
    var scratch = tokens
    tokens.withUnsafeMutableBufferPointer { tokens in
      scratch.withUnsafeMutableBufferPointer { sort(tokens, scratch: $0, depth: 0) }
    }
    return tokens
  }

  /// Sorts tokens that agree in their first 7 × `depth` bytes.
  private func sort(
    _ tokens: UnsafeMutableBufferPointer<SortableToken>, scratch: UnsafeMutableBufferPointer<SortableToken>, depth: Int
  ) {
    var tokens = tokens
    if depth == 32 {
      return tokens.sort { a, b in
        withBytes(Int(a.code)) { x in withBytes(Int(b.code)) { x.lexicographicallyPrecedes($0) } }
      }
    }
    for index in tokens.indices { tokens[index].key = sevenBytes(Int(tokens[index].code), from: 7 * depth) }
    sortByKey(tokens, scratch: scratch)
    var start = 0
    while start < tokens.count {
      let key = tokens[start].key
      var end = start + 1
      while end < tokens.count, tokens[end].key == key { end += 1 }
      if end - start > 1 {
        sort(UnsafeMutableBufferPointer(rebasing: tokens[start..<end]), scratch: scratch, depth: depth + 1)
      }
      start = end
    }
  }

  /// Seven bytes from `offset` on, above how many there are, or 8 when there are more: ordered as the bytes are.
  private func sevenBytes(_ code: Int, from offset: Int) -> UInt64 {
    withBytes(code) { bytes in
      let rest = bytes.count - offset
      var key: UInt64 = 0
      for position in 0..<7 { key = key << 8 | (position < rest ? UInt64(bytes[offset + position]) : 0) }
      return key << 8 | UInt64(min(rest, 8))
    }
  }

  /// The values of all tokens by number, when each is an integer written in the one canonical way; otherwise `nil`.
  func canonicalIntegers() -> [Int64]? {
    var integers: [Int64] = []
    integers.reserveCapacity(count)
    for code in 0..<count {
      guard let integer = withBytes(code, canonicalInteger) else { return nil }
      integers.append(integer)
    }
    return integers
  }
}

/// The integer that `text` is the canonical form of: no sign but a minus, no leading zeros, no minus zero.
package func canonicalInteger(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
  let isNegative = text.first == UInt8(ascii: "-")
  let digits = UnsafeBufferPointer(rebasing: text[(isNegative ? 1 : 0)...])
  guard (1...19).contains(digits.count), digits[0] != UInt8(ascii: "0") || text.count == 1 else { return nil }
  var magnitude: UInt64 = 0
  for byte in digits {
    let digit = byte &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    magnitude = magnitude &* 10 &+ UInt64(digit)
  }
  if isNegative {
    guard magnitude <= Int64.min.magnitude else { return nil }
    return Int64(truncatingIfNeeded: 0 &- magnitude)
  }
  return Int64(exactly: magnitude)
}
