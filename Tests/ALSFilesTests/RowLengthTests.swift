import ALSFiles
import ALSSparse
import Testing

/// Rows of unequal length, lists, and the guesses that look at more than one line.
@Suite struct RowLengthTests {
  private func refusal(_ text: String, _ format: DelimitedFormat = DelimitedFormat()) throws -> String {
    let file = try TemporaryFile(text)
    return try #require(throws: ALSError.self) { try DelimitedReader(format: format).read(file.path) }.message
  }

  private func layout(_ text: String, _ format: DelimitedFormat = DelimitedFormat(), times: Bool = false) throws
    -> String
  {
    try DelimitedReader(format: format, readsTimes: times).read(temporaryPath(text)).layout.description
  }

  /// Adjacency lists, as many public sets have them, also with users who have nothing and with spaces at the end.
  @Test func listsAreGuessed() throws {
    for text in ["0 5 6 7\n1 5\n2 \n3 6 7 8 9\n", "0 5 6 7 \n1 5 \n2\n3 6 7 8 9", "0,5,6,7\n1,5\n2\n3,6,7,8,9\n"] {
      let file = try TemporaryFile(text)
      let (events, layout) = try DelimitedReader().read(file.path)
      #expect(layout.form == .lists && events.count == 8 && events.users.count == 4 && events.items.count == 5)
      #expect(events.values == nil)
    }
    #expect(try layout("0 5 6 7 8\n1 5\n") == "space-separated, lists of a user and its items")
    // So short, it may be a row that was cut.
    #expect(try refusal("0 5 6\n1 5\n").contains("line 2: "))
    #expect(try refusal(String(repeating: "1,2,3,4,5\n", count: 30) + "4,5\n").contains("line 31: "))
    // Names, or decimal numbers, may be text.
    #expect(try refusal("ann tea milk\nbob tea\n").contains("line 2: "))
    #expect(try layout("ann tea milk\nbob tea\n", DelimitedFormat(form: .lists)).contains("lists"))
    #expect(try refusal("1 2 0.5 4\n1 2 0.5\n").contains("line 2: 3 fields, but the first line has 4"))
    #expect(try layout("1 2 3\n4 5\n", DelimitedFormat(form: .lists)).contains("lists"))
    #expect(try refusal("1 2 3\n4 5\n", DelimitedFormat(form: .rows)).contains("line 2: "))
    #expect(try refusal("1 2\n", DelimitedFormat(hasHeader: true, form: .lists)).contains("neither a header"))
    #expect(throws: ALSError.self) { try DelimitedReader(readsTimes: true).read(temporaryPath("1 2 3\n4 5\n")) }
  }

  /// What the guess did not see is not read as something else.
  @Test func listsFarFromTheBeginningAreRefused() throws {
    let even = String(repeating: "1 2 3\n", count: 20_000)
    #expect(try refusal(even + "4 5 6 7\n").contains("line 20001: 4 fields, but the first line has 3"))
    #expect(try refusal(even + "4 5 6 7\n").contains("--form lists"))
    // A first list longer than what is looked at, as a rule.
    let long = "0 " + (1...30_000).map(String.init).joined(separator: " ") + "\n1 5\n"
    #expect(try DelimitedReader().read(temporaryPath(long)).events.count == 30_001)
  }

  @Test func noFieldIsDroppedInSilence() throws {
    #expect(try refusal("1,2,3\n4,5,6,7\n").contains("line 2: 4 fields, but the first line has 3"))
    #expect(try refusal("user,item,title\n1,2,Hello\n1,3,Hello, world\n").contains("line 3: 4 fields"))
    #expect(try refusal("1,2,3,x\n4,5,6\n").contains("line 2: 3 fields"))
    for text in [
      "1,2,3\n4,5,6,\n", "1,2,3,\n4,5,6\n", "1,2,3,x\n4,5,6,\n", "user,item,rating,note\n1,2,3\n1,3,4,x\n",
      "1,2,\"3\",\"a, b\"\n4,5,6,\"\"\n",
    ] {
      #expect(try DelimitedReader().read(temporaryPath(text)).events.count == 2)
    }
    // Whoever names the columns has seen what else there is.
    let chosen = DelimitedFormat(userColumn: 2, itemColumn: 3, delimiter: " ")
    #expect(
      try DelimitedReader(format: chosen).read(temporaryPath("10:00 1 2 said hello\n10:01 1 3 left\n")).events.count
        == 2)
  }

  @Test func delimitersAreScoredOverManyLines() throws {
    #expect(try layout("1;2;3,5\n1;3;4\n2;2;0,25\n") == "semicolon-separated, no header, user=1 item=2 value=3")
    #expect(
      try layout("user;item;rating\n1;2;3,5\n") == "semicolon-separated, header, user=user item=item value=rating")
    #expect(try layout("Smith, John|42|5\nLee|43|4\n") == "pipe-separated, no header, user=1 item=2 value=3")
    #expect(try layout("user,item,tags\n1,2,a;b;c\n").hasPrefix("comma-separated, header"))
    #expect(try layout("u 1,i 2,3\nu,i 3,4\n") == "comma-separated, no header, user=1 item=2 value=3")
  }

  @Test func decimalCommasAreRead() throws {
    let events = try DelimitedReader().read(temporaryPath("1;2;3,5\n1;3;4\n2;2;-0,25\n2;3;1,5e2\n")).events
    #expect(try Array(#require(events.values).elements) == [3.5, 4, -0.25, 150])
    // Beside points, and between tabs, a comma may be that of thousands.
    #expect(
      try refusal("1;2;3.5\n1;3;4\n2;2;1,250\n").contains(
        "line 3: the value has a decimal comma, but that of line 1 has a point"))
    #expect(try refusal("1;2;3,5\n1;3;4.5\n").contains("line 2: the value has a decimal point"))
    #expect(try refusal("1\t2\t3\n1\t2\t3,5\n").contains("line 2: the value (column 3) is \"3,5\", not a number"))
    #expect(try refusal("1;2;3\n1;2;1.250,5\n").contains("not a number"))
  }

  @Test func aColumnOfDatesIsTheTime() throws {
    #expect(try layout("2026-01-01,1,7\n2026-01-02,2,8\n") == "comma-separated, no header, user=2 item=3")
    #expect(try layout("2026-01-01,1,7\n", times: true) == "comma-separated, no header, user=2 item=3 time=1")
    #expect(
      try layout("1,2026-01-01T10:00,7,5\n", times: true) == "comma-separated, no header, user=1 item=3 value=4 time=2")
    #expect(try layout("1,7,2026-01-01\n", times: true) == "comma-separated, no header, user=1 item=2 time=3")
    #expect(try layout("1,7,5,2026-01-01\n", times: true) == "comma-separated, no header, user=1 item=2 value=3 time=4")
    #expect(try layout("day,who,what\n2026-01-01,1,7\n") == "comma-separated, header, user=who item=what")
    // Dates that are asked for as something else, or without which too little is left.
    #expect(
      try layout("2026-01-01,1,7\n", DelimitedFormat(itemColumn: 1))
        == "comma-separated, no header, user=2 item=1 value=3")
    #expect(try layout("2026-01-01,7\n") == "comma-separated, no header, user=1 item=2")
  }

  @Test(arguments: [
    ("PAR1\u{15}\u{04}", "is a Parquet file"), ("{\"user\": 1, \"item\": 2}\n", "holds JSON"),
    ("[{\"user\": 1}]\n", "holds JSON"), ("  [\n  [1, 2]]\n", "holds JSON"),
    ("SQLite format 3\0", "is an SQLite database"),
  ]) func otherFormsAreTold(text: String, reason: String) throws {
    let message = try refusal(text)
    #expect(message.contains(reason) && message.contains("Convert it to CSV"))
  }
}
