#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RowGrammar {
  typealias Byte = UnsafePointer<UInt8>

  /// The first `byte` in `start..<end`.
  @inline(__always)
  static func find(_ byte: UInt8, from start: Byte, to end: Byte) -> Byte? {
    guard start < end, let found = memchr(start, Int32(byte), end - start) else { return nil }
    return Byte(found.assumingMemoryBound(to: UInt8.self))
  }

  /// The last line feed in `start..<end`.
  static func lastLineFeed(from start: Byte, to end: Byte) -> Byte? {
    var byte = end
    while byte > start {
      byte -= 1
      if byte[0] == lineFeed { return byte }
    }
    return nil
  }

  /// The number of line feeds in `start..<end`.
  static func lineFeedCount(from start: Byte, to end: Byte) -> Int {
    let feeds = SIMD16<UInt8>(repeating: lineFeed)
    var total = 0
    var byte = start
    while end - byte >= 16 {
      // A byte of the sums holds up to 255.
      var sums = SIMD16<UInt8>(repeating: 0)
      for _ in 0..<min((end - byte) / 16, 255) {
        let bytes = UnsafeRawPointer(byte).loadUnaligned(as: SIMD16<UInt8>.self)
        sums &+= SIMD16(repeating: 0).replacing(with: 1, where: bytes .== feeds)
        byte += 16
      }
      total += Int(SIMD16<UInt16>(truncatingIfNeeded: sums).wrappedSum())
    }
    while byte < end {
      total += byte[0] == lineFeed ? 1 : 0
      byte += 1
    }
    return total
  }

  /// The quote that closes a field whose content begins at `start`, or `nil` when the bytes end before it.
  func closingQuote(_ start: Byte, end: Byte) -> Byte? {
    var from = start
    while let quote = Self.find(Self.quote, from: from, to: end) {
      if quote + 1 < end, quote[1] == Self.quote {
        from = quote + 2
      } else {
        return quote
      }
    }
    return nil
  }

  /// The quote at `start` or after spaces, if one opens the field that begins there.
  @inline(__always)
  func openingQuote(_ start: Byte) -> Byte? {
    var byte = start
    while byte[0] == Self.space, !isDelimiter(byte) { byte += 1 }
    return byte[0] == Self.quote ? byte : nil
  }

  /// The line feed that ends the row of which a field begins at `start`, or `nil` within an open quote.
  ///
  /// `rowStart` bounds how far back a quote looks for the beginning of its field.
  func rowEnd(_ start: Byte, rowStart: Byte, end: Byte) -> (feed: Byte?, openQuote: Byte?) {
    var from = start
    guard var feed = Self.find(Self.lineFeed, from: from, to: end) else {
      return (nil, openQuote(from, rowStart: rowStart, end: end).open)
    }
    while let quote = Self.find(Self.quote, from: from, to: feed) {
      from = quote + 1
      guard opensField(quote, rowStart: rowStart) else { continue }
      guard let close = closingQuote(from, end: end) else { return (nil, quote) }
      from = close + 1
      if close > feed {
        guard let next = Self.find(Self.lineFeed, from: from, to: end) else {
          return (nil, openQuote(from, rowStart: rowStart, end: end).open)
        }
        feed = next
      }
    }
    return (feed, nil)
  }

  /// The last line feed in `start..<end` that ends a row, `start` being the beginning of one.
  func lastRowEnd(_ start: Byte, end: Byte) -> Byte? {
    if Self.find(Self.quote, from: start, to: end) == nil { return Self.lastLineFeed(from: start, to: end) }
    return openQuote(start, rowStart: start, end: end).lastFeed
  }

  /// The quote that is open at the end of `start..<end`, and the last line feed outside of quotes.
  private func openQuote(_ start: Byte, rowStart: Byte, end: Byte) -> (open: Byte?, lastFeed: Byte?) {
    var (from, outside) = (start, start)
    var lastFeed: Byte?
    while let quote = Self.find(Self.quote, from: from, to: end) {
      from = quote + 1
      guard opensField(quote, rowStart: rowStart) else { continue }
      lastFeed = Self.lastLineFeed(from: outside, to: quote) ?? lastFeed
      guard let close = closingQuote(from, end: end) else { return (quote, lastFeed) }
      from = close + 1
      outside = from
    }
    return (nil, Self.lastLineFeed(from: outside, to: end) ?? lastFeed)
  }

  /// Whether `start` begins a line of nothing but spaces and carriage returns, and where the next line begins.
  func lineAfterBlank(_ start: Byte) -> Byte? {
    var byte = start
    while byte[0] == Self.space || byte[0] == Self.carriageReturn { byte += 1 }
    return byte[0] == Self.lineFeed ? byte + 1 : nil
  }
}
