import ALSFiles
import ALSPlatform
import ALSSparse
import Testing

/// Several files against one with the same lines.
@Suite struct SeveralFilesTests {
  private func expectSame(_ a: Interactions, _ b: Interactions) {
    #expect(a.users == b.users && a.items == b.items && a.count == b.count)
    for user in a.users.indices {
      #expect(a.itemIndices(ofUserAt: user) == b.itemIndices(ofUserAt: user))
      for item in a.itemIndices(ofUserAt: user) {
        #expect(a.value(userAt: user, itemAt: item) == b.value(userAt: user, itemAt: item))
        #expect(a.weight(userAt: user, itemAt: item) == b.weight(userAt: user, itemAt: item))
      }
    }
  }

  private static func lines(_ range: Range<Int>) -> [String] {
    range.map { "\($0 * 7 % 23),P\($0 * 5 % 11),\(1 + $0 % 4)" }
  }

  private static func text(_ range: Range<Int>) -> String {
    (["user,item,rating"] + lines(range)).joined(separator: "\n") + "\n"
  }

  @Test(arguments: Duplicates.allCases.filter { $0 != .error }, [nil, 2] as [Float?])
  func rowsFollowOneAnother(duplicates: Duplicates, minimum: Float?) throws {
    let whole = try Interactions(
      contentsOf: temporaryPath(Self.text(0..<300)), duplicates: duplicates, minimumValue: minimum)
    // Other delimiters, no header, other columns.
    let parts = [
      try temporaryPath(Self.text(0..<100)),
      try temporaryPath(Self.lines(100..<200).map { $0.replacing(",", with: ";") }.joined(separator: "\n")),
      try temporaryPath(
        "rating\titem\tuser\n"
          + Self.lines(200..<300).map { $0.split(separator: ",").reversed().joined(separator: "\t") }
          .joined(separator: "\n")),
    ]
    expectSame(try Interactions(contentsOf: parts, duplicates: duplicates, minimumValue: minimum), whole)
    let (_, files, _) = try InteractionsReader().readInteractions(parts)
    #expect(files.map(\.rowCount) == [100, 100, 100])
    let extent = try InteractionsReader().extent(of: parts, duplicates: duplicates).extent
    let all = try Interactions(contentsOf: parts)
    #expect(extent.rows == 300 && extent.users == all.users && extent.items == all.items)
    #expect(try Events(contentsOf: parts).count == 300)
    // Compiled in parts so small that the files lie in several.
    var reader = InteractionsReader()
    reader.minimumValue = minimum
    let compiled = parts[0] + ".als"
    let (summary, sources, removed) = try CompiledInteractions.compile(
      parts, to: compiled, reader: reader, duplicates: duplicates, memory: 1 << 29, mostEntriesPerRange: 64)
    #expect(sources.map(\.rowCount) == [100, 100, 100] && summary.interactions == whole.count)
    #expect(removed + whole.count == all.count)
    expectSame(try Interactions(contentsOf: compiled), whole)
    expectSame(try Interactions(contentsOf: [parts[0]]), try Interactions(contentsOf: parts[0]))
  }

  /// Numbers become texts where another file has texts, ones are values where another file has values, of ratings the last counts.
  @Test func filesDiffer() throws {
    let (numbers, texts) = (
      try temporaryPath("user,item\n1,10\n2,10\n1,11\n"), try temporaryPath("user,item,rating\nb,10,5\n1,10,3\n")
    )
    let both = try Interactions(contentsOf: [numbers, texts], duplicates: .last)
    #expect(both.users.elementsEqual([1, 2, "b"] as [Identifier]) && both.items.count == 2)
    #expect(both.value(userAt: 0, itemAt: 0) == 3 && both.value(userAt: 1, itemAt: 0) == 1)
    #expect(try Interactions(contentsOf: [texts, numbers], duplicates: .last).value(userAt: 0, itemAt: 0) == 1)
    let compiled = numbers + ".als"
    _ = try CompiledInteractions.compile(numbers, to: compiled, memory: 1 << 29)
    expectSame(try Interactions(contentsOf: [compiled, texts], duplicates: .last), both)
    try #require(both.count == 4)
    _ = try CompiledInteractions.compile([numbers, texts], to: compiled, duplicates: .last, memory: 1 << 29)
    expectSame(try Interactions(contentsOf: compiled), both)
  }

  /// Times are kept where all files have them, and ages count to one date.
  @Test func timesOfAllFiles() throws {
    let (early, late) = (
      try temporaryPath("user,item,rating,time\n1,10,1,1000\n2,10,1,2000\n"),
      try temporaryPath("user,item,rating,time\n2,11,1,3000\n1,10,1,4000\n")
    )
    var reader = InteractionsReader(readsTimes: true)
    reader.timesAreOptional = true
    let compiled = early + ".als"
    let (summary, _, _) = try CompiledInteractions.compile(
      [early, late], to: compiled, reader: reader, memory: 1 << 29)
    #expect(summary.hasTimes)
    let times = try InteractionsReader(readsTimes: true).readEvents(compiled).events.times
    #expect(times.map { Array($0.elements) } == [4000, 2000, 3000])
    let none = try temporaryPath("user,item\n1,12\n")
    #expect(
      try !CompiledInteractions.compile([early, none], to: compiled, reader: reader, memory: 1 << 29).summary.hasTimes)
    reader.weighting = EventWeighting(halfLife: 1000, asOf: 4000)
    let (aged, _, _) = try CompiledInteractions.compile([early, late], to: compiled, reader: reader, memory: 1 << 29)
    #expect(aged.weights != nil)
    expectSame(
      try Interactions(contentsOf: compiled), try Interactions(contentsOf: [early, late], weighting: reader.weighting))
  }

  @Test func mistakesNameFileAndLine() throws {
    let (good, bad) = (
      try temporaryPath("user,item,rating\n1,2,3\n1,2,4\n"), try temporaryPath("user,item,rating\n1,2,x\n")
    )
    let timed = try temporaryPath("user,item,rating,time\n1,2,3,2026-01-01\n")
    func compiled(_ paths: [String], _ duplicates: Duplicates = .sum) throws -> Interactions {
      _ = try CompiledInteractions.compile(paths, to: good + ".als", duplicates: duplicates, memory: 1 << 29)
      return try Interactions(contentsOf: good + ".als")
    }
    let attempts: [(String, () throws -> Interactions)] = [
      ("\(bad): line 2: the value", { try Interactions(contentsOf: [good, bad]) }),
      ("\(good) and 1 more: ", { try Interactions(contentsOf: [good, timed], duplicates: .error) }),
      ("no file of interactions is named", { try Interactions(contentsOf: []) }),
      ("\(good) and 1 more: ", { try compiled([good, timed], .error) }),
      ("\(bad): line 2: the value", { try compiled([good, bad]) }),
      ("no file of interactions is named", { try compiled([]) }),
      ("Say to which date", { try Interactions(contentsOf: [timed, timed], weighting: EventWeighting(halfLife: 9)) }),
      ("the values of all 1 pairs are below", { try Interactions(contentsOf: [good, timed], minimumValue: 99) }),
    ]
    for (reason, attempt) in attempts {
      let error = #expect(throws: ALSError.self) { _ = try attempt() }
      #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
  }
}
