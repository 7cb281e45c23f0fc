import ALSTestSupport
import Foundation
import Testing

/// What `als evaluate` prints, for every protocol.
@Suite struct EvaluateCommandTests {
  private let folder: Scratch
  private let (data, training, test, model): (String, String, String, String)

  init() throws {
    folder = try Scratch()
    data = try folder.write("data.csv", samplePurchases())
    (training, test, model) = (folder.path("train.csv"), folder.path("test.csv"), folder.path("m.safetensors"))
    #expect(try Program.run("split", data, "--training", training, "--test", test).status == 0)
    #expect(try Program.run("train", training, "--output", model, "--factors", "2").status == 0)
  }

  private func evaluate(_ options: String...) throws -> Program.Result {
    try Program.run(["evaluate", model, test, "--exclude", training] + options)
  }

  private func rows(_ result: Program.Result) -> [[Substring]] {
    result.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }

  @Test func valuesHaveIntervals() throws {
    let result = try evaluate("--metrics", "ndcg@3,recall@3,coverage@3,auc", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let rows = rows(result)
    #expect(rows[0] == ["metric", "model", "low", "high", "popularity"])
    #expect(rows.dropFirst().map { $0[0] } == ["ndcg@3", "recall@3", "coverage@3", "auc"])
    for row in rows.dropFirst() {
      let numbers = row.dropFirst().map { Double($0) }
      if row[0] == "coverage@3" {
        #expect(numbers[1] == nil && numbers[2] == nil)
      } else {
        let (value, low, high) = (try #require(numbers[0]), try #require(numbers[1]), try #require(numbers[2]))
        #expect(low <= value && value <= high)
        if row[0] == "ndcg@3" { #expect(low < high) }
      }
    }
    #expect(try evaluate("--metrics", "ndcg@3,recall@3,coverage@3,auc", "--format", "csv").output == result.output)
    let bare = try evaluate("--resamples", "0", "--format", "csv")
    #expect(self.rows(bare)[0] == ["metric", "model", "popularity"])
  }

  @Test func groupsAreRows() throws {
    let result = try evaluate("--metrics", "recall@3", "--groups", "2", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let rows = rows(result)
    #expect(rows[0].prefix(6) == ["kind", "from", "to", "users", "pairs", "metric"])
    #expect(rows[1][0] == "all")
    for key in ["user-activity", "item-popularity"] {
      let groups = rows.filter { $0[0] == key }
      #expect((1...2).contains(groups.count))
      #expect(groups.compactMap { Int($0[4]) }.reduce(0, +) == Int(rows[1][4]))
    }
  }

  @Test(arguments: ["table", "csv", "tsv", "json"])
  func sampledValuesAreMarkedInEveryForm(_ format: String) throws {
    let result = try evaluate("--metrics", "ndcg@3,hit-rate@2", "--candidates", "4", "--format", format)
    #expect(result.status == 0, "\(result.errors)")
    for metric in ["ndcg@3", "hit-rate@2"] {
      #expect(result.output.contains("sampled4-\(metric)"))
      #expect(!result.output.replacing("sampled4-\(metric)", with: "").contains(metric))
    }
    #expect(result.errors.contains("4 sampled items") && result.errors.contains("warning: sampled values"))
    #expect(try evaluate("--metrics", "coverage@3", "--candidates", "4").status == 64)
  }

  @Test func whatIsLeftOutIsCounted() throws {
    let known = try folder.text("train.csv").split(separator: "\n")[1]
    let lines = try folder.text("test.csv") + "\(known)\n101,P99,1,1600000000\n999,P1,1,1600000000\n"
    let more = try folder.write("more.csv", lines)
    let result = try Program.run("evaluate", model, more, "--exclude", training, "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let warnings = result.errorLines.filter { $0.hasPrefix("warning: 1 of ") }
    #expect(warnings.count == 3)
    for text in ["user the model does not know", "item the model does not know", "excluded from recommendation"] {
      #expect(warnings.contains { $0.contains(text) }, "\(result.errors)")
    }
    #expect(try evaluate("--format", "csv").output == result.output)
    #expect(!(try evaluate().errors.contains("warning")))
    #expect(try Program.run("evaluate", model, test).errors.contains("--exclude takes the training file"))
  }

  @Test func heldOutUsersAreFoldedIn() throws {
    let known = folder.path("known.csv")
    #expect(
      try Program.run(
        "split", data, "--method", "users", "--fraction", "0.25", "--training", training, "--test", test, "--fold-in",
        known
      ).status == 0)
    #expect(try Program.run("train", training, "--output", model, "--factors", "2").status == 0)
    let result = try evaluate("--fold-in", known, "--metrics", "recall@3,novelty@3", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("6 users folded in") && result.errors.contains("6 users with"))
    #expect(!result.errors.contains("warning"))
    let recall = rows(result)[1].dropFirst().compactMap { Double($0) }
    #expect(recall.count == 4 && recall[0] > recall[3], "\(result.output)")
    // Without it the users are unknown.
    #expect(try evaluate().status == 65)
    // Users of the training are not held out.
    let wrong = try evaluate("--fold-in", training)
    #expect(wrong.errors.contains("were in training"))
  }

  @Test func filesOfDifferentLayoutsAreNamed() throws {
    let other = try folder.write(
      "other.csv", try folder.text("test.csv").replacing("customer,product", with: "kunde,ware"))
    let failed = try Program.run(
      "evaluate", model, training, "--exclude", other, "--user-column", "customer", "--item-column", "product")
    #expect(failed.status != 0)
    let message = failed.errorLines.last ?? ""
    #expect(message.contains("other.csv") && message.contains("hold for all files"), "\(message)")
    #expect(message.contains("train.csv was read as comma-separated") && message.contains("als split"), "\(message)")
    // Read, but with the columns of users and items the other way round.
    let lines = try folder.text("test.csv").split(separator: "\n").dropFirst()
    let turned =
      "product,customer\n"
      + lines.map { line in
        let fields = line.split(separator: ",")
        return "\(fields[1]),\(fields[0])\n"
      }.joined()
    let swapped = try folder.write("swapped.csv", turned)
    let note = try Program.run("evaluate", model, swapped, "--exclude", training)
    #expect(note.errors.contains("is not laid out like"), "\(note.errors)")
    let blind = try folder.write("blind.csv", turned.replacing("product,customer\n", with: ""))
    let lost = try Program.run("evaluate", model, blind, "--exclude", training)
    #expect(lost.status == 65)
    #expect(lost.errorLines.last?.contains("The files differ in layout") == true, "\(lost.errors)")
  }

  @Test func ratingsHaveIntervalsAndGroups() throws {
    #expect(
      try Program.run("train", training, "--feedback", "explicit", "--output", model, "--factors", "2").status == 0)
    let result = try evaluate("--groups", "2", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let rows = rows(result)
    #expect(rows[0] == ["kind", "from", "to", "users", "pairs", "metric", "model", "low", "high"])
    let values = rows[1].compactMap { Double($0) }
    #expect(rows[1][5] == "rmse" && rows[2][5] == "mae")
    let both = try evaluate("--metrics", "ndcg@10,rmse,recall@5")
    #expect(
      both.status == 64 && both.errors.contains("--metrics ndcg@10,recall@5 in one command and --metrics rmse in"))
    #expect(values.count == 4 && values[2] < values[1] && values[1] < values[3])
    #expect(rows.contains { $0[0].hasPrefix("user-activity") } && rows.contains { $0[0].hasPrefix("item-popularity") })
    #expect(try evaluate("--candidates", "9").status == 64)
  }

  @Test(arguments: [
    ["--metrics", "rmse"], ["--candidates", "0"], ["--groups", "-1"], ["--resamples", "-1"], ["--metrics", "auc@5"],
  ])
  func wrongOptions(_ options: [String]) throws {
    #expect(try Program.run(["evaluate", model, test, "--exclude", training] + options).status == 64)
  }

  @Test func popularityNeedsTheTrainingFile() throws {
    for options in [["--metrics", "novelty@5"], ["--groups", "2"]] {
      let result = try Program.run(["evaluate", model, test] + options)
      #expect(result.status == 64 && result.errors.contains("--exclude"), "\(result.errors)")
    }
  }
}
