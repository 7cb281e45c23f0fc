import ALSTestSupport
import Foundation
import Testing

/// `train --remember-seen`, and what `recommend` leaves out.
@Suite struct RememberCommandTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  private func pairs(_ csv: String) -> Set<String> {
    Set(csv.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }.map { "\($0[0]),\($0[2])" })
  }

  @Test func whatUsersHaveIsLeftOut() throws {
    let data = try folder.write("data.csv", samplePurchases())
    let bought = Set(
      samplePurchases().split(separator: "\n").dropFirst().map { line in
        line.split(separator: ",").prefix(2).joined(separator: ",")
      })
    let (plain, remembering) = (folder.path("plain"), folder.path("remembering"))
    #expect(try Program.run("train", data, "--factors", "3", "--output", plain).status == 0)
    for validation in [[], ["--validation", "0.2"], ["--validation", "0.2", "--refit"]] {
      let trained = try Program.run(
        ["train", data, "--factors", "3", "--iterations", "3", "--output", remembering, "--remember-seen"] + validation)
      #expect(trained.status == 0, "\(trained.errors)")
      let all = ["recommend", remembering, "--all", "--count", "16", "--format", "csv"]
      let result = try Program.run(all)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      #expect(pairs(result.output).isDisjoint(with: bought))
      #expect(pairs(result.output).count == 24 * 16 - bought.count)
      // The file adds to what is remembered, unless that is switched off.
      let more = try folder.write("more.csv", "customer,product\n100,P1\n")
      let both = try Program.run(all + ["--exclude", more])
      #expect(both.status == 0 && pairs(both.output) == pairs(result.output).subtracting(["100,P1"]))
      let everything = try Program.run(all + ["--include-seen"])
      #expect(everything.status == 0 && everything.errors.isEmpty && pairs(everything.output).count == 24 * 16)
      let file = try Program.run(all + ["--include-seen", "--exclude", more])
      #expect(pairs(file.output) == pairs(everything.output).subtracting(["100,P1"]))
    }
    #expect(try Program.run("info", remembering).output.contains(/remembers what users have +yes/))
    #expect(try Program.run("info", plain).output.contains(/remembers what users have +no/))
  }

  @Test func withoutEitherThereIsAWarning() throws {
    let data = try folder.write("data.csv", samplePurchases())
    let model = folder.path("model")
    #expect(try Program.run("train", data, "--factors", "3", "--output", model).status == 0)
    let warned = try Program.run("recommend", model, "--user", "101")
    #expect(warned.status == 0 && warned.errorLines.count == 1)
    for part in ["warning", "--exclude", "--remember-seen", "--include-seen"] { #expect(warned.errors.contains(part)) }
    #expect(try Program.run("recommend", model, "--user", "101", "--exclude", data).errors.isEmpty)
    #expect(try Program.run("recommend", model, "--user", "101", "--include-seen").errors.isEmpty)
  }

  @Test func tunedModelsRemember() throws {
    let data = try folder.write("data.csv", samplePurchases())
    let model = folder.path("model")
    let tuned = try Program.run(
      "tune", data, "--trials", "1", "--factors", "2", "--iterations", "2", "--output", model, "--remember-seen")
    #expect(tuned.status == 0, "\(tuned.errors)")
    #expect(try Program.run("recommend", model, "--user", "101").errors.isEmpty)
  }
}
