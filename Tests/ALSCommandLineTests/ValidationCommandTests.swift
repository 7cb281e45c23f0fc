import ALSTestSupport
import Foundation
import Testing

/// `als train --validation`.
@Suite struct ValidationCommandTests {
  private let folder: Scratch, data: String, model: String

  init() throws { (folder, data, model) = try purchases() }

  private func recommendations(_ model: String) throws -> String {
    let result = try Program.run("recommend", model, "--all", "--format", "csv")
    #expect(result.status == 0)
    return result.output
  }

  private func info(_ model: String) throws -> [String: String] {
    let lines = try Program.run("info", model, "--format", "tsv").outputLines.filter { !$0.isEmpty }
    let pairs = lines.map { $0.split(separator: "\t", maxSplits: 1).map(String.init) }
    return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") })
  }

  private func train(_ options: String...) throws -> Program.Result {
    let result = try Program.run(["train", data, "--output", model, "--factors", "3"] + options)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  @Test func bestIterationIsKeptAndTold() throws {
    let log = folder.path("log.jsonl")
    let result = try train("--validation", "0.2", "--validation-metric", "ndcg@3", "--patience", "2", "--log", log)
    let lines = result.errorLines
    #expect(lines[2].hasPrefix("held out ") && lines[2].hasSuffix("measuring ndcg@3"))
    #expect(lines[3].hasPrefix("the values are not used"))
    #expect(lines[4].hasPrefix("iteration 1/≤50: ") && lines[4].contains(", ndcg@3 0."))
    let last = try #require(lines.dropLast().last)
    #expect(last.hasPrefix("best ndcg@3 0.") && last.contains("trained without the held-out part"), "\(last)")

    struct Event: Decodable {
      let event: String, validation: Double?, bestIteration: Int?, bestValue: Double?, validationMetric: String?
      let refitted: Bool?
    }
    let events = try folder.text("log.jsonl").split(separator: "\n")
      .map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    #expect(events.first?.validationMetric == "ndcg@3")
    let values = events.compactMap(\.validation)
    #expect(values.count == events.count - 3)
    let best = try #require(values.max())
    #expect(events.last?.bestValue == best)
    #expect(events.last?.bestIteration == (values.firstIndex(of: best) ?? -1) + 1)
    #expect(events.last?.refitted == false)

    let about = try info(model)
    #expect(about["validation metric"] == "ndcg@3")
    #expect(about["best iteration"] == events.last?.bestIteration.map(String.init))
    #expect(about["iterations"] == about["best iteration"])
    #expect(about["trained on"] == "all but the held-out part")
    #expect(about["learning curve"]?.split(separator: " ").count == values.count)
  }

  @Test func refitIsATrainingOnEverything() throws {
    let result = try train("--validation", "0.2", "--refit")
    #expect(result.errors.contains("training on everything for"))
    #expect(result.errors.contains("the model was trained anew on everything"))
    let about = try info(model)
    #expect(about["trained on"] == "everything, after validation")
    let iterations = try #require(about["best iteration"])
    let refitted = try recommendations(model)
    _ = try train("--iterations", iterations)
    #expect(try recommendations(model) == refitted)
    #expect(try info(model)["validation metric"] == nil)
  }

  @Test func heldOutFileIsMeasuredOn() throws {
    let (training, test) = (folder.path("train.csv"), folder.path("test.csv"))
    #expect(try Program.run("split", data, "--training", training, "--test", test).status == 0)
    let result = try Program.run(
      "train", training, "--output", model, "--factors", "3", "--validation", test, "--validation-metric", "recall@3",
      "--validation-interval", "2", "--iterations", "7")
    #expect(result.status == 0, "\(result.errors)")
    let about = try info(model)
    #expect(about["learning curve"]?.hasPrefix("2:") == true)
    // The same as evaluating the model afterwards.
    let evaluation = try Program.run(
      "evaluate", model, test, "--exclude", training, "--metrics", "recall@3", "--format", "csv")
    let value = try #require(evaluation.outputLines[1].split(separator: ",").dropFirst().first.flatMap { Double($0) })
    #expect(try abs(#require(about["best value"].flatMap { Double($0) }) - value) < 1e-12)
  }

  @Test func explicitModelsAreStoppedByTheirError() throws {
    let result = try train("--feedback", "explicit", "--validation", "0.2", "--iterations", "5")
    #expect(result.errors.contains(", rmse "))
    #expect(try info(model)["validation metric"] == "rmse")
  }

  @Test func reportIsOnePage() throws {
    _ = try train("--validation", "0.2", "--loss", "--report", folder.path("r.html"))
    let page = try ReportPageText(try folder.text("r.html"))
    let curves = try #require(page.data["curves"] as? [[String: Any]])
    #expect(curves.count == 1)
    #expect((page.data["loss"] as? [Any])?.isEmpty == false)
    #expect(page.data["metric"] as? String == "ndcg@20")
  }

  @Test func wrongOptionsAreNamed() throws {
    for (options, message) in [
      (["--patience", "2"], "--patience needs --validation"), (["--refit"], "--refit needs --validation"),
      (["--validation-metric", "ndcg@3"], "--validation-metric needs --validation"),
      (["--validation", "1.5"], "--validation"), (["--validation", "0"], "--validation"),
      (["--validation", "0.2", "--patience", "0"], "--patience is 0"),
      (["--validation", "0.2", "--validation-metric", "best@3"], "there is no metric \"best\""),
      (["--validation", "0.2", "--validation-metric", "rmse"], "rmse is for explicit ratings"),
      (["--validation", data, "--refit"], "--refit is for --validation FRACTION"),
      (["--report", folder.path("r.html")], "--report shows the learning curve"),
    ] {
      let result = try Program.run(["train", data, "--output", model] + options)
      #expect(result.status == 64, "\(options): \(result.errors)")
      #expect(result.errors.contains(message), "\(options): \(result.errors)")
    }
    let missing = try Program.run("train", data, "--output", model, "--validation", folder.path("no.csv"))
    #expect(missing.status == 66)
    #expect(missing.errors.contains("no.csv: cannot be opened"))
    #expect(try folder.files == ["data.csv"])
  }
}

/// A report, taken apart.
struct ReportPageText {
  /// What the page draws.
  let data: [String: Any]

  /// Checks that a page is whole and asks nobody for anything.
  init(_ text: String) throws {
    #expect(text.hasPrefix("<!doctype html>") && text.hasSuffix("</html>\n"))
    let links = text.split(separator: "http").dropFirst()
    #expect(links.allSatisfy { $0.hasPrefix("://www.w3.org/2000/svg") }, "an address in the page")
    for part in ["src=", "href=", "@import", "url(h", "url(/", "fetch("] { #expect(!text.contains(part)) }
    let start = try #require(text.range(of: "id=\"data\">")?.upperBound)
    let end = try #require(text.range(of: "</script>", range: start..<text.endIndex)?.lowerBound)
    data = try #require(JSONSerialization.jsonObject(with: Data(text[start..<end].utf8)) as? [String: Any])
  }
}
