import ALSTestSupport
import Foundation
import Testing

/// Lists of a user and its items, and pairs of value zero, through the program.
@Suite struct ListsCommandTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test func listsAreReadAndSplit() throws {
    let text = (0..<30).map { user in
      ([user] + (0..<3 + user % 4).map { 100 + (user * 7 + $0 * 3) % 20 }).map(String.init).joined(separator: " ")
        + "\n"
    }.joined()
    let data = try folder.write("train.txt", text)
    let count = (0..<30).map { 3 + $0 % 4 }.reduce(0, +)
    let info = try Program.run("info", data, "--format", "csv")
    #expect(info.status == 0 && info.output.contains("interactions,\(count)\n"), "\(info.errors)")
    #expect(info.errors.contains("lists of a user and its items"))
    let split = try Program.run(
      "split", data, "--training", folder.path("a.csv"), "--test", folder.path("b.csv"), "--fraction", "0.2")
    #expect(split.status == 0, "\(split.errors)")
    let lines = try (folder.text("a.csv") + folder.text("b.csv")).split(separator: "\n")
    #expect(lines.count { $0.first?.isNumber == true } == count)
    // Names are lists where one says so.
    let named = try folder.write("named.txt", "ann tea milk\nbob tea\n")
    let train = try Program.run(
      "train", named, "--form", "lists", "--output", folder.path("m"), "--factors", "2", "--iterations", "1")
    #expect(train.status == 0 && train.errors.contains("3 rows"), "\(train.errors)")
  }

  /// In implicit feedback a pair of value 0 was never there: it can be recommended, and it is nothing that was held out.
  @Test func zerosAreNotSeen() throws {
    var rows = "user,item,count\n"
    for user in 0..<12 {
      for item in 0..<8 where (user + item) % 2 == 0 { rows += "u\(user),i\(item),\(1 + item % 3)\n" }
    }
    let data = try folder.write("data.csv", rows + "u0,i1,0\n")
    let model = folder.path("m")
    #expect(try Program.run("train", data, "--output", model, "--factors", "2").status == 0)
    let recommended = try Program.run(
      "recommend", model, "--user", "u0", "--count", "8", "--exclude", data, "--format", "csv")
    #expect(recommended.output.contains(",i1,") && !recommended.output.contains(",i0,"), "\(recommended.output)")
    let test = try folder.write("test.csv", "user,item,count\nu0,i1,1\nu1,i2,0\n")
    let evaluated = try Program.run("evaluate", model, test, "--exclude", data)
    #expect(evaluated.status == 0 && !evaluated.errors.contains("excluded"), "\(evaluated.errors)")
    // In explicit feedback, 0 is a rating.
    let ratings = folder.path("r")
    #expect(try Program.run("train", data, "--feedback", "explicit", "--output", ratings, "--factors", "2").status == 0)
    let rated = try Program.run(
      "recommend", ratings, "--user", "u0", "--count", "8", "--exclude", data, "--format", "csv")
    #expect(rated.status == 0 && !rated.output.contains(",i1,"), "\(rated.output)")
  }
}
