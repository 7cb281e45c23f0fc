import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct CompiledTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Random lines with repeated pairs, in no order.
  private func lines(seed: UInt64, users: Int, items: Int, rows: Int, values: Bool = true, strings: Bool = false)
    -> String
  {
    var random = RandomGenerator(seed: seed)
    var text = ""
    for _ in 0..<rows {
      let user = random.nextIndex(below: users) * random.nextIndex(below: 3)
      let item = random.nextIndex(below: items)
      text += strings ? "u\(user),item \(item)" : "\(user),\(item)"
      text += values ? ",\(random.nextIndex(below: 9) + 1),\(random.nextIndex(below: 1000))\n" : "\n"
    }
    return text
  }

  private func compile(
    _ path: String, _ duplicates: Duplicates = .sum, times: Bool = false, perRange: Int = .max, threads: Int = 2
  ) throws -> String {
    let output = scratch.path("\(UUID().uuidString).als")
    _ = try CompiledInteractions.compile(
      path, to: output,
      reader: InteractionsReader(
        format: DelimitedFormat(hasHeader: false), readsTimes: times, threads: threads),
      duplicates: duplicates, memory: 1 << 30, mostEntriesPerRange: perRange)
    return output
  }

  @Test(arguments: [Duplicates.sum, .last, .max], [1, 7, 100, 1 << 20])
  func isWhatTheFileHolds(duplicates: Duplicates, perRange: Int) throws {
    for (seed, shape) in [(5, 3, 40), (1, 1, 1), (40, 31, 900), (2, 500, 600)].enumerated() {
      for (values, strings) in [(true, false), (false, true)] {
        let path = try temporaryPath(
          lines(
            seed: UInt64(seed), users: shape.0, items: shape.1, rows: shape.2, values: values, strings: strings))
        let compiled = try CompiledInteractions(contentsOf: compile(path, duplicates, perRange: perRange))
          .interactions()
        let expected = try Interactions(
          contentsOf: path, format: DelimitedFormat(hasHeader: false), duplicates: duplicates)
        #expect(compiled.users == expected.users && compiled.items == expected.items)
        #expect(list(compiled) == list(expected))
        #expect((compiled.byUser.values == nil) == (expected.byUser.values == nil))
        #expect(compiled.byUser.brokenInvariant() == nil && compiled.byItem.brokenInvariant() == nil)
      }
    }
  }

  @Test func theSameBytesForEveryNumberOfThreadsAndRanges() throws {
    let path = try temporaryPath(lines(seed: 8, users: 60, items: 50, rows: 3000))
    let bytes = try Data(contentsOf: URL(filePath: compile(path, times: true, threads: 1)))
    for threads in [2, 3, 8] {
      for perRange in [50, 1 << 20] {
        #expect(
          try Data(contentsOf: URL(filePath: compile(path, times: true, perRange: perRange, threads: threads))) == bytes
        )
      }
    }
  }

  @Test func timesAreTheLatestOfEachPair() throws {
    let path = try temporaryPath("1,1,1,50\n2,1,1,10\n1,1,1,30\n1,2,5,7\n")
    let compiled = try compile(path, .last, times: true)
    let events = try InteractionsReader(readsTimes: true).readEvents(compiled).events
    #expect(list(events) == ["1 1 1.0 50.0", "1 2 5.0 7.0", "2 1 1.0 10.0"])
    #expect(throws: ALSError.self) { try InteractionsReader(readsTimes: true).readEvents(compile(path)) }
  }

  @Test func whatWasDoneWithRepeatsMustBeWhatIsWanted() throws {
    let (repeated, single) = (try temporaryPath("1,1,2\n1,1,3\n"), try temporaryPath("1,1,2\n1,2,3\n"))
    let compiled = try CompiledInteractions(contentsOf: compile(repeated, .sum))
    #expect(try compiled.interactions(duplicates: .sum).value(userAt: 0, itemAt: 0) == 5)
    #expect(throws: ALSError.self) { try compiled.interactions(duplicates: .last) }
    // Sums that nobody asked for are no ratings.
    let error = #expect(throws: ALSError.self) { try compiled.interactions().ratings() }
    #expect(error?.message.contains("duplicates: .last") == true)
    #expect(try compiled.interactions(duplicates: .sum).ratings().value(userAt: 0, itemAt: 0) == 5)
    #expect(try CompiledInteractions(contentsOf: compile(single)).interactions().ratings().count == 2)
    #expect(try CompiledInteractions(contentsOf: compile(single)).interactions(duplicates: .last).count == 2)
    #expect(throws: ALSError.self) { try compile(repeated, .error) }
  }

  @Test func tooLittleMemoryIsAnErrorThatSaysHowMuch() throws {
    let path = try temporaryPath("1,1\n")
    let failure = #expect(throws: ALSError.self) {
      try CompiledInteractions.compile(path, to: scratch.path("x.als"), memory: 1 << 20)
    }
    #expect(failure?.message.contains("need --memory 1") == true)
    #expect(try scratch.files.isEmpty)
  }

  /// Pages that were given back are read again, in whatever order rows were reported.
  @Test func pagesThatWereGivenBackComeAgain() throws {
    let path = try temporaryPath(lines(seed: 4, users: 900, items: 700, rows: 60000))
    let expected = try Interactions(contentsOf: path, format: DelimitedFormat(hasHeader: false))
    let file = try compile(path)
    #expect(MappedWindows(try CompiledInteractions(contentsOf: file).interactions().byUser) == nil)
    let mapped = try CompiledInteractions(contentsOf: file, threads: 2, leastLargeBytes: 1).interactions()
    var random = RandomGenerator(seed: 3)
    for matrix in [mapped.byUser, mapped.byItem] {
      for entries in [1, 5000, 1 << 20] {
        let windows = try #require(MappedWindows(matrix, entries: entries))
        var chunks = stride(from: 0, to: matrix.rowCount, by: 8).map { $0..<min($0 + 8, matrix.rowCount) }
        random.shuffle(&chunks)
        for chunk in chunks { windows.finished(chunk) }
      }
    }
    #expect(list(mapped) == list(expected))
    var sum = 0.0
    mapped.byItem.values?.forEachPart { part in sum = part.reduce(sum) { $0 + Double($1) } }
    #expect(sum == expected.byItem.values?.elements.reduce(0.0) { $0 + Double($1) })
    #expect(mapped.meanValue() == expected.meanValue())
  }

  /// Every flipped byte and every cut of a small file.
  @Test func damageIsAlwaysNoticed() throws {
    let path = try temporaryPath(lines(seed: 2, users: 9, items: 8, rows: 60, strings: true))
    let bytes = try Array(Data(contentsOf: URL(filePath: compile(path, times: true))))
    var random = RandomGenerator(seed: 1)
    for _ in 0..<600 {
      var damaged = bytes
      if random.nextIndex(below: 4) == 0 {
        damaged.removeLast(1 + random.nextIndex(below: bytes.count))
      } else {
        damaged[random.nextIndex(below: random.nextIndex(below: 2) == 0 ? 1500 : bytes.count)] ^=
          UInt8(1 << random.nextIndex(below: 8))
      }
      let file = try scratch.write(damaged, to: "damaged.als")
      #expect(throws: ALSError.self) { try CompiledInteractions(contentsOf: file, threads: 1) }
    }
  }

  /// A file that was read does not mind what happens to it.
  @Test func aCopyOutlivesTheFile() throws {
    let path = try temporaryPath(lines(seed: 5, users: 30, items: 20, rows: 400, strings: true))
    let file = try compile(path)
    let expected = try list(CompiledInteractions(contentsOf: file).interactions())
    let copied = try CompiledInteractions(contentsOf: file, mapped: false, threads: 2, leastLargeBytes: 1)
      .interactions()
    try Data().write(to: URL(filePath: file))
    #expect(list(copied) == expected)
    #expect(MappedWindows(copied.byUser) == nil)
  }
}
