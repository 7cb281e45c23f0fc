import ALSPlatform

/// What separates fields and rows: a delimiter of one or two bytes, line feeds, and quotes as in RFC 4180.
///
/// A quote opens a field only as the first byte of it after spaces; anywhere else it is text. Every function that
/// takes bytes of rows wants the last of them to be a line feed, so that searches end without counting.
struct RowGrammar: Sendable {
  let delimiter: String
  private let first: UInt8
  private let second: UInt8
  private let isPair: Bool
  private let pattern: UInt64

  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
  static let space = UInt8(ascii: " ")
  /// How many bytes past the last one searches may look at.
  static let padding = 16

  init(delimiter: String) throws {
    let bytes = Array(delimiter.utf8)
    let isUsable = bytes.allSatisfy {
      $0 < 0x80 && $0 != Self.lineFeed && $0 != Self.carriageReturn && $0 != Self.quote
    }
    guard (1...2).contains(bytes.count), isUsable, let first = bytes.first, let second = bytes.last else {
      throw ALSError(
        .configuration,
        "delimiter \(delimiter.debugDescription) cannot be used. Give one or two ASCII characters other than quotes and line breaks."
      )
    }
    self.delimiter = delimiter
    self.first = first
    self.second = second
    isPair = bytes.count == 2
    pattern = UInt64(first) &* 0x0101_0101_0101_0101
  }

  @inline(__always) var delimiterLength: Int { isPair ? 2 : 1 }

  /// Whether a delimiter begins at `byte`.
  @inline(__always)
  func isDelimiter(_ byte: UnsafePointer<UInt8>) -> Bool {
    byte[0] == first && (!isPair || byte[1] == second)
  }

  /// The first delimiter or line feed at or after `start`, whatever lies between.
  ///
  /// Looks at eight bytes at a time.
  @inline(__always)
  func unquotedEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    var byte = start
    while true {
      let word = UInt64(littleEndian: UnsafeRawPointer(byte).loadUnaligned(as: UInt64.self))
      // Bytes that are zero after the exclusive or leave their top bit; the lowest such bit is never a false one.
      let delimiters = word ^ pattern
      let feeds = word ^ 0x0A0A_0A0A_0A0A_0A0A
      let ones: UInt64 = 0x0101_0101_0101_0101
      let found = (((delimiters &- ones) & ~delimiters) | ((feeds &- ones) & ~feeds)) & 0x8080_8080_8080_8080
      if found == 0 {
        byte += 8
        continue
      }
      byte += found.trailingZeroBitCount >> 3
      if isPair, byte[0] == first, byte[1] != second, byte[0] != Self.lineFeed {
        byte += 1
        continue
      }
      return byte
    }
  }

  /// Whether the quote at `quote` opens a field, given that `rowStart` begins the row or an earlier one.
  func opensField(_ quote: UnsafePointer<UInt8>, rowStart: UnsafePointer<UInt8>) -> Bool {
    var byte = quote
    while true {
      if byte == rowStart || byte[-1] == Self.lineFeed { return true }
      if byte - rowStart >= delimiterLength, isDelimiter(byte - delimiterLength) {
        guard isPair, first == second, first != Self.space else { return true }
        // In a run of such bytes delimiters pair up from the left.
        var runStart = byte
        while runStart > rowStart, runStart[-1] == first { runStart -= 1 }
        return (byte - runStart).isMultiple(of: 2)
      }
      guard byte[-1] == Self.space else { return false }
      byte -= 1
    }
  }
}
