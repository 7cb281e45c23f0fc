import ALSTestSupport
import Foundation
import Testing

/// What `als recommend` writes, in all forms, of names that need quoting.
@Suite struct RecommendationLinesTests {
  private let folder: Scratch
  private let model: String
  private let titles: String

  /// Names with what CSV, TSV or JSON must escape, and numbers.
  private static func user(_ number: Int) -> String {
    ["\(number)", "-\(number)", "user \(number)", "ü,\(number)", "\"\(number)\"", "a\tb\\\(number)"][number % 6]
  }
  private static func item(_ number: Int) -> String { ["\(number)", "P,\(number)", "ψ \"\(number)\""][number % 3] }
  private static func quoted(_ text: String) -> String {
    "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
  }

  init() throws {
    folder = try Scratch()
    var lines = "user,item,quantity\n"
    for user in 0..<200 {
      for step in 0..<4 {
        lines += "\(Self.quoted(Self.user(user))),\(Self.quoted(Self.item((user * 7 + step * step * 5) % 37))),1\n"
      }
    }
    let data = try folder.write("data.csv", lines)
    // Every fourth item has no title.
    let named = (0..<37).filter { $0 % 4 > 0 }
    titles = try folder.write(
      "titles.csv",
      "item,title\n"
        + named.map { "\(Self.quoted(Self.item($0))),\(Self.quoted("Title \($0), \"new\""))\n" }.joined())
    model = folder.path("m.safetensors")
    let result = try Program.run("train", data, "--output", model, "--factors", "3", "--iterations", "3")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func output(_ arguments: [String], _ format: String) throws -> String {
    let result = try Program.run(["recommend", model, "--format", format] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  /// The fields of CSV as RFC 4180 has them.
  private func fields(ofCSV text: String) -> [[String]] {
    var (rows, row, field, isQuoted): ([[String]], [String], String, Bool) = ([], [], "", false)
    var last: Character = ","
    for character in text {
      defer { last = character }
      switch (character, isQuoted) {
      case ("\"", _):
        // The second of a doubled quote opens the field again.
        if !isQuoted, last == "\"" { field.append("\"") }
        isQuoted.toggle()
      case (",", false): (row, field) = (row + [field], "")
      case ("\n", false): (rows, row, field) = (rows + [row + [field]], [], "")
      default: field.append(character)
      }
    }
    return rows
  }

  private func fields(ofJSON text: String) throws -> [[String]] {
    try text.split(separator: "\n").map { line in
      let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      return ["user", "rank", "item", "title", "score"].filter { row[$0] != nil }.map { name in
        if name == "score" { return String((row[name] as? NSNumber)?.floatValue ?? .nan) }
        return row[name] is NSNull ? "" : "\(row[name] ?? "missing")"
      }
    }
  }

  @Test func formsHoldTheSame() throws {
    let arguments = ["--all", "--count", "5", "--titles", titles]
    let csv = fields(ofCSV: try output(arguments, "csv"))
    #expect(csv.first == ["user", "rank", "item", "title", "score"])
    let rows = Array(csv.dropFirst())
    #expect(rows.count == 200 * 5)
    #expect(Set(rows.map { $0[0] }) == Set((0..<200).map(Self.user)))
    #expect(rows.map { $0[1] } == (0..<200).flatMap { _ in ["1", "2", "3", "4", "5"] })
    for row in rows {
      let number = try #require((0..<37).first { Self.item($0) == row[2] })
      #expect(row[3] == (number % 4 > 0 ? "Title \(number), \"new\"" : ""))
    }
    for (row, next) in zip(rows, rows.dropFirst()) where row[0] == next[0] {
      #expect(try #require(Float(row[4])) >= #require(Float(next[4])))
    }
    #expect(try fields(ofJSON: try output(arguments, "json")) == rows)
    let tsv = try output(arguments, "tsv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    #expect(tsv == rows.map { $0.map { $0.replacingOccurrences(of: "\t", with: " ") } })
    // A person sees the same rows, scores rounded.
    let table = try output(arguments, "table").split(separator: "\n").filter { !$0.contains("rank") }
    #expect(table.count == rows.count)
    for (line, row) in zip(table, rows) { #expect(line.contains(row[2]) && (row[3].isEmpty || line.contains(row[3]))) }
  }

  @Test func usersGetTheSameAloneAndTogetherWithStrangersBetween() throws {
    let all = try output(["--all"], "csv").split(separator: "\n")
    #expect(all.count == 1 + 200 * 10)
    let popular = try output(["--user", "nobody", "--cold-start", "popular"], "csv").split(separator: "\n").dropFirst()
    #expect(popular.count == 10)
    // More than a block of users, one in three unknown.
    let names = (0..<200).map { $0 % 3 == 1 ? "nobody" : Self.user($0) }
    let users = try folder.write("users.txt", names.joined(separator: "\n"))
    let mixed = try output(["--users", users, "--cold-start", "popular"], "csv").split(separator: "\n").dropFirst()
    #expect(popular.allSatisfy { $0.contains(",,popular,") })
    var lists: [String: [String]] = [:]
    let rows = fields(ofCSV: all.joined(separator: "\n") + "\n")
    for (line, row) in zip(all, rows) { lists[row[0], default: []].append(String(line)) }
    let expected = names.flatMap { name in
      name == "nobody" ? popular.map { String($0) } : (lists[name] ?? []).map { $0 + ",personal," }
    }
    #expect(mixed.map { String($0) } == expected)
    let empty = try output(["--users", users, "--cold-start", "empty"], "csv").split(separator: "\n").dropFirst()
    #expect(empty.map { String($0) } == names.filter { $0 != "nobody" }.flatMap { lists[$0] ?? [] })
  }
}
