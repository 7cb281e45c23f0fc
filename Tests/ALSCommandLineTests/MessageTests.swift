import ALSTestSupport
import Foundation
import Testing

@Suite struct MessageTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test func instructionsCanBeChosenAndMustBeThere() throws {
    let base = try Program.shell("ALS_INSTRUCTIONS=base exec \"$0\" --version", [])
    #expect(base.status == 0 && base.output.contains("kernels base"))
    let unknown = try Program.shell("ALS_INSTRUCTIONS=mmx exec \"$0\" --version", [])
    #expect(unknown.status == 64 && unknown.errors.contains("ALS_INSTRUCTIONS is mmx, but this processor has base"))
    #expect(unknown.errorLines.count == 1)
  }

  @Test func messagesForPrograms() throws {
    let data = try folder.write("purchases.csv", samplePurchases())
    let run = try Program.run(
      "train", data, "-o", folder.path("m"), "--factors", "3", "--iterations", "2", "--log-format", "json")
    #expect(run.status == 0)
    let events = try run.errorLines.map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    for event in events {
      #expect(event["level"] as? String == "info" && event["message"] is String)
      #expect((event["time"] as? String)?.contains("T") == true)
    }
    #expect(events.first?["rows"] as? Int == samplePurchases().split(separator: "\n").count - 1)
    let iterations = events.filter { $0["iteration"] != nil }
    #expect(iterations.compactMap { $0["iteration"] as? Int } == [1, 2])
    #expect(iterations.allSatisfy { ($0["interactionsPerSecond"] as? Double ?? 0) > 0 })
    #expect(iterations.last?["secondsLeft"] as? Double == 0)
    #expect((events.last?["peakBytes"] as? Int ?? 0) > 0)

    let failure = try Program.run("train", folder.path("missing"), "-o", folder.path("m"), "--log-format", "json")
    #expect(failure.status == 66 && failure.errorLines.count == 1)
    #expect(failure.errors.contains("\"level\":\"error\"") && failure.errors.contains("cannot be opened"))
    let quiet = try Program.run("train", data, "-o", folder.path("m"), "--quiet", "--log-format", "json")
    #expect(quiet.status == 0 && quiet.errors == "")
  }

  @Test func progressHasARateAndTheTimeLeft() throws {
    let data = try folder.write("purchases.csv", samplePurchases())
    let run = try Program.run(
      "train", data, "-o", folder.path("m"), "--factors", "3", "--iterations", "3", "--log", folder.path("log"))
    let lines = run.errorLines.filter { $0.hasPrefix("iteration ") }
    #expect(lines.count == 3 && lines.allSatisfy { $0.contains(" M interactions/s") })
    #expect(lines.dropLast().allSatisfy { $0.hasSuffix(" s left") } && lines.last?.contains("left") == false)
    #expect(try folder.text("log").contains("\"interactionsPerSecond\":"))
    let bar = try Program.run(
      "train", data, "-o", folder.path("m"), "--factors", "3", "--iterations", "16", "--progress", "bar")
    #expect(bar.errors.contains("16/16") && bar.errors.contains(" M interactions/s"))
  }
}
