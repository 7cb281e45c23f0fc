/// The bytes that a field stands for.
enum FieldContent {
  case bytes(UnsafeBufferPointer<UInt8>)
  /// Text follows the closing quote.
  case malformed
}

/// Memory for fields whose doubled quotes had to be undone; each use overwrites the last.
struct FieldScratch: ~Copyable {
  private(set) var memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64)

  deinit { memory.deallocate() }

  mutating func reserve(_ count: Int) {
    guard count + RowGrammar.padding > memory.count else { return }
    memory.deallocate()
    memory = .allocate(capacity: 2 * count + RowGrammar.padding)
  }
}

extension RowGrammar {
  /// The end of the field that begins at `start`: a delimiter or a line feed; `nil` when its quote never closes.
  @inline(__always)
  func fieldEnd(_ start: Byte, end: Byte) -> Byte? {
    // Spaces and quotes sort before anything that fields usually begin with.
    if start[0] <= Self.quote, let quote = openingQuote(start) {
      guard let close = closingQuote(quote + 1, end: end) else { return nil }
      return unquotedEnd(close + 1)
    }
    return unquotedEnd(start)
  }

  /// What the field `start..<end` stands for: without surrounding spaces or quotes.
  func content(_ start: Byte, _ end: Byte, scratch: inout FieldScratch) -> FieldContent {
    var (start, end) = (start, end)
    while end > start, end[-1] == Self.space || end[-1] == Self.carriageReturn { end -= 1 }
    while start < end, start[0] == Self.space { start += 1 }
    guard start < end, start[0] == Self.quote else {
      return .bytes(UnsafeBufferPointer(start: start, count: end - start))
    }
    start += 1
    guard let close = closingQuote(start, end: end), close + 1 == end else { return .malformed }
    var from = start
    guard var quote = Self.find(Self.quote, from: from, to: close) else {
      return .bytes(UnsafeBufferPointer(start: start, count: close - start))
    }
    scratch.reserve(close - start)
    guard let target = scratch.memory.baseAddress else { return .malformed }
    var count = 0
    while true {
      // Up to and with the first of the two quotes.
      (target + count).update(from: from, count: quote + 1 - from)
      count += quote + 1 - from
      from = quote + 2
      guard let next = Self.find(Self.quote, from: from, to: close) else { break }
      quote = next
    }
    (target + count).update(from: from, count: close - from)
    return .bytes(UnsafeBufferPointer(start: target, count: count + (close - from)))
  }

  /// All fields of a row that ends with a line feed, as text; from a quote that never closes on, all is one field.
  func fields(ofRow row: [UInt8]) -> [String] {
    guard !row.isEmpty else { return [] }
    return (row + repeatElement(0, count: Self.padding)).withUnsafeBufferPointer { padded in
      guard let base = padded.baseAddress else { return [] }
      var scratch = FieldScratch()
      var fields: [String] = []
      var start = base
      while true {
        let stop = fieldEnd(start, end: base + row.count) ?? base + row.count - 1
        switch content(start, stop, scratch: &scratch) {
        case .bytes(let bytes): fields.append(String(decoding: bytes, as: UTF8.self))
        case .malformed:
          fields.append(String(decoding: UnsafeBufferPointer(start: start, count: stop - start), as: UTF8.self))
        }
        if stop[0] == Self.lineFeed { return fields }
        start = stop + delimiterLength
      }
    }
  }
}
