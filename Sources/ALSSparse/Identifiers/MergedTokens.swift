package import ALSPlatform

/// The workers' tables of one column as one sorted table, and the index in it of each of their codes.
package struct MergedTokens: Sendable {
  package let identifiers: Identifiers
  /// By worker, then by code.
  package let indices: [Buffer<Int32>]
}

extension MergedTokens {
  /// Merges tables that are not needed any more; `nil` when there are too many different tokens.
  ///
  /// The result depends on the set of tokens only, not on how they were spread over the tables.
  ///
  /// - Complexity: O(tokens), times the length of tokens that begin alike.
  package init?(_ boxes: [TokenTableBox]) {
    guard let (first, others) = boxes.first.map({ ($0, boxes.dropFirst()) }) else { return nil }
    let firstCount = first.table.count
    var codes = [Buffer<Int32>(uninitialized: firstCount)]
    for code in 0..<firstCount { codes[0].pointer[code] = Int32(truncatingIfNeeded: code) }
    for box in others {
      guard let merged = Self.merge(box, into: first) else { return nil }
      codes.append(merged)
    }
    let (identifiers, rank) = Self.ranking(first.table)
    for list in codes {
      for code in 0..<list.count { list.pointer[code] = rank.pointer[Int(list.pointer[code])] }
    }
    self.identifiers = identifiers
    indices = codes
  }

  /// The code that each token of `box` has or gets in `target`; the table of `box` is dropped.
  private static func merge(_ box: TokenTableBox, into target: TokenTableBox) -> Buffer<Int32>? {
    let codes = Buffer<Int32>(uninitialized: box.table.count)
    for code in 0..<codes.count {
      let merged = target.table.code(of: code, in: box.table)
      if merged < 0 { return nil }
      codes.pointer[code] = merged
    }
    box.table = TokenTable()
    return codes
  }

  /// The sorted table of the tokens, integers if all are, and the place in it of each of them.
  private static func ranking(_ table: borrowing TokenTable) -> (Identifiers, rank: Buffer<Int32>) {
    let count = table.count
    let rank = Buffer<Int32>(uninitialized: count)
    if let integers = table.canonicalIntegers() {
      // With its sign bit flipped an integer sorts as an unsigned one.
      let sign = UInt64(1) << 63
      var tokens = integers.enumerated().map {
        SortableToken(key: UInt64(bitPattern: $1) ^ sign, code: Int32(truncatingIfNeeded: $0))
      }
      var scratch = tokens
      tokens.withUnsafeMutableBufferPointer { tokens in
        scratch.withUnsafeMutableBufferPointer { sortByKey(tokens, scratch: $0) }
      }
      let sorted = Buffer<Int64>(uninitialized: count)
      for (position, token) in tokens.enumerated() {
        sorted.pointer[position] = Int64(bitPattern: token.key ^ sign)
        rank.pointer[Int(token.code)] = Int32(truncatingIfNeeded: position)
      }
      return (Identifiers(ascending: .integers(sorted)), rank)
    }
    let tokens = table.sortedByBytes()
    let offsets = Buffer<Int64>(uninitialized: count + 1)
    var total = 0
    for (position, token) in tokens.enumerated() {
      rank.pointer[Int(token.code)] = Int32(truncatingIfNeeded: position)
      offsets.pointer[position] = Int64(total)
      total += table.withBytes(Int(token.code)) { $0.count }
    }
    offsets.pointer[count] = Int64(total)
    let bytes = Buffer<UInt8>(uninitialized: total)
    for (position, token) in tokens.enumerated() {
      table.withBytes(Int(token.code)) { text in
        guard let start = text.baseAddress else { return }
        (bytes.pointer + Int(offsets.pointer[position])).update(from: start, count: text.count)
      }
    }
    return (Identifiers(ascending: .strings(bytes: bytes, offsets: offsets)), rank)
  }
}
