import ALSTestSupport
import Foundation
import Testing

/// The files that `als split` writes, for every method.
@Suite struct SplitCommandTests {
  private let folder: Scratch
  private let data: String
  private let lines: [Substring]

  init() throws {
    folder = try Scratch()
    data = try folder.write("data.csv", samplePurchases())
    lines = samplePurchases().split(separator: "\n")
  }

  private func split(_ options: String...) throws -> Program.Result {
    try Program.run(
      ["split", data, "--training", folder.path("train.csv"), "--test", folder.path("test.csv")] + options)
  }

  /// The rows of a file, whose header must be that of the input.
  private func rows(_ name: String) throws -> [Substring] {
    let rows = try folder.text(name).split(separator: "\n")
    #expect(rows.first == lines.first, "\(name)")
    return Array(rows.dropFirst())
  }

  @Test func aNumberOfEachUsersItems() throws {
    #expect(try split("--count", "3", "--seed", "5").status == 0)
    let (train, test) = (try rows("train.csv"), try rows("test.csv"))
    #expect((train + test).sorted() == lines.dropFirst().sorted())
    let perUser = Dictionary(grouping: test) { $0.prefix { $0 != "," } }
    #expect(perUser.count == 24 && perUser.values.allSatisfy { $0.count == 3 })
  }

  @Test func aCutInTime() throws {
    func time(_ row: Substring) -> Int { row.split(separator: ",").last.flatMap { Int($0) } ?? 0 }
    let cut = 1_600_012_000
    #expect(try split("--method", "time", "--from", "\(cut)").status == 0)
    let (train, test) = (try rows("train.csv"), try rows("test.csv"))
    #expect(train.allSatisfy { time($0) < cut } && !train.isEmpty)
    #expect(test.allSatisfy { time($0) >= cut } && !test.isEmpty)
    #expect((train + test).sorted() == lines.dropFirst().sorted())
    // 1,600,012,000 is this date.
    #expect(try split("--method", "time", "--from", "2020-09-13T15:46:40Z").status == 0)
    #expect(try rows("test.csv") == test)
    #expect(try split("--method", "time", "--fraction", "0.1").status == 0)
    let share = try rows("test.csv")
    #expect(share.count >= (lines.count - 1) / 10 && share.count < (lines.count - 1) / 10 + 8)
    #expect(try rows("train.csv").map(time).max() ?? 0 < share.map(time).min() ?? 0)
  }

  @Test func repeatsAfterTheCutAreLeftOutAndCounted() throws {
    let path = try folder.write("repeats.csv", "user,item,time\n1,7,10\n1,7,30\n1,8,40\n2,7,40\n")
    let result = try Program.run(
      "split", path, "--method", "time", "--from", "20", "--training", folder.path("a.csv"), "--test",
      folder.path("b.csv"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.text("a.csv") == "user,item,time\n1,7,10\n")
    #expect(try folder.text("b.csv") == "user,item,time\n1,8,40\n2,7,40\n")
    #expect(result.errorLines.last?.hasPrefix("1 rows are in neither file") == true)
  }

  @Test func heldOutUsers() throws {
    let known = folder.path("known.csv")
    #expect(try split("--method", "users", "--fraction", "0.25", "--fold-in", known).status == 0)
    let (train, test, foldIn) = (try rows("train.csv"), try rows("test.csv"), try rows("known.csv"))
    #expect((train + test + foldIn).sorted() == lines.dropFirst().sorted())
    func users(_ rows: [Substring]) -> Set<Substring> { Set(rows.map { $0.prefix { $0 != "," } }) }
    #expect(users(train).count == 18 && users(test).count == 6)
    #expect(users(test) == users(foldIn) && users(test).isDisjoint(with: users(train)))
  }

  @Test func numberedFolds() throws {
    #expect(try split("--method", "folds", "--folds", "3").status == 0)
    let names = (1...3).flatMap { ["test-\($0).csv", "train-\($0).csv"] }
    #expect(try folder.files == (names + ["data.csv"]).sorted())
    for fold in 1...3 {
      let (train, test) = (try rows("train-\(fold).csv"), try rows("test-\(fold).csv"))
      #expect((train + test).sorted() == lines.dropFirst().sorted())
    }
    #expect(try (1...3).flatMap { try rows("test-\($0).csv") }.sorted() == lines.dropFirst().sorted())
  }

  @Test(arguments: [
    ["--method", "last", "--fraction", "0.2"], ["--fraction", "0.2", "--count", "2"], ["--folds", "5"],
    ["--method", "time", "--from", "soon"], ["--method", "time", "--from", "5", "--fraction", "0.5"],
    ["--method", "users"], ["--fold-in", "x.csv"], ["--method", "folds", "--folds", "1"],
    ["--test-fraction", "0.5"],
  ])
  func optionsThatDoNotGoTogether(_ options: [String]) throws {
    let result = try Program.run(
      ["split", data, "--training", folder.path("a"), "--test", folder.path("b")] + options)
    #expect(result.status == 64, "\(result.errors)")
    #expect(try folder.files == ["data.csv"])
  }

  @Test func theInputIsNotWrittenOver() throws {
    #expect(try Program.run("split", data, "--training", data, "--test", folder.path("b")).status == 64)
    #expect(try folder.text("data.csv") == samplePurchases())
  }

  /// What is made of compiled interactions is what is made of their lines.
  @Test(arguments: ["random", "last", "users"])
  func compiledInteractionsAreSplitLikeTheirLines(method: String) throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let lines = try folder.write("data.csv", samplePurchases())
    let compiled = folder.path("data.als")
    #expect(try Program.run("convert", lines, "--output", compiled, "--time-column", "timestamp").status == 0)
    // Lines in the order of the compiled file.
    func split(_ input: String, _ name: String, _ suffix: String) throws -> [String] {
      let paths = (1...3).map { folder.path("\(name)-\($0).\(suffix)") }
      var arguments = ["split", input, "--method", method, "--training", paths[0], "--test", paths[1]]
      if method == "users" { arguments += ["--fold-in", paths[2]] }
      let run = try Program.run(arguments)
      #expect(run.status == 0, "\(run.errors)")
      return method == "users" ? paths : Array(paths.dropLast())
    }
    let asLines = try split(compiled, "lines", "csv")
    let asCompiled = try split(compiled, "compiled", "als")
    var rows = 0
    for (text, binary) in zip(asLines, asCompiled) {
      let content = try String(contentsOfFile: text, encoding: .utf8)
      #expect(content.hasPrefix(method == "last" ? "user,item,value,time\n" : "user,item,value\n"))
      rows += content.split(separator: "\n").count - 1
      let back = folder.path("back.csv")
      #expect(try Program.run("convert", binary, "--output", back).status == 0)
      #expect(try folder.text("back.csv") == content)
    }
    #expect(rows == samplePurchases().split(separator: "\n").count - 1)
    let wrong = try Program.run("split", lines, "--training", folder.path("a.als"), "--test", folder.path("b.csv"))
    #expect(wrong.status == 64 && wrong.errors.contains("lines are copied as lines"))
  }
}
