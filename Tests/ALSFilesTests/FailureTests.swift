import ALSFiles
import ALSPlatform
import ALSSparse
import Testing

@Suite struct FailureTests {
  /// The message of the error that reading `bytes` gives, whatever the threads and the size of blocks.
  private func failure(
    _ bytes: [UInt8], _ format: DelimitedFormat = .init(), times: Bool = false, kind: ALSError.Kind = .data
  ) throws -> String {
    let file = try TemporaryFile(bytes)
    var messages: Set<String> = []
    for threads in [1, 2, 3, 8] {
      for blockSize in [1, 7, 64, 1 << 16] {
        var reader = DelimitedReader(format: format, readsTimes: times, threads: threads)
        reader.blockSize = blockSize
        let error = try #require(throws: ALSError.self) { try reader.read(file.path) }
        #expect(error.kind == kind)
        #expect(!error.message.contains("\n"))
        #expect(error.message.hasPrefix(file.path + ": ") || kind == .configuration)
        messages.insert(error.message.replacing(file.path + ": ", with: ""))
      }
    }
    #expect(messages.count == 1)
    return try #require(messages.first)
  }

  private func failure(_ text: String, _ format: DelimitedFormat = .init(), times: Bool = false) throws -> String {
    try failure(Array(text.utf8), format, times: times)
  }

  @Test(arguments: [
    ("1,2,3\n\n \n4\n", "line 4: only 1 field, but the item is in column 2 (comma-separated). "),
    ("1,2,3\n4,5\n", "line 2: only 2 fields, but the value is in column 3 (comma-separated). "),
    ("alone\n", "line 1: only 1 field, but the item is in column 2 (comma-separated). "),
    ("u,i,rating\n1,2,x\n", "line 2: the value (column 3, \"rating\") is \"x\", not a number. "),
    ("1,2,3\n1,2,\n", "line 2: the value (column 3) is empty, not a number. "),
    ("1,2,3\r\n1,2,NaN\r\n", "line 2: the value (column 3) is \"NaN\", not a finite 32-bit number. "),
    ("1,2,-Inf\n", "line 1: the value (column 3) is \"-Inf\", not a finite 32-bit number. "),
    ("1,2,1e999\n", "line 1: the value (column 3) is \"1e999\", not a finite 32-bit number. "),
    ("1,2,1e39\n", "line 1: the value (column 3) is \"1e39\", not a finite 32-bit number. "),
    ("1,2,3\n,2,3\n", "line 2: the user (column 1) is empty. "),
    ("1,2,3\n1,  ,3\n", "line 2: the item (column 2) is empty. "),
    ("1,2,3\n1,\"\",3\n", "line 2: the item (column 2) is empty. "),
    ("1,\"a\"b,3\n", "line 1: text follows the closing quote of the item (column 2). "),
    ("1,\"a\nb\",3\n\"x\ny\nz\",\"\n\",4\n1,2,x\n", "line 7: the value (column 3) is \"x\", not a number. "),
    ("1,2,3\n\"a\nb\",\"c,4\n5,6,7\n", "line 3: a quoted field begins here and never ends. "),
    ("1,2,3,ok\n1,2,3,\"never\n5,6,7\n", "line 2: a quoted field begins here and never ends. "),
    ("1,2,3,ok\n1,2,x,\"never\n5,6,7\n", "line 2: the value (column 3) is \"x\", not a number. "),
    ("\n\"never,2\n3,4\n", "line 2: a quoted field begins here and never ends. "),
    ("", "is empty. "), ("\n \r\n", "is empty. "), ("\u{FEFF}", "is empty. "),
    ("user,item\n", "has a header but no rows. "), ("user,item\n\n  \n", "has a header but no rows. "),
    ("user\n1\n", "the header has only 1 column (comma-separated), but users and items need two. "),
  ]) func namesLineAndReason(text: String, message: String) throws {
    let found = try failure(text)
    #expect(found.hasPrefix(message), "\(found)")
  }

  @Test func firstErrorWins() throws {
    var lines = (0..<400).map { "\($0),\($0 * 7),\($0).5" }
    for (line, text) in [(390, "1,2,x"), (133, "1"), (57, ",2,3"), (250, "1,2,inf")] { lines[line - 1] = text }
    #expect(try failure(lines.joined(separator: "\n")).hasPrefix("line 57: "))
  }

  @Test func columnsThatAreNotThere() throws {
    let text = "user,item,rating\n1,2,3\n"
    #expect(
      try failure(text, .init(userColumn: "customer")).hasPrefix(
        "there is no column \"customer\" for the user. There are 3 columns (comma-separated, header: user, item, rating)"
      ))
    #expect(
      try failure(text, .init(valueColumn: 4)).hasPrefix("there is no column 4 for the value. There are 3 columns"))
    #expect(
      try failure("1,2\n", .init(valueColumn: 3)).hasPrefix("there is no column 3 for the value. There are 2 columns"))
    #expect(try failure(text, times: true).hasPrefix("no column of times was found. "))
    #expect(try failure("1,2,3\n", times: true).hasPrefix("no column of times was found. "))
    #expect(
      try failure(Array(text.utf8), .init(userColumn: 2, itemColumn: "item"), kind: .configuration).hasPrefix(
        "column 2 is asked for as both user and item. "))
  }

  @Test func times() throws {
    #expect(
      try failure("user,item,time\n1,2,2024-01-01\n1,2,soon\n", times: true).hasPrefix(
        "line 3: the time (column 3, \"time\") is \"soon\", neither a finite number nor a date"))
    #expect(try failure("1,2,3,nan\n", times: true).hasPrefix("line 1: the time (column 4) is \"nan\", neither"))
    #expect(try Events(contentsOf: temporaryPath("1,2,3,soon\n")).times == nil)
  }

  @Test func encodings() throws {
    #expect(
      try failure([0x61, 0x2C, 0x62, 0x0A, 0xE9, 0x2C, 0x62]).hasPrefix("line 2: the user (column 1) is not UTF-8"))
    let long = Array("1,a long identifier\n1,another long \"".utf8) + [0xFF, 0x0A]
    #expect(try failure(long).hasPrefix("line 2: the item (column 2) is not UTF-8"))
    #expect(try failure([0xFF, 0xFE, 0x31, 0x00]).hasPrefix("is UTF-16 text. "))
    #expect(try failure([0xFE, 0xFF, 0x00, 0x31]).hasPrefix("is UTF-16 text. "))
    #expect(try failure([0x1F, 0x8B, 0x08, 0x00]).hasPrefix("the gzip data are damaged: it is cut short. "))
    #expect(try failure([0x28, 0xB5, 0x2F, 0xFD]).hasPrefix("is compressed (zstd). "))
    let events = try Events(contentsOf: temporaryPath([0x61, 0x00, 0x2C, 0x62, 0x0A, 0x61, 0x2C, 0x00, 0x0A]))
    #expect(events.users.map(\.description) == ["a", "a\0"])
    #expect(events.items.map(\.description) == ["\0", "b"])
  }

  @Test func garbageNeverCrashes() throws {
    var generator = RandomGenerator(seed: 9)
    let alphabet: [UInt8] = [10, 13, 32, 34, 44, 58, 59, 9, 49, 50, 0, 255, 97, 46]
    for round in 0..<600 {
      let bytes = (0..<generator.nextIndex(below: 120)).map { _ in alphabet[generator.nextIndex(below: alphabet.count)]
      }
      let file = try TemporaryFile(bytes)
      var outcomes: Set<String> = []
      for (threads, blockSize) in [(1, 1 << 20), (2, 1), (3, 1 + round % 40)] {
        var reader = DelimitedReader(threads: threads)
        reader.format.delimiter = [nil, ",", "::", ": ", "  ", ";"][round % 6]
        reader.blockSize = blockSize
        do {
          let (events, layout) = try reader.read(file.path)
          var rows = 0
          try RowScanner(path: file.path, layout: layout).forEachRow { _ in rows += 1 }
          #expect(rows == events.count)
          outcomes.insert("\(layout) \(events.users.map(\.description)) \(Array(events.itemIndices.elements))")
        } catch { outcomes.insert("\(error)") }
        _ = try? Titles(contentsOf: file.path)
      }
      #expect(outcomes.count == 1, "\(bytes)")
    }
  }

  @Test func limits() throws {
    let file = try TemporaryFile((1...20).map { "\($0),1\n" }.joined())
    for threads in [1, 2, 3] {
      var reader = DelimitedReader(threads: threads)
      (reader.blockSize, reader.identifierLimit) = (8, 20)
      #expect(try reader.read(file.path).events.users.count == 20)
      reader.identifierLimit = 19
      let error = try #require(throws: ALSError.self) { try reader.read(file.path) }
      #expect(error.message.contains("there are more than"))
    }
  }

  @Test func rowsThatNeverEnd() throws {
    for (line, text) in [(1, ""), (2, "1,2,3\n"), (41, String(repeating: "1,2,3\n", count: 40))] {
      let file = try TemporaryFile(text + "1,2,3" + String(repeating: "4", count: 5000))
      for threads in [1, 3] {
        var reader = DelimitedReader(threads: threads)
        (reader.blockSize, reader.rowLimit) = (16, 1000)
        let error = try #require(throws: ALSError.self) { try reader.read(file.path) }
        #expect(error.message.hasPrefix(file.message("line \(line): the row that begins here is longer than ")))
      }
    }
  }

  @Test func files() throws {
    #expect(try #require(throws: ALSError.self) { try Events(contentsOf: "/nowhere.csv") }.kind == .unreadable)
    #expect(try #require(throws: ALSError.self) { try Events(contentsOf: "/") }.kind == .unreadable)
    for delimiter in ["", ":::", "\"", "\n", "é", ",\r"] {
      #expect(
        try failure(Array("1,2\n".utf8), .init(delimiter: delimiter), kind: .configuration).contains("cannot be used"))
    }
    let repeated = try TemporaryFile("1,2,3\n1,2,4\n")
    let error = try #require(throws: ALSError.self) { try Interactions(contentsOf: repeated.path, duplicates: .error) }
    #expect(error.message.hasPrefix(repeated.message("user 1 and item 2 occur more than once. ")))
  }
}
