import ALSPlatform
import ALSSparse
import Testing

@Suite struct UTF8Tests {
  /// Every sequence of up to three bytes near the borders, and random ones of any length, beside Swift's own check.
  @Test func agreesWithSwift() {
    let edges: [UInt8] = [
      0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
      0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var random = RandomGenerator(seed: 5)
    var sequences: [[UInt8]] = [[]]
    for a in edges { for b in edges { for c in edges { sequences.append([a, b, c]) } } }
    for _ in 0..<20_000 {
      let text = Array("añ€😀 plain ascii text".unicodeScalars)
      var bytes = (0..<random.nextIndex(below: 12)).flatMap { _ in
        Array(String(Character(text[random.nextIndex(below: text.count)])).utf8)
      }
      if !bytes.isEmpty, random.nextIndex(below: 2) == 0 {
        bytes[random.nextIndex(below: bytes.count)] = edges[random.nextIndex(below: edges.count)]
      }
      sequences.append(bytes)
    }
    for bytes in sequences {
      #expect(bytes.withUnsafeBufferPointer { isUTF8($0) } == (String(validating: bytes, as: UTF8.self) != nil))
    }
  }

  @Test func tablesThatAreNoneAreRefused() {
    let text = Array("aéb".utf8)
    for offsets: [Int64] in [[], [0], [1, 4], [0, 5], [0, 3, 1, 4], [0, 2, 4], [0, -1, 4], [0, .max, 4]] {
      #expect(throws: ALSError.self, "\(offsets)") {
        try Identifiers(.strings(bytes: Buffer(text), offsets: Buffer(offsets)))
      }
    }
    #expect(throws: ALSError.self) { try Identifiers(.strings(bytes: Buffer([0xFF]), offsets: Buffer([0, 1]))) }
    #expect(throws: Never.self) { try Identifiers(.strings(bytes: Buffer(text), offsets: Buffer([0, 1, 3, 4]))) }
  }
}
