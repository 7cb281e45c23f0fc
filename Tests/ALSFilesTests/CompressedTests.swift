import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct CompressedTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// What gzip makes of a file.
  private func compressed(_ text: String, level: Int = 6) throws -> [UInt8] {
    let path = try scratch.write(Array(text.utf8), to: "plain")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-\(level)", "--force", path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try scratch.read("plain.gz")
  }

  private func text(seed: UInt64, rows: Int) -> String {
    var random = RandomText(seed: seed)
    return random.text(rowCount: rows)
  }

  @Test(arguments: 0..<10 as Range<UInt64>, [false, true])
  func compressedTextIsReadLikePlain(seed: UInt64, isPipe: Bool) throws {
    var random = RandomText(seed: seed)
    let text = random.text(rowCount: 200)
    let format = DelimitedFormat(
      userColumn: 1, itemColumn: 2, valueColumn: 3, timeColumn: 4, delimiter: random.delimiter)
    let plain = try Events(contentsOf: temporaryPath(text), format: format, readsTimes: true)
    let file = try TemporaryFile(compressed(text, level: 1 + Int(seed % 9)), isPipe: isPipe)
    let events = try Events(contentsOf: file.path, format: format, readsTimes: true)
    #expect(list(events) == list(plain))
  }

  @Test func concatenatedStreamsAreOneInput() throws {
    let bytes = try compressed("user,item\n1,2\n3,") + compressed("4\n5,6\n") + [0, 0, 0]
    let events = try Events(contentsOf: temporaryPath(bytes))
    #expect(events.users.map(\.description) == ["1", "3", "5"])
    #expect(events.items.map(\.description) == ["2", "4", "6"])
  }

  @Test func everyCutIsNoticed() throws {
    let bytes = try compressed(text(seed: 3, rows: 40))
    for length in 3..<bytes.count {
      #expect(throws: ALSError.self) { try Events(contentsOf: temporaryPath(Array(bytes[..<length]))) }
    }
  }

  @Test func everyFlippedByteIsHarmlessOrNoticed() throws {
    let text = text(seed: 4, rows: 40)
    let bytes = try compressed(text)
    let plain = list(try Events(contentsOf: temporaryPath(text)))
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x10
      // A date or a name in the header may change, or the file be no gzip file any more.
      if position > 2, let events = try? Events(contentsOf: temporaryPath(damaged)) { #expect(list(events) == plain) }
    }
  }
}

/// The events as text.
func list(_ events: Events) -> [String] {
  (0..<events.count).map { row in
    "\(events.users[Int(events.userIndices[row])]) \(events.items[Int(events.itemIndices[row])]) "
      + "\(events.values?[row] ?? 1) \(events.times?[row] ?? 0)"
  }
}

/// The pairs of both orientations as text.
func list(_ interactions: Interactions) -> (byUser: [String], byItem: [String]) {
  func list(_ matrix: CSRMatrix<Float>, _ rows: Identifiers, _ columns: Identifiers) -> [String] {
    (0..<matrix.rowCount).flatMap { row in
      matrix.entries(ofRow: row).map { "\(rows[row]) \(columns[Int(matrix.columns[$0])]) \(matrix.values?[$0] ?? 1)" }
    }
  }
  return (
    list(interactions.byUser, interactions.users, interactions.items),
    list(interactions.byItem, interactions.items, interactions.users)
  )
}
