import ALSTestSupport
import Foundation
import Testing

/// What `als train` chooses, says and logs.
@Suite struct ChoosingCommandTests {
  private let folder: Scratch
  private let data: String

  init() throws {
    folder = try Scratch()
    let made = folder.path("data.csv")
    let result = try Program.run([
      "synthesize", "--users", "1200", "--items", "300", "--interactions", "30000", "--seed", "5", "--output", made,
    ])
    #expect(result.status == 0, "\(result.errors)")
    data = made
  }

  private struct Event: Decodable {
    let event: String, value: Double?, factors: Int?, heats: Int?, best: Int?
  }

  private func train(_ options: String...) throws -> (errors: String, events: [Event]) {
    let result = try Program.run(
      ["train", data, "--output", folder.path("m"), "--log", folder.path("l"), "--progress", "none"] + options)
    #expect(result.status == 0, "\(result.errors)")
    let events = try folder.text("l").split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
    return (result.errors, events)
  }

  private func info() throws -> String { try Program.run(["info", folder.path("m")]).output }

  @Test func aRaceIsSaidAndLogged() throws {
    let found = try train("--most-factors", "32", "--threads", "1")
    #expect(found.errors.contains("chosen of "))
    let heats = found.events.filter { $0.event == "heat" }
    let choice = try #require(found.events.first { $0.event == "choice" })
    #expect(heats.count == choice.heats && heats.count > 3)
    #expect(heats.allSatisfy { ($0.factors ?? 99) <= 32 })
    let best = try #require(choice.best)
    #expect(heats[best].value ?? 0 >= heats[0].value ?? 1)
    #expect(try info().contains("chosen of"))
    let again = try train("--most-factors", "32", "--threads", "2", "--factors", "auto").events
    #expect(again.filter { $0.event == "heat" }.map(\.value) == heats.map(\.value))
  }

  @Test func aRuleNeedsNoRace() throws {
    let found = try train("--choose", "formula")
    #expect(!found.events.contains { $0.event == "heat" || $0.event == "choice" })
    #expect(try info().contains("64"))
  }

  @Test func whatIsGivenIsNotChosen() throws {
    let given = ["--factors", "8", "--regularization", "0.01", "--unobserved-weight", "0.1"]
    let result = try Program.run(
      ["train", data, "--output", folder.path("m"), "--choose", "none", "--progress", "none"] + given)
    #expect(result.status == 0, "\(result.errors)")
    let missing = try Program.run(
      ["train", data, "--output", folder.path("m"), "--choose", "none"] + given.dropLast(2))
    #expect(missing.status == 64, "\(missing.errors)")
    #expect(missing.errors.contains("not all is given"))
    for options in [["--factors", "many"], ["--most-factors", "0"], ["--choose", "guess"]] {
      #expect(try Program.run(["train", data, "--output", folder.path("m")] + options).status == 64)
    }
  }

  @Test func aRefitHasTheSameChoice() throws {
    let found = try train("--most-factors", "16", "--validation", "0.1", "--refit", "--iterations", "4")
    #expect(found.events.filter { $0.event == "choice" }.count == 1)
    #expect(found.errors.contains("trained anew on everything"))
  }
}
