import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The distinct tokens of a column, numbered in the order they come: an open-addressing hash table.
///
/// A token of up to 7 bytes is its own key: the bytes with their number above them in one word, for none of them 8. Longer
/// ones, kept in an arena, are found by a hash with its top bit set and then compared.
package struct TokenTable: ~Copyable {
  private struct Slot {
    /// 0 when the slot is free.
    var key: UInt64
    var code: Int32
  }

  /// Numbers cannot go as far as this.
  private let limit: Int
  package private(set) var count = 0
  private var capacity = 1 << 10
  private var shift: UInt64 = 64 - 10
  private var slots: UnsafeMutablePointer<Slot>
  /// By number: the key of a short token; the place in the arena, with the top bit set, of a long one.
  private var words: UnsafeMutablePointer<UInt64>
  private var wordCapacity = 1 << 9
  /// Long tokens, each after its length in 8 bytes.
  private var arena: UnsafeMutableRawPointer
  private var arenaCount = 0
  private var arenaCapacity = 1 << 12
  package private(set) var lastKey: UInt64 = 0
  package private(set) var lastCode: Int32 = 0

  private static var longMark: UInt64 { 1 << 63 }
  package static var tooMany: Int32 { -1 }
  package static var notUTF8: Int32 { -2 }
  private static var emptyKey: UInt64 { 8 << 56 }

  package init(limit: Int = Int(Int32.max)) {
    self.limit = limit
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: Slot(key: 0, code: 0), count: capacity)
    words = .allocate(capacity: wordCapacity)
    arena = .allocate(byteCount: arenaCapacity, alignment: 8)
  }

  deinit {
    slots.deallocate()
    words.deallocate()
    arena.deallocate()
  }

  /// The number of any token, of which no more than its own bytes are read.
  mutating func code(ofText text: UnsafeBufferPointer<UInt8>) -> Int32 {
    guard let start = text.baseAddress, !text.isEmpty else { return shortCode(Self.emptyKey) }
    if text.count > 7 { return longCode(start, text.count) }
    let key = text.reversed().reduce(UInt64(text.count)) { $0 << 8 | UInt64($1) }
    return shortCode(key & (1 << 56 - 1) | UInt64(text.count) << 56)
  }

  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    // Folding both halves of the product spreads digits, which differ in few bits, over the whole table.
    let product = key.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: ((product.high ^ product.low) &* 0xD6E8_FEB8_6659_FD93) >> shift)
  }

  /// The number of a token by its key, which is not that of the token before, new ones included; negative when there are
  /// too many or a new one is not UTF-8.
  package mutating func shortCode(_ key: UInt64) -> Int32 {
    var slot = home(key)
    while slots[slot].key != key {
      if slots[slot].key == 0 {
        guard isUTF8(word: key) else { return Self.notUTF8 }
        return insert(key, word: key, at: slot)
      }
      slot = (slot &+ 1) & (capacity &- 1)
    }
    lastKey = key
    lastCode = slots[slot].code
    return lastCode
  }

  /// The same for a token of more than 7 bytes.
  package mutating func longCode(_ start: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    if lastKey >= Self.longMark, isEqual(lastCode, start, length) { return lastCode }
    let key = Self.hash(start, length) | Self.longMark
    var slot = home(key)
    while true {
      let found = slots[slot]
      if found.key == key, isEqual(found.code, start, length) {
        lastKey = key
        lastCode = found.code
        return found.code
      }
      if found.key == 0 { break }
      slot = (slot &+ 1) & (capacity &- 1)
    }
    let bytes = UnsafeBufferPointer(start: start, count: length)
    guard isUTF8(bytes) else { return Self.notUTF8 }
    let code = insert(key, word: UInt64(arenaCount) | Self.longMark, at: slot)
    if code >= 0 { store(bytes) }
    return code
  }

  private mutating func insert(_ key: UInt64, word: UInt64, at slot: Int) -> Int32 {
    guard count < limit else { return Self.tooMany }
    let code = Int32(truncatingIfNeeded: count)
    slots[slot] = Slot(key: key, code: code)
    if count == wordCapacity {
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * wordCapacity)
      larger.update(from: words, count: count)
      words.deallocate()
      (words, wordCapacity) = (larger, 2 * wordCapacity)
    }
    words[count] = word
    count += 1
    (lastKey, lastCode) = (key, code)
    if count > capacity / 8 * 5 { grow() }
    return code
  }

  private mutating func grow() {
    let (old, oldCapacity) = (slots, capacity)
    capacity *= 2
    shift -= 1
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: Slot(key: 0, code: 0), count: capacity)
    for index in 0..<oldCapacity where old[index].key != 0 {
      var slot = home(old[index].key)
      while slots[slot].key != 0 { slot = (slot &+ 1) & (capacity &- 1) }
      slots[slot] = old[index]
    }
    old.deallocate()
  }

  private mutating func store(_ bytes: UnsafeBufferPointer<UInt8>) {
    let needed = arenaCount + 8 + (bytes.count + 7) & ~7
    if needed > arenaCapacity {
      arenaCapacity = max(2 * arenaCapacity, needed)
      let larger = UnsafeMutableRawPointer.allocate(byteCount: arenaCapacity, alignment: 8)
      larger.copyMemory(from: arena, byteCount: arenaCount)
      arena.deallocate()
      arena = larger
    }
    arena.storeBytes(of: bytes.count, toByteOffset: arenaCount, as: Int.self)
    UnsafeMutableRawBufferPointer(start: arena + arenaCount + 8, count: bytes.count).copyMemory(
      from: UnsafeRawBufferPointer(bytes))
    arenaCount = needed
  }
}

extension TokenTable {
  /// The bytes of token `code`, while `body` runs.
  @inline(__always)
  func withBytes<Result>(_ code: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let word = words[code]
    if word >= Self.longMark { return body(longBytes(word)) }
    return withUnsafeBytes(of: word.littleEndian) { bytes in
      bytes.withMemoryRebound(to: UInt8.self) {
        body(UnsafeBufferPointer(start: $0.baseAddress, count: Int(word >> 56) & 7))
      }
    }
  }

  private func longBytes(_ word: UInt64) -> UnsafeBufferPointer<UInt8> {
    let place = Int(word & ~Self.longMark)
    return UnsafeBufferPointer(
      start: UnsafePointer((arena + (place + 8)).assumingMemoryBound(to: UInt8.self)),
      count: arena.load(fromByteOffset: place, as: Int.self))
  }

  @inline(__always)
  private func isEqual(_ code: Int32, _ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let word = words[Int(code)]
    guard word >= Self.longMark else { return false }
    let bytes = longBytes(word)
    guard bytes.count == length, let base = bytes.baseAddress else { return false }
    return memcmp(base, start, length) == 0
  }

  /// The number in this table of token `code` of another, new ones included; negative when there are too many.
  mutating func code(of code: Int, in other: borrowing TokenTable) -> Int32 {
    let word = other.words[code]
    if word < Self.longMark { return shortCode(word) }
    let bytes = other.longBytes(word)
    return bytes.baseAddress.map { longCode($0, bytes.count) } ?? Self.tooMany
  }

  /// A hash of at least 8 bytes: words folded in by full-width products.
  private static func hash(_ start: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
    let bytes = UnsafeRawPointer(start)
    var state = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset < length {
      // The last word overlaps the one before it.
      let word = bytes.loadUnaligned(fromByteOffset: min(offset, length - 8), as: UInt64.self)
      let product = (state ^ word ^ 0x2545_F491_4F6C_DD1D).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      state = (product.high ^ product.low) &+ word
      offset += 8
    }
    return state ^ (state >> 32)
  }
}

private func isUTF8(word: UInt64) -> Bool {
  if word & 0x0080_8080_8080_8080 == 0 { return true }
  return withUnsafeBytes(of: word.littleEndian) { bytes in
    bytes.withMemoryRebound(to: UInt8.self) { isUTF8(UnsafeBufferPointer(rebasing: $0[..<(Int(word >> 56) & 7)])) }
  }
}

/// A token table that outlives the worker that fills it.
package final class TokenTableBox {
  package var table: TokenTable

  package init(limit: Int = Int(Int32.max)) { table = TokenTable(limit: limit) }
}
