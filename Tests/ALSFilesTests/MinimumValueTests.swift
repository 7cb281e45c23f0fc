import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// What is below the minimum value might as well not be in the file.
@Suite struct MinimumValueTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Lines of pairs with values from 1 to 9, repeats among them when `repeats`.
  private func lines(seed: UInt64, repeats: Bool) -> [(user: Int, item: Int, value: Int, time: Int)] {
    var random = RandomGenerator(seed: seed)
    var (result, seen): ([(user: Int, item: Int, value: Int, time: Int)], Set<Int>) = ([], [])
    for _ in 0..<400 {
      let (user, item) = (random.nextIndex(below: 60), random.nextIndex(below: 45))
      if !repeats, !seen.insert(user * 100 + item).inserted { continue }
      result.append((user, item, 1 + random.nextIndex(below: 9), random.nextIndex(below: 1000)))
    }
    return result
  }

  private func file(_ lines: [(user: Int, item: Int, value: Int, time: Int)], name: String) throws -> String {
    let text = lines.map { "u\($0.user),\($0.item),\($0.value),\(1_000_000_000 + $0.time)\n" }.joined()
    return try scratch.write(Array(text.utf8), to: name)
  }

  private func reader(_ minimum: Float?, times: Bool = false) -> InteractionsReader {
    var reader = InteractionsReader(format: DelimitedFormat(hasHeader: false), readsTimes: times, threads: 2)
    reader.minimumValue = minimum
    return reader
  }

  private func list(_ matrix: Interactions) -> [String] {
    matrix.users.indices.flatMap { user in
      matrix.itemIndices(ofUserAt: user).map {
        "\(matrix.users[user]) \(matrix.items[$0]) \(matrix.value(userAt: user, itemAt: $0) ?? -1)"
      }
    }
  }

  private func expectSame(_ found: Interactions, _ expected: Interactions) {
    #expect(found.users == expected.users && found.items == expected.items)
    #expect(list(found) == list(expected))
    #expect(found.byUser.brokenInvariant() == nil && found.byItem.brokenInvariant() == nil)
    #expect(list(found).count == found.byItem.entryCount)
  }

  @Test(arguments: [Duplicates.sum, .last, .max], [Float(-1), 1, 5, 8.5])
  func pairsAreLeftOutAfterRepeatsAreMerged(_ duplicates: Duplicates, _ minimum: Float) throws {
    for seed in 0..<3 as Range<UInt64> {
      let path = try file(lines(seed: seed, repeats: true), name: "all.csv")
      let all = try reader(nil).readInteractions(path, duplicates: duplicates).interactions
      // Made from the merged pairs, by hand.
      let pairs = all.users.indices.flatMap { user in
        all.itemIndices(ofUserAt: user).map { (user, $0, all.value(userAt: user, itemAt: $0) ?? 0) }
      }
      let kept = pairs.filter { $0.2 >= minimum }
      let expected = try Interactions(
        users: kept.map { all.users[$0.0].description }, items: kept.map { all.items[$0.1].description },
        values: kept.map(\.2), duplicates: .error)
      let (found, _, rows, removed) = try reader(minimum).readInteractions(path, duplicates: duplicates)
      expectSame(found, expected)
      #expect(rows == 400 && removed == pairs.count - kept.count)
      expectSame(
        try Interactions(
          contentsOf: path, format: DelimitedFormat(hasHeader: false), duplicates: duplicates, minimumValue: minimum),
        expected)

      // Of a compiled file, and while one is made, also range by range.
      let whole = scratch.path("all.als")
      _ = try CompiledInteractions.compile(
        path, to: whole, reader: reader(nil), duplicates: duplicates, memory: 1 << 30)
      var compiledReader = InteractionsReader()
      compiledReader.minimumValue = minimum
      expectSame(try compiledReader.readInteractions(whole, duplicates: duplicates).interactions, expected)
      for most in [20, Int.max] {
        let part = scratch.path("part.als")
        let (summary, _, left) = try CompiledInteractions.compile(
          path, to: part, reader: reader(minimum, times: true), duplicates: duplicates, memory: 1 << 30,
          mostEntriesPerRange: most)
        #expect(left == removed && summary.interactions == kept.count && summary.users == expected.users.count)
        expectSame(try CompiledInteractions(contentsOf: part).interactions(duplicates: duplicates), expected)
      }
    }
  }

  /// Without repeats it is, to the byte, what a file without such lines would give.
  @Test func compiledFileIsThatOfTheRest() throws {
    let all = lines(seed: 7, repeats: false)
    let (path, rest) = (
      try file(all, name: "all.csv"), try file(all.filter { $0.value >= 6 }, name: "rest.csv")
    )
    for (input, output, minimum) in [(path, "a.als", Float(6)), (rest, "b.als", nil)] as [(String, String, Float?)] {
      _ = try CompiledInteractions.compile(
        input, to: scratch.path(output), reader: reader(minimum, times: true), memory: 1 << 30)
    }
    #expect(
      try Data(contentsOf: URL(filePath: scratch.path("a.als")))
        == Data(contentsOf: URL(filePath: scratch.path("b.als"))))
    let (events, expected) = (
      try reader(6, times: true).readEvents(path).events, try reader(nil, times: true).readEvents(rest).events
    )
    #expect(events.times?.elements.elementsEqual(expected.times?.elements ?? .init(start: nil, count: 0)) == true)
    #expect(events.userIndices.elements.elementsEqual(expected.userIndices.elements))
    #expect(events.itemIndices.elements.elementsEqual(expected.itemIndices.elements))
    #expect(events.users == expected.users && events.items == expected.items)
  }

  @Test func nothingLeftIsAnError() throws {
    let path = try file(lines(seed: 1, repeats: true), name: "all.csv")
    for body in [
      { _ = try reader(1000).readInteractions(path, duplicates: .sum) },
      { _ = try reader(1000).readEvents(path) },
      {
        _ = try CompiledInteractions.compile(path, to: scratch.path("x.als"), reader: reader(1000), memory: 1 << 30)
      },
      { _ = try Interactions(contentsOf: path, format: DelimitedFormat(hasHeader: false), minimumValue: 1000) },
    ] as [() throws -> Void] {
      let error = #expect(throws: ALSError.self) { try body() }
      #expect(error?.kind == .data && error?.message.hasPrefix("\(path): the values of all ") == true)
      #expect(error?.message.components(separatedBy: path).count == 2)
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("x.als")))
    // Ones, where there are no values.
    let ones = try scratch.write(Array("1,2\n1,3\n".utf8), to: "ones.csv")
    #expect(try reader(1).readInteractions(ones, duplicates: .sum).interactions.count == 2)
    #expect(throws: ALSError.self) { try reader(1.5).readInteractions(ones, duplicates: .sum) }
  }

  @Test(arguments: [
    ("user,item,rating,timestamp\n1,2,3,1600000000\n", true), ("user,item,rating,timestamp\n1,2,3,5\n", true),
    ("1,2,3,1600000000\n", true), ("1,2,3,2026-01-31\n", true), ("1::2::3::978300760\n", true),
    ("user,item,time\n1,2,2020-01-01T00:00:00Z\n", true),
    // What is no time, as far as can be seen.
    ("1,2,3,4\n", false), ("1,2,3,x\n", false), ("user,item,rating,date\n1,2,3,12/1/2010 8:26\n", false),
    ("user,item,rating,comment\n1,2,3,1600000000\n", false), ("user,item,rating\n1,2,3\n", false), ("1,2\n", false),
  ])
  func timesAreFound(_ text: String, _ isFound: Bool) throws {
    let path = try scratch.write(Array(text.utf8), to: "times.csv")
    var reader = InteractionsReader(readsTimes: true)
    reader.timesAreOptional = true
    #expect((try reader.readEvents(path).events.times != nil) == isFound)
    let (summary, _, _) = try CompiledInteractions.compile(
      path, to: scratch.path("t.als"), reader: reader, memory: 1 << 30)
    #expect(summary.hasTimes == isFound)
  }
}
