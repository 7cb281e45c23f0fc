import ALSTestSupport
import Foundation
import Testing

/// What programs read: docs/output.md.
@Suite struct MachineOutputTests {
  private let folder: Scratch
  private let numbers: String
  private let model: String

  /// Users and items are integers here; `samplePurchases()` has items that are not.
  init() throws {
    folder = try Scratch()
    numbers = try folder.write("numbers.csv", samplePurchases().replacing(",P", with: ",9"))
    model = folder.path("m.safetensors")
    let result = try Program.run("train", numbers, "--output", model, "--factors", "3", "--iterations", "3")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func objects(_ arguments: String...) throws -> [[String: Any]] {
    let result = try Program.run(arguments + ["--format", "json"])
    #expect(result.status == 0, "\(result.errors)")
    return try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func lines(_ arguments: String...) throws -> [[String]] {
    let result = try Program.run(arguments + ["--format", "csv"])
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func identifiersAreStringsWhateverTheyAre() throws {
    for row in try objects("recommend", model, "--user", "101", "--count", "2") {
      #expect(row["user"] as? String == "101" && (row["item"] as? String)?.hasPrefix("9") == true)
      #expect(row["rank"] is Int && row["score"] is Double)
    }
    #expect(try objects("recommend", model, "--all").allSatisfy { $0["user"] is String && $0["item"] is String })
    #expect(
      try objects("similar", model, "--item", "91").allSatisfy {
        $0["item"] as? String == "91" && $0["similar"] is String
      })
    #expect(
      try objects("similar", model, "--user", "101").allSatisfy { $0["user"] is String && $0["similar"] is String })
    let parts = try objects("explain", model, "--user", "101", "--item", "93", "--interactions", numbers)
    #expect(parts.compactMap { $0["item"] as? String }.count == parts.count - 1)
  }

  @Test func countsAreNoScores() throws {
    let arguments = ["recommend", model, "--user", "new", "--user", "101", "--cold-start", "popular", "--count", "3"]
    let result = try Program.run(arguments + ["--format", "csv"])
    let rows = result.outputLines.filter { !$0.isEmpty }.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows[0] == ["user", "rank", "item", "score", "kind", "users"])
    #expect(rows.count == 7 && rows.allSatisfy { $0.count == 6 })
    #expect(rows[1...3].allSatisfy { $0[0] == "new" && $0[3].isEmpty && $0[4] == "popular" && (Int($0[5]) ?? 0) > 5 })
    #expect(
      rows[4...6].allSatisfy { $0[0] == "101" && Double($0[3]) != nil && $0[4] == "personal" && $0[5].isEmpty })
    // Without popular items, all rows are of one kind.
    let plain = try lines("recommend", model, "--user", "101", "--count", "3")
    #expect(plain[0] == ["user", "rank", "item", "score"] && plain[1...3].map { $0[3] } == rows[4...6].map { $0[3] })
    let objects = try Program.run(arguments + ["--format", "json"]).output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    for (object, row) in zip(objects, rows.dropFirst()) {
      #expect(object["kind"] as? String == row[4])
      #expect(
        (object["score"] is NSNull) == row[3].isEmpty && (object["users"] as? Int).map(String.init) ?? "" == row[5])
    }
    let table = try Program.run(arguments).outputLines
    #expect(table.contains { $0.contains("popular") && $0.contains("  -  ") })
  }

  @Test(arguments: ["implicit", "explicit"])
  func explanationsHaveAKind(_ feedback: String) throws {
    #expect(
      try Program.run("train", numbers, "--output", model, "--factors", "3", "--feedback", feedback).status == 0)
    let titles = try folder.write("titles.csv", "item,title\n91,Ninety-one\n")
    let rows = try objects(
      "explain", model, "--user", "101", "--item", "93", "--interactions", numbers, "--count", "2", "--titles", titles)
    let kinds = rows.compactMap { $0["kind"] as? String }
    let biases = feedback == "explicit" ? ["mean", "user-bias", "item-bias"] : []
    #expect(kinds == ["interaction", "interaction", "others"] + biases + ["score"])
    for (row, kind) in zip(rows, kinds) {
      #expect(Set(row.keys) == ["kind", "item", "title", "value", "interactions", "contribution"])
      #expect((row["item"] is String) == (kind == "interaction") && (row["value"] is Double) == (kind == "interaction"))
      #expect(
        (row["interactions"] is Int) == ["interaction", "others"].contains(kind) && row["contribution"] is Double)
    }
    let counts = rows.compactMap { $0["interactions"] as? Int }
    #expect(counts.prefix(2) == [1, 1] && counts[2] > 1)
    let parts = rows.compactMap { $0["contribution"] as? Double }
    #expect(abs(parts.dropLast().reduce(0, +) - (parts.last ?? 9)) < 1e-4)
  }

  @Test func informationIsInBaseUnits() throws {
    func properties(_ file: String) throws -> [String: Any] {
      Dictionary(
        uniqueKeysWithValues: try objects("info", file).map { row in
          (try #require(row["property"] as? String), try #require(row["value"]))
        })
    }
    let data = try properties(numbers)
    let pairs = samplePurchases().split(separator: "\n").count - 1
    #expect(data["interactions"] as? Int == pairs)
    #expect(abs((data["density"] as? Double ?? 0) - Double(pairs) / (24 * 16)) < 1e-12)
    #expect((data["memory to train 64 factors"] as? Int ?? 0) > 40 * 64 * 4)
    #expect(
      try Program.run(
        "train", numbers, "--output", model, "--factors", "3", "--iterations", "4", "--validation", "0.2"
      ).status == 0)
    let about = try properties(model)
    let size = try FileManager.default.attributesOfItem(atPath: model)[.size] as? Int
    #expect(about["size"] as? Int == size && size != nil)
    #expect(about["factors"] as? Int == 3 && about["regularization"] is Double && about["seed"] as? Int == 0)
    #expect(about["solver"] as? String == "conjugateGradient" && about["best value"] is Double)
    let curve = try #require(about["learning curve"] as? [[Double]])
    #expect(curve.map { $0[0] } == Array(1...curve.count).map(Double.init) && curve.allSatisfy { $0.count == 2 })
    #expect(try Program.run("info", model).output.contains(" kB"))
  }

  @Test func groupsHaveAKindAndARange() throws {
    let (training, test) = (folder.path("train.csv"), folder.path("test.csv"))
    #expect(try Program.run("split", numbers, "--training", training, "--test", test).status == 0)
    #expect(try Program.run("train", training, "--output", model, "--factors", "2").status == 0)
    let rows = try objects("evaluate", model, test, "--exclude", training, "--groups", "2", "--metrics", "recall@3")
    #expect(Set(rows.compactMap { $0["kind"] as? String }) == ["all", "user-activity", "item-popularity"])
    for row in rows {
      let isGroup = row["kind"] as? String != "all"
      #expect((row["from"] is Int) == isGroup && (row["to"] is Int) == isGroup)
      #expect((row["from"] as? Int ?? 0) <= (row["to"] as? Int ?? 0) && row["model"] is Double)
    }
  }
}
