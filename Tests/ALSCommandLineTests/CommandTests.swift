import ALS
import ALSTestSupport
import Foundation
import Testing

/// The commands, from a file to results, as a user runs them.
@Suite struct CommandTests {
  private let folder: Scratch, data: String, model: String

  init() throws { (folder, data, model) = try purchases() }

  private func train(_ options: String...) throws {
    let result = try Program.run(["train", data, "--output", model, "--factors", "2"] + options)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func trainingSaysWhatItDid() throws {
    let result = try Program.run("train", data, "--output", model, "--factors", "2", "--iterations", "3", "--loss")
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    let lines = result.errorLines
    #expect(lines[0].hasSuffix("comma-separated, header, user=customer item=product value=quantity"))
    #expect(lines[1].hasPrefix("24 users × 16 items"))
    #expect(lines[2].hasPrefix("the values are not used: with --confidence binary"))
    #expect(lines[3...5].allSatisfy { $0.hasPrefix("iteration ") && $0.contains(", loss ") })
    #expect(lines[6].contains("implicit model, 24 users × 16 items × 2 factors, float"))
  }

  @Test func standardInputIsReadLikeAFile() throws {
    try train()
    let fromInput = folder.path("piped.safetensors")
    let result = try Program.run(
      ["train", "-", "--output", fromInput, "--factors", "2"], input: samplePurchases())
    #expect(result.status == 0, "\(result.errors)")
    let (a, b) = (
      try Program.run("recommend", model, "--all", "--format", "csv"),
      try Program.run("recommend", fromInput, "--all", "--format", "csv")
    )
    #expect(a.output == b.output)
    #expect(!a.output.isEmpty)
  }

  @Test func recommendationsExcludeWhatIsKnownAndCarryTitles() throws {
    try train()
    var titles = "id,title\n"
    for item in 0..<16 { titles += "P\(item),\"Product, number \(item)\"\n" }
    let names = try folder.write("titles.csv", titles)
    let result = try Program.run(
      "recommend", model, "--user", "101", "--user", "102", "--count", "3", "--exclude", data, "--titles", names,
      "--format", "json")
    #expect(result.status == 0, "\(result.errors)")
    struct Row: Decodable {
      let user: String, rank: Int, item: String, title: String, score: Double
    }
    let rows = try result.output.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    let known = Set(
      samplePurchases().split(separator: "\n").map { $0.split(separator: ",")[0...1].joined(separator: " ") })
    #expect(rows.map(\.user) == ["101", "101", "101", "102", "102", "102"])
    #expect(rows.map(\.rank) == [1, 2, 3, 1, 2, 3])
    for row in rows {
      #expect(!known.contains("\(row.user) \(row.item)"))
      #expect(row.title == "Product, number \(row.item.dropFirst())")
    }
    // What is left of the user's own taste comes first: odd users like odd products.
    #expect(
      rows.filter { $0.rank == 1 }.allSatisfy { row in
        (Int(row.item.dropFirst()) ?? 0) % 2 == (Int(row.user) ?? 1) % 2
      })
  }

  @Test func formatsAgree() throws {
    try train()
    func recommend(_ format: String) throws -> [String] {
      let result = try Program.run("recommend", model, "--user", "103", "--count", "2", "--format", format)
      #expect(result.status == 0)
      return result.outputLines.filter { !$0.isEmpty }
    }
    let csv = try recommend("csv")
    #expect(csv[0] == "user,rank,item,score")
    #expect(try recommend("tsv") == csv.map { $0.split(separator: ",").joined(separator: "\t") })
    let fields = csv[1].split(separator: ",")
    #expect(try recommend("json")[0] == #"{"user":"103","rank":1,"item":"\#(fields[2])","score":\#(fields[3])}"#)
    #expect(try recommend("table").count == 3)
  }

  @Test func usersFromAFileAndOutputToAFile() throws {
    try train()
    let users = try folder.write("users.txt", "105\n\n  107 \r\n")
    let out = folder.path("out.csv")
    let result = try Program.run(
      "recommend", model, "--users", users, "--count", "1", "--format", "csv", "--output", out)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try folder.text("out.csv").split(separator: "\n").map { $0.prefix(4) } == ["user", "105,", "107,"])
    let banned = try folder.write("banned.txt", (0..<15).map { "P\($0)" }.joined(separator: "\n"))
    let rest = try Program.run(
      "recommend", model, "--user", "105", "--exclude-items", banned, "--format", "csv")
    #expect(rest.outputLines.filter { !$0.isEmpty }.count == 2)
    #expect(rest.output.contains(",P15,"))
  }

  @Test func similarProductsShareTheTaste() throws {
    try train()
    let result = try Program.run("similar", model, "--item", "P4", "--count", "3", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let rows = result.outputLines.dropFirst().filter { !$0.isEmpty }
    #expect(rows.count == 3)
    for row in rows {
      let product = row.split(separator: ",")[2]
      #expect(Int(product.dropFirst()).map { $0 % 2 } == 0, "\(row)")
    }
    #expect(try Program.run("similar", model, "--user", "101", "--count", "2").status == 0)
  }

  @Test func evaluationComparesWithPopularity() throws {
    let (training, test) = (folder.path("train.csv"), folder.path("test.csv"))
    #expect(try Program.run("split", data, "--training", training, "--test", test).status == 0)
    #expect(try Program.run("train", training, "--output", model, "--factors", "2").status == 0)
    let result = try Program.run(
      "evaluate", model, test, "--exclude", training, "--metrics", "ndcg@3,recall@3", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.outputLines
    #expect(lines[0] == "metric,model,low,high,popularity")
    let values = lines[1].split(separator: ",").dropFirst().compactMap { Double($0) }
    #expect(lines[1].hasPrefix("ndcg@3,"))
    #expect(values.count == 4 && values[0] > values[3], "\(lines[1])")
    let unknown = try Program.run("evaluate", model, test, "--metrics", "best@3")
    #expect(unknown.status == 64)
  }

  @Test func explicitModelsPredictRatings() throws {
    try train("--feedback", "explicit")
    let result = try Program.run("evaluate", model, data, "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.outputLines[0] == "metric,model,low,high")
    #expect(result.outputLines[1].hasPrefix("rmse,"))
    #expect(result.outputLines[2].hasPrefix("mae,"))
  }

  @Test func splitCopiesLinesAsTheyAre() throws {
    for options in [
      ["--seed", "3"], ["--method", "random", "--fraction", "0.3"], ["--method", "last", "--count", "2"],
    ] {
      let result = try Program.run(
        ["split", data, "--training", folder.path("a.csv"), "--test", folder.path("b.csv")] + options)
      #expect(result.status == 0, "\(result.errors)")
      let lines = samplePurchases().split(separator: "\n")
      let (a, b) = (
        try folder.text("a.csv").split(separator: "\n"), try folder.text("b.csv").split(separator: "\n")
      )
      #expect(a.first == lines.first && b.first == lines.first)
      #expect((a.dropFirst() + b.dropFirst()).sorted() == lines.dropFirst().sorted())
      #expect(b.count > 1)
      if options.contains("last") { #expect(b.count == 1 + 24 * 2) }
    }
  }

  @Test func infoDescribesModelsAndData() throws {
    try train()
    let about = try Program.run("info", model, "--format", "csv")
    for line in ["users,24", "items,16", "factors,2", "objective,ials", "solver,conjugateGradient"] {
      #expect(about.outputLines.contains(line), "\(about.output)")
    }
    let facts = try Program.run("info", data, "--format", "csv").outputLines
    let pairs = samplePurchases().split(separator: "\n").count - 1
    for line in ["users,24", "items,16", "interactions,\(pairs)", "repeated rows,0", "largest value,3.0"] {
      #expect(facts.contains(line), "\(facts)")
    }
  }

  @Test func logHasAnObjectPerEvent() throws {
    try train("--iterations", "2", "--loss", "--log", folder.path("log.jsonl"))
    struct Event: Decodable {
      let event: String, iteration: Int?, loss: Double?, userSeconds: Double?, seconds: Double?, users: Int?
    }
    let events = try folder.text("log.jsonl").split(separator: "\n")
      .map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    #expect(events.map(\.event) == ["start", "read", "iteration", "iteration", "finish"])
    #expect(events[0].users == 24)
    #expect(events[2...3].map(\.iteration) == [1, 2])
    #expect(events[2...3].allSatisfy { $0.loss != nil && $0.userSeconds != nil })
    #expect(events[4].seconds != nil)
  }

  @Test func versionNamesTheBLAS() throws {
    let result = try Program.run("--version")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("als \(ALSVersion.current)\n"))
    #expect(result.output.contains("OpenBLAS"))
    #expect(result.output.contains("core "))
    #expect(result.output.contains("threads "))
  }

  /// Every command explains itself, and every default that the help tells is the library's.
  @Test func helpIsThere() throws {
    for command in ["train", "evaluate", "recommend", "similar", "split", "tune", "info"] {
      let help = try Program.run(command, "--help")
      #expect(help.status == 0)
      #expect(help.output.contains("USAGE: als \(command)"))
    }
  }

  /// Ctrl-C in the middle of training leaves the old model and nothing half-written.
  @Test func interruptionLeavesTheOldFile() throws {
    try train()
    let before = try Data(contentsOf: URL(filePath: model))
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["train", data, "--output", model, "--iterations", "100000000", "--progress", "none"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 0.5)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try Data(contentsOf: URL(filePath: model)) == before)
    #expect(try folder.files == ["data.csv", "m.safetensors"])
  }
}
