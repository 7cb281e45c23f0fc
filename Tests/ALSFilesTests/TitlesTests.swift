import ALSFiles
import ALSSparse
import Testing

@Suite struct TitlesTests {
  @Test func firstAndSecondColumnByDefault() throws {
    let titles = try Titles(
      contentsOf: temporaryPath("movieId,title,genres\n1,\"Ask, \"\"why\"\"\",x\n\n85123A,Plain\n"))
    #expect(titles.all == [1: "Ask, \"why\"", "85123A": "Plain"])
    #expect(titles[1] == "Ask, \"why\"")
    #expect(titles[2] == nil)
    let latin1 = try TemporaryFile(Array("1::Am".utf8) + [0xE9] + Array("lie::Comedy\n2::B\n".utf8))
    #expect(try Titles(contentsOf: latin1.path).all == [1: "Amélie", 2: "B"])
    #expect(try Titles(contentsOf: temporaryPath("id|year|name\n5|1999|X\n")).all == [5: "X"])
  }

  @Test func columnsOfChoice() throws {
    let file = try TemporaryFile("a,b,c\n1,2,3\n4,5,6\n4,5,7\n")
    #expect(try Titles(contentsOf: file.path, idColumn: "b", titleColumn: 3).all == [2: "3", 5: "7"])
    #expect(try Titles(contentsOf: file.path, idColumn: 3, titleColumn: 1).all == ["c": "a", 3: "1", 6: "4", 7: "4"])
    #expect(try Titles(contentsOf: file.path, hasHeader: true).all == [1: "2", 4: "5"])
  }

  @Test(arguments: [
    ("", "is empty. "), ("1,a\n2\n", "line 2: only 1 field, but column 2 is needed"),
    ("1,a\n,b\n", "line 2: the identifier (column 1) is empty"), ("1,a\n\"x\n", "line 2: a quoted field"),
    ("1,a\n\n\"x\"y,b\n", "line 3: text follows the closing quote of column 1"),
  ]) func failures(text: String, message: String) throws {
    let file = try TemporaryFile(text)
    let error = try #require(throws: ALSError.self) { try Titles(contentsOf: file.path) }
    #expect(error.message.hasPrefix(file.message(message)), "\(error)")
  }
}
