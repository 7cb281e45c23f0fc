import ALSFiles
import ALSPlatform
import ALSSparse
import Testing

@Suite struct RandomFileTests {
  @Test(arguments: 0..<150) func readerAgreesWithReference(seed: Int) throws {
    var random = RandomText(seed: UInt64(seed))
    let text = random.text(rowCount: 1 + random.generator.nextIndex(below: 40))
    let bytes = Array(text.utf8)
    var rows = referenceRows(bytes, delimiter: random.delimiter)
    var header: ReferenceRow?
    if rows[0].fields.contains("userId") { header = rows.removeFirst() }
    let file = try TemporaryFile(bytes)
    for threads in [1, 2, 3, 8] {
      for (blockSize, isPipe) in [(1, false), (2 + seed % 63, false), (1 << 20, false), (1 + seed % 7, true)] {
        let input = isPipe ? try TemporaryFile(bytes, isPipe: true) : file
        var reader = DelimitedReader(readsTimes: true, threads: threads)
        reader.format.delimiter = random.delimiter
        reader.blockSize = blockSize
        let (events, layout) = try reader.read(input.path)
        #expect(layout.hasHeader == (header != nil))
        try expect(events, agreesWith: rows)
        guard !isPipe else { continue }
        var scanner = try RowScanner(path: input.path, layout: layout)
        scanner.blockSize = blockSize
        var raw: [[UInt8]] = []
        try scanner.forEachRow { raw.append(Array($0)) }
        #expect(raw == rows.map(\.raw))
        #expect(scanner.header == header?.raw)
      }
    }
  }

  @Test(arguments: 0..<60) func listsAgreeWithReference(seed: Int) throws {
    var random = RandomText(seed: UInt64(1000 + seed))
    let bytes = Array(random.lists(rowCount: 2 + random.generator.nextIndex(below: 30)).utf8)
    let pairs = referenceRows(bytes, delimiter: random.delimiter).flatMap { row in
      row.fields.dropFirst().filter { !$0.isEmpty }.map { (user: row.fields[0], item: $0) }
    }
    let file = try TemporaryFile(bytes)
    for (threads, blockSize) in [(1, 1), (3, 2 + seed % 63), (2, 1 << 20)] {
      var reader = DelimitedReader(format: DelimitedFormat(delimiter: random.delimiter, form: .lists), threads: threads)
      reader.blockSize = blockSize
      if pairs.isEmpty {
        #expect(throws: ALSError.self) { try reader.read(file.path) }
        continue
      }
      let (events, layout) = try reader.read(file.path)
      #expect(layout.form == .lists)
      try #require(events.count == pairs.count)
      #expect(pairs.indices.map { events.users[Int(events.userIndices[$0])].description } == pairs.map(\.user))
      #expect(pairs.indices.map { events.items[Int(events.itemIndices[$0])].description } == pairs.map(\.item))
    }
  }

  private func expect(_ events: Events, agreesWith rows: [ReferenceRow]) throws {
    try #require(events.count == rows.count)
    #expect(rows.indices.map { events.users[Int(events.userIndices[$0])].description } == rows.map { $0.fields[0] })
    #expect(rows.indices.map { events.items[Int(events.itemIndices[$0])].description } == rows.map { $0.fields[1] })
    #expect(rows.indices.map { events.values?[$0] } == rows.map { Float($0.fields[2].replacing(",", with: ".")) })
    #expect(rows.indices.map { events.times?[$0] } == rows.map { Double($0.fields[3]) })
    // The tables are those that the events initialiser makes, which sorts `Identifier`s.
    let expected = try Events(users: rows.map { $0.fields[0] }, items: rows.map { $0.fields[1] })
    #expect(events.users == expected.users)
    #expect(events.items == expected.items)
  }

  @Test func manyDistinctIdentifiers() throws {
    var generator = RandomGenerator(seed: 4)
    for kind in 0..<4 {
      var text = ""
      var expected: [Identifier] = []
      for _ in 0..<30_000 {
        let number = generator.next()
        let id =
          switch kind {
          case 0: String(Int64(truncatingIfNeeded: number))
          case 1: "customer-\(number % 20_000)"
          case 2: String(number % 100_000, radix: 36)
          default: String(repeating: "prefix", count: 60) + String(number % 9)
          }
        text += "\(id),1\n"
        expected.append(Identifier(id))
      }
      let file = try TemporaryFile(text)
      for threads in [1, 3] {
        var reader = DelimitedReader(threads: threads)
        reader.blockSize = 10_000
        let events = try reader.read(file.path).events
        let reference = try Events(
          users: expected.map(\.description), items: [Int](repeating: 1, count: expected.count))
        #expect(events.users == reference.users)
        #expect(events.userIndices.elements.elementsEqual(reference.userIndices.elements))
      }
    }
  }
}
