import ALSFiles
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Weights of a column, of types and of age, beside a naive reading of the same lines.
@Suite struct WeightingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private struct Row {
    var user, item: String
    var value: Int
    var time: Int
    var weight: Float
    var type: String

    var line: String { "\(user),\(item),\(value),\(time),\(weight),\(type)\n" }
  }

  private static let types: [String: Float] = ["view": 0.5, "cart": 4, "purchase": 16, "return": 0]
  private static let header = "user,item,value,time,w,kind\n"
  private static let day = 86_400.0
  private static let format = DelimitedFormat(weightColumn: "w", eventColumn: "kind")

  private func rows(seed: UInt64, count: Int, repeats: Bool = true) -> [Row] {
    var random = RandomGenerator(seed: seed)
    var seen: Set<Int> = []
    return (0..<count).compactMap { _ in
      let (user, item) = (random.nextIndex(below: 30), random.nextIndex(below: 20))
      if !repeats, !seen.insert(user * 100 + item).inserted { return nil }
      return Row(
        user: "u\(user)", item: "i\(item)", value: 1 + random.nextIndex(below: 5),
        time: 1_700_000_000 + random.nextIndex(below: 100 * 86_400),
        weight: [0, 0.5, 1, 1, 2][random.nextIndex(below: 5)],
        type: Self.types.keys.sorted()[random.nextIndex(below: 4)])
    }
  }

  private func write(_ rows: [Row], name: String = "rows.csv") throws -> String {
    try scratch.write(Array((Self.header + rows.map(\.line).joined()).utf8), to: name)
  }

  /// The rows that count, with what they count.
  private func weighted(
    _ rows: [Row], column: Bool = true, types: Bool = true, halfLife: Double? = nil, asOf: Double? = nil
  ) -> [(row: Row, weight: Double)] {
    let kept = rows.map { row in
      (row, (column ? Double(row.weight) : 1) * (types ? Double(Self.types[row.type] ?? 0) : 1))
    }.filter { $0.1 > 0 }
    guard let halfLife else { return kept }
    let now = asOf ?? kept.map { Double($0.0.time) }.max() ?? 0
    return kept.map { ($0.0, $0.1 * pow(2, -(now - Double($0.0.time)) / halfLife)) }
  }

  /// Value and weight of each pair of those rows.
  private func merged(_ rows: [(row: Row, weight: Double)], _ duplicates: Duplicates) -> [String: (Double, Double)] {
    Dictionary(grouping: rows) { "\($0.row.user) \($0.row.item)" }.mapValues { rows in
      switch duplicates {
      case .sum:
        let weight = rows.map(\.weight).max() ?? 0
        return (rows.reduce(0) { $0 + Double($1.row.value) * $1.weight } / weight, weight)
      case .last, .error: return (Double(rows[rows.count - 1].row.value), rows[rows.count - 1].weight)
      case .max: return rows.map { (Double($0.row.value), $0.weight) }.max { $0 < $1 } ?? (0, 0)
      }
    }
  }

  private func expect(_ found: Interactions, is expected: [String: (Double, Double)]) {
    #expect(found.count == expected.count && found.byItem.entryCount == found.count)
    #expect(Set(found.users.map(\.description)) == Set(expected.keys.map { String($0.split(separator: " ")[0]) }))
    let byUser = found.byItem.transposed(threads: 1)
    #expect(
      byUser.weights.map { Array($0.elements) } == found.byUser.weights.map { Array($0.elements) })
    for user in found.users.indices {
      for item in found.itemIndices(ofUserAt: user) {
        guard let pair = expected["\(found.users[user]) \(found.items[item])"] else {
          Issue.record("\(found.users[user]) has \(found.items[item])")
          continue
        }
        let (value, weight) = (
          Double(found.value(userAt: user, itemAt: item) ?? 0), Double(found.weight(userAt: user, itemAt: item) ?? 0)
        )
        #expect(abs(value - pair.0) <= 1e-5 * pair.0 && abs(weight - pair.1) <= 1e-5 * pair.1)
      }
    }
  }

  private func reader(_ format: DelimitedFormat, _ weighting: EventWeighting, threads: Int = 2) -> InteractionsReader {
    var reader = InteractionsReader(format: format, threads: threads)
    reader.weighting = weighting
    return reader
  }

  @Test(arguments: [Duplicates.sum, .last, .max], 0..<4 as Range<UInt64>)
  func areThoseOfTheNaiveReading(duplicates: Duplicates, seed: UInt64) throws {
    let rows = rows(seed: seed, count: 500)
    let path = try write(rows)
    let asOf = 1_710_000_000.0
    for (format, weighting, expected) in [
      (DelimitedFormat(weightColumn: "W"), EventWeighting(), weighted(rows, types: false)),
      (
        DelimitedFormat(eventColumn: 6), EventWeighting(eventWeights: Self.types), weighted(rows, column: false)
      ),
      (
        DelimitedFormat(), EventWeighting(halfLife: 20 * Self.day),
        weighted(rows, column: false, types: false, halfLife: 20 * Self.day)
      ),
      (
        Self.format, EventWeighting(halfLife: 7 * Self.day, asOf: asOf, eventWeights: Self.types),
        weighted(rows, halfLife: 7 * Self.day, asOf: asOf)
      ),
    ] {
      let pairs = merged(expected, duplicates)
      expect(
        try Interactions(contentsOf: path, format: format, duplicates: duplicates, weighting: weighting), is: pairs)
      let events = try Events(contentsOf: path, format: format, weighting: weighting)
      #expect(events.count == expected.count && events.times == nil)
      // Compiled, also range by range, it is the same to the bit.
      let read = try reader(format, weighting).readInteractions(path, duplicates: duplicates).interactions
      for most in [17, Int.max] {
        let output = scratch.path("rows.als")
        let (summary, _, _) = try CompiledInteractions.compile(
          path, to: output, reader: reader(format, weighting), duplicates: duplicates, memory: 1 << 30,
          mostEntriesPerRange: most)
        let compiled = try CompiledInteractions(contentsOf: output)
        #expect(summary == compiled.summary && summary.events == expected.count)
        #expect(summary.weights?.decay?.halfLife == weighting.halfLife)
        let interactions = try compiled.interactions()
        for (a, b) in [(interactions.byUser, read.byUser), (interactions.byItem, read.byItem)] {
          #expect(a.weights.map { Array($0.elements) } == b.weights.map { Array($0.elements) })
          #expect(a.values.map { Array($0.elements) } == b.values.map { Array($0.elements) })
        }
      }
    }
  }

  /// Neither the number of threads nor the size of blocks matters.
  @Test(arguments: [1, 3, 8], [64, 1 << 20]) func theSameHoweverItIsRead(threads: Int, blockSize: Int) throws {
    let path = try write(rows(seed: 9, count: 400))
    let weighting = EventWeighting(halfLife: 3 * Self.day, eventWeights: Self.types)
    func read(_ threads: Int, _ blockSize: Int) throws -> [Float]? {
      var reader = DelimitedReader(format: Self.format, threads: threads)
      (reader.weighting, reader.blockSize) = (weighting, blockSize)
      return try reader.read(path).events.weights.map { Array($0.elements) }
    }
    #expect(try read(threads, blockSize) == read(1, 1 << 22))
    var reader = DelimitedReader(format: Self.format, threads: threads)
    (reader.weighting, reader.keepsWeightless) = (weighting, true)
    #expect(try reader.read(path).events.count == 400)
  }

  @Test func onesAreNotStored() throws {
    let path = try scratch.write(Array("user,item,w,time\n1,2,1,50\n2,3,1.0,50\n".utf8), to: "ones.csv")
    for weighting in [EventWeighting(), EventWeighting(halfLife: 5)] {
      let reader = reader(DelimitedFormat(weightColumn: "w"), weighting)
      #expect(try reader.readInteractions(path).interactions.byUser.weights == nil)
      let (summary, _, _) = try CompiledInteractions.compile(
        path, to: scratch.path("ones.als"), reader: reader, memory: 1 << 30)
      #expect(summary.weights == nil)
      // Older versions read it.
      #expect(try scratch.read("ones.als")[8] == 1)
    }
  }

  /// A compiled file without repeats is weighed as the text would be, when it is opened.
  @Test func compiledFilesAreWeighedWhenOpened() throws {
    let rows = rows(seed: 4, count: 300, repeats: false)
    let weighting = EventWeighting(halfLife: 10 * Self.day)
    for format in [DelimitedFormat(), DelimitedFormat(weightColumn: "w")] {
      let (path, output) = (try write(rows), scratch.path("plain.als"))
      var plain = InteractionsReader(format: format)
      plain.readsTimes = true
      _ = try CompiledInteractions.compile(path, to: output, reader: plain, memory: 1 << 30)
      let (opened, form, _, _) = try reader(DelimitedFormat(), weighting).readInteractions(output)
      let expected = try Interactions(contentsOf: path, format: format, weighting: weighting)
      for (a, b) in [(opened.byUser, expected.byUser), (opened.byItem, expected.byItem)] {
        #expect(Array(a.columns.elements) == Array(b.columns.elements))
        #expect(a.weights.map { Array($0.elements) } == b.weights.map { Array($0.elements) })
      }
      #expect(form.description.contains("half-life 10 d as of 20"))
      let events = try reader(DelimitedFormat(), weighting).readEvents(output).events
      #expect(events.weights.map { Array($0.elements) } == expected.byUser.weights.map { Array($0.elements) })
    }
  }

  @Test func momentsAreWrittenAsTheyAreRead() throws {
    func text(_ asOf: String) throws -> String {
      let path = try scratch.write(Array("1,2,3,\(asOf)\n".utf8), to: "moment.csv")
      let (_, layout) = try {
        var reader = DelimitedReader()
        reader.weighting = EventWeighting(halfLife: 90)
        return try reader.read($0)
      }(path)
      return layout.decay?.description ?? ""
    }
    for moment in [
      "1970-01-01", "1969-12-31", "1966-01-01", "1965-12-31T23:59:59Z", "2000-02-29", "2026-12-31T12:34:56Z",
      "2100-03-01", "1600-02-29", "0001-01-01", "1904-12-31", "4999-12-31", "1899-12-31T00:00:01Z",
    ] {
      #expect(try text(moment) == "half-life 90 s as of \(moment)")
    }
  }

  @Test func ageAloneMakesNothingAbsent() throws {
    let path = try scratch.write(Array("1,2,3,0\n2,3,4,1000000000\n".utf8), to: "old.csv")
    let found = try Interactions(contentsOf: path, weighting: EventWeighting(halfLife: 1))
    #expect(found.weight(userAt: 0, itemAt: 0) == .leastNormalMagnitude && found.weight(userAt: 1, itemAt: 1) == 1)
  }

  private func refusal(
    _ text: String, _ format: DelimitedFormat = DelimitedFormat(), _ weighting: EventWeighting = EventWeighting()
  ) throws -> String {
    let path = try scratch.write(Array(text.utf8), to: "bad.csv")
    let error = #expect(throws: ALSError.self) {
      try Interactions(contentsOf: path, format: format, weighting: weighting)
    }
    return error?.message ?? ""
  }

  @Test func mistakesAreNamed() throws {
    let column = DelimitedFormat(weightColumn: 3)
    for weight in ["-1", "nan", "inf", "1e39", "", "x"] {
      #expect(try refusal("1,2,1\n2,3,\(weight)\n", column).contains("bad.csv: line 2: the weight (column 3) is"))
    }
    #expect(try refusal("1,2,0\n2,3,0\n", column).contains("all 2 rows have weight 0"))
    #expect(try refusal("1,2,3\n", DelimitedFormat(weightColumn: 4)).contains("no column 4 for the weight"))
    #expect(try refusal("1,2,3\n", DelimitedFormat(valueColumn: 3, weightColumn: 3)).contains("both value and weight"))
    let types = EventWeighting(eventWeights: ["view": 1])
    let lines = (0..<9).map { "\($0),2,\($0 < 2 ? "view" : "t\($0 % 4)")\n" }.joined()
    let unknown = try refusal(lines, DelimitedFormat(eventColumn: 3, hasHeader: false), types)
    #expect(
      unknown.contains(
        "line 3: events of type \"t2\" have no weight, and neither have \"t3\" (line 4), \"t0\" (line 5), \"t1\" (line 6)."
      ))
    let many = (0..<9).map { "\($0),2,k\($0)\n" }.joined()
    #expect(try refusal(many, DelimitedFormat(eventColumn: 3, hasHeader: false), types).contains("there are more"))
    #expect(try refusal("1,2,view\n", DelimitedFormat(eventColumn: 3)).contains("Give both, or neither"))
    #expect(try refusal("1,2,view\n", DelimitedFormat(), types).contains("Give both, or neither"))
    #expect(try refusal("1,2\n", DelimitedFormat(), EventWeighting(halfLife: 1)).contains("no column of times"))
    #expect(try refusal("1,2,3,5\n", DelimitedFormat(), EventWeighting(halfLife: 0)).contains("half-life is 0.0"))
    #expect(try refusal("1,2,3,5\n", DelimitedFormat(), EventWeighting(asOf: 7)).contains("--half-life"))
    #expect(
      try refusal("1,2,3,1700000000000\n", DelimitedFormat(), EventWeighting(halfLife: 7)).contains("milliseconds"))
    let late = try refusal("1,2,3,5\n1,2,3,9\n1,3,3,86400\n", DelimitedFormat(), EventWeighting(halfLife: 7, asOf: 8))
    #expect(late.contains("2 events are later than --as-of 1970-01-01T00:00:08Z, the latest at 1970-01-02."))
    #expect(
      try refusal("1,2,3\n1,3,view\n", DelimitedFormat(weightColumn: 3), EventWeighting()).contains("\"view\""))
    #expect(
      try refusal(
        "1,2,3e38,view\n", DelimitedFormat(weightColumn: 3, eventColumn: 4, hasHeader: false),
        EventWeighting(eventWeights: ["view": 100])
      ).contains("Scale one of them down"))
  }

  @Test func otherFormsAreRefusedByTheOption() throws {
    let matrix = try scratch.write(
      Array("%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2\n".utf8), to: "m.mtx")
    func refused(_ path: String, _ format: DelimitedFormat, _ weighting: EventWeighting) -> String {
      let error = #expect(throws: ALSError.self) { try reader(format, weighting).readInteractions(path) }
      return error?.message ?? ""
    }
    let compiled = scratch.path("c.als")
    let repeated = try scratch.write(Array("1,1,2,5\n1,1,3,6\n".utf8), to: "repeated.csv")
    var times = InteractionsReader()
    times.readsTimes = true
    _ = try CompiledInteractions.compile(repeated, to: compiled, reader: times, memory: 1 << 30)
    for path in [matrix, compiled] {
      #expect(refused(path, DelimitedFormat(weightColumn: 3), EventWeighting()).contains("--weight-column"))
      #expect(
        refused(path, DelimitedFormat(eventColumn: 3), EventWeighting(eventWeights: ["a": 1])).contains(
          "--event-column"))
    }
    let halfLife = EventWeighting(halfLife: 5)
    #expect(refused(matrix, DelimitedFormat(), halfLife).contains("--half-life"))
    #expect(refused(compiled, DelimitedFormat(), halfLife).contains("had repeated rows"))
    // Twice is once too often.
    _ = try CompiledInteractions.compile(
      repeated, to: compiled, reader: reader(DelimitedFormat(), halfLife), memory: 1 << 30)
    #expect(refused(compiled, DelimitedFormat(), halfLife).contains("weighted by age when it was compiled"))
    let weighted = try Interactions(contentsOf: compiled)
    for write in [{ try weighted.writeSciPy(to: $0) }, { try weighted.writeMatrixMarket(to: $0) }] {
      let error = #expect(throws: ALSError.self) { try write(scratch.path("out")) }
      #expect(error?.message.contains("weights") == true)
    }
  }

  /// Ranks have what the whole file has, and find what is wrong.
  @Test(arguments: [1, 2, 3]) func shardsHaveThem(ranks: Int) throws {
    let path = scratch.path("rows.als")
    _ = try CompiledInteractions.compile(
      write(rows(seed: 5, count: 400)), to: path,
      reader: reader(Self.format, EventWeighting(eventWeights: Self.types)), memory: 1 << 30)
    let whole = try CompiledInteractions(contentsOf: path).interactions()
    let shards = try LocalRanks.run(ranks) {
      try CompiledInteractions(contentsOf: path, sharedBy: $0, threads: 1).shard(of: $0)
    }
    #expect(
      shards.flatMap { $0.byUser.weights.map { Array($0.elements) } ?? [] }
        == whole.byUser.weights.map { Array($0.elements) })
  }
}
