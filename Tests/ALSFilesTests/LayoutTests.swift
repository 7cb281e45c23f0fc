import ALSFiles
import ALSSparse
import Testing

@Suite struct LayoutTests {
  @Test(
    arguments: [
      ("userId,movieId,rating,timestamp\n1,2,3,4\n", "comma-separated, header, user=userId item=movieId value=rating"),
      ("1\t2\t3\t4\n", "tab-separated, no header, user=1 item=2 value=3"),
      ("1::1193::5::978300760\n", "\"::\"-separated, no header, user=1 item=2 value=3"),
      ("1;2;3\n", "semicolon-separated, no header, user=1 item=2 value=3"),
      ("1|2|3\n", "pipe-separated, no header, user=1 item=2 value=3"),
      ("1 2 3\n", "space-separated, no header, user=1 item=2 value=3"),
      ("1,2\n", "comma-separated, no header, user=1 item=2"),
      ("\n \n\"a;b\",c,1\n", "comma-separated, no header, user=1 item=2 value=3"),
      (
        "user_id:token\titem_id:token\trating:float\n1\t2\t3\n",
        "tab-separated, header, user=user_id:token item=item_id:token value=rating:float"
      ),
      ("rating,BOOK ID,User-ID\n1,2,3\n", "comma-separated, header, user=User-ID item=BOOK ID value=rating"),
      ("user,item,timestamp\n1,2,3\n", "comma-separated, header, user=user item=item"),
      ("userId,movieId,title\n1,2,x\n", "comma-separated, header, user=userId item=movieId"),
      ("a,b,c\n1,2,3\n", "comma-separated, header, user=a item=b value=c"),
      ("timestamp,who,what\n1,2,3\n", "comma-separated, header, user=who item=what"),
      ("who,artist\n1,2\n", "comma-separated, header, user=who item=artist"),
      ("thing,user_id,score\n1,2,3\n", "comma-separated, header, user=user_id item=thing value=score"),
      ("1,2,nan\n", nil), ("1,2,\n", nil),
    ] as [(String, String?)]) func guesses(text: String, layout: String?) throws
  {
    let file = try TemporaryFile(text)
    if let layout {
      #expect(try DelimitedReader().read(file.path).layout.description == layout)
    } else {
      // A value that is only bad does not make a header.
      let error = try #require(throws: ALSError.self) { try DelimitedReader().read(file.path) }
      #expect(error.message.contains(": line 1: "))
    }
  }

  @Test func columnsByNameAndNumber() throws {
    let file = try TemporaryFile("when,film,stars:float,Who\n5,10,2.5,7\n")
    func layout(_ format: DelimitedFormat, times: Bool = false) throws -> String {
      try DelimitedReader(format: format, readsTimes: times).read(file.path).layout.description
    }
    #expect(
      try layout(.init(userColumn: "who", itemColumn: 2, valueColumn: "stars", timeColumn: "when"), times: true)
        == "comma-separated, header, user=Who item=film value=stars:float time=when")
    #expect(try layout(.init(userColumn: 4)) == "comma-separated, header, user=Who item=film value=stars:float")
    let plain = try TemporaryFile("5,10,2.5,7\n")
    let (events, found) = try DelimitedReader(
      format: .init(userColumn: 4, itemColumn: 2, timeColumn: 1), readsTimes: true
    ).read(plain.path)
    #expect(found.description == "comma-separated, no header, user=4 item=2 value=3 time=1")
    #expect(events.users[0] == 7)
    #expect(events.times?[0] == 5)
    let forced = try DelimitedReader(format: .init(hasHeader: true)).read(temporaryPath("1,2\n3,4\n"))
    #expect(forced.events.count == 1)
    #expect(Column("3") == .number(3))
    #expect(Column("0") == .name("0"))
    #expect(Column("x") == "x")
  }

  @Test func headerIsTakenAsDataWhenToldSo() throws {
    let file = try TemporaryFile("user,item\na,b\n")
    #expect(try Events(contentsOf: file.path, format: .init(hasHeader: false)).count == 2)
    #expect(try Events(contentsOf: file.path).count == 1)
  }

  @Test func valuesAreOnesWithoutAColumn() throws {
    let events = try Events(contentsOf: temporaryPath("a,b\na,c\n"))
    #expect(events.values == nil)
    #expect(events.times == nil)
    let matrix = try Interactions(contentsOf: temporaryPath("a,b\na,c\na,b\n"))
    #expect(matrix.count == 2)
    #expect(matrix.value(userAt: 0, itemAt: 0) == 2)
  }

  @Test func delimiterNames() {
    #expect(
      ["tab", "comma", "Semicolon", "space", "pipe", "\\t", "::", "#"].map(DelimitedFormat.delimiter(named:))
        == ["\t", ",", ";", " ", "|", "\t", "::", "#"])
  }

  @Test func tablesHoldIntegersOnlyWhenAllAreCanonical() throws {
    for (ids, isInteger) in [
      (["7", "-3", "0", "9223372036854775807", "-9223372036854775808"], true), (["7", "007"], false),
      (["7", "+7"], false),
      (["7", "-0"], false), (["7", "9223372036854775808"], false), (["7", "-9223372036854775809"], false),
      (["7", "-"], false), (["7", "99999999999999999999"], false), (["7", "7a"], false),
    ] {
      let file = try TemporaryFile(ids.map { "\($0),1\n" }.joined())
      let events = try Events(contentsOf: file.path)
      if case .integers = events.users.storage { #expect(isInteger, "\(ids)") } else { #expect(!isInteger, "\(ids)") }
      #expect(Set(events.users.map(\.description)) == Set(ids))
      for id in ids { #expect(events.users.index(of: Identifier(id)) != nil) }
    }
  }
}
