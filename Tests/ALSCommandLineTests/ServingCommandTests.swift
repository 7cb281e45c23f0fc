import ALSTestSupport
import Foundation
import Testing

/// Filters, explanations, exports and imports, as a user runs them.
@Suite struct ServingCommandTests {
  private let folder: Scratch, data: String, model: String

  init() throws {
    (folder, data, model) = try purchases()
    let result = try Program.run("train", data, "--output", model, "--factors", "3")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func rows(_ arguments: String...) throws -> [[String]] {
    let result = try Program.run(arguments + ["--format", "csv"])
    #expect(result.status == 0, "\(result.errors)")
    return result.outputLines.dropFirst().filter { !$0.isEmpty }.map { $0.split(separator: ",").map(String.init) }
  }

  @Test func filtersNarrowWhatIsRecommended() throws {
    let few = try folder.write("few.txt", "P1\nP2\nP9\n")
    let all = try rows("recommend", model, "--user", "101", "--count", "16")
    let chosen = try rows("recommend", model, "--user", "101", "--candidates", few)
    #expect(chosen.map { $0[2] } == all.map { $0[2] }.filter { ["P1", "P2", "P9"].contains($0) })
    let high = try rows("recommend", model, "--user", "101", "--count", "16", "--minimum-score", "0.3")
    #expect(high.map { $0[2] } == all.filter { (Double($0[3]) ?? 0) >= 0.3 }.map { $0[2] })
    #expect(!high.isEmpty && high.count < 16)
    let lowered = try rows("recommend", model, "--user", "101", "--count", "16", "--popularity-penalty", "0.5")
    #expect(zip(lowered.compactMap { Double($0[3]) }, all.compactMap { Double($0[3]) }).allSatisfy { $0 < $1 })
    let varied = try rows("recommend", model, "--user", "101", "--count", "16", "--diversity", "0.9")
    #expect(varied.map { $0[2] } != all.map { $0[2] } && Set(varied.map { $0[2] }) == Set(all.map { $0[2] }))
    let alike = try rows(
      "similar", model, "--item", "P1", "--candidates", few, "--measure", "inner-product", "--minimum-score", "-9")
    #expect(Set(alike.map { $0[2] }) == ["P2", "P9"])
    #expect(try Program.run("recommend", model, "--user", "101", "--diversity", "2").status == 64)
  }

  @Test func unknownUsersGetWhatWasChosen() throws {
    let refused = try Program.run("recommend", model, "--user", "101", "--user", "new")
    #expect(refused.status == 65 && refused.output.isEmpty && refused.errors.contains("user new is not in the model"))
    #expect(try rows("recommend", model, "--user", "new", "--cold-start", "empty").isEmpty)
    let popular = try rows("recommend", model, "--user", "new", "--cold-start", "popular", "--count", "4")
    #expect(popular.count == 4 && popular.allSatisfy { $0[0] == "new" })
  }

  @Test func explanationsAddUp() throws {
    let parts = try rows("explain", model, "--user", "101", "--item", "P3", "--interactions", data, "--count", "3")
    #expect(parts.map { $0[0] } == ["interaction", "interaction", "interaction", "others", "score"])
    let numbers = parts.compactMap { $0.last.flatMap(Double.init) }
    #expect(abs(numbers.dropLast().reduce(0, +) - (numbers.last ?? 0)) < 1e-5)
    let score = try rows("recommend", model, "--user", "101", "--count", "16").first { $0[2] == "P3" }
    #expect(abs((score.flatMap { Double($0[3]) } ?? 0) - (numbers.last ?? 9)) < 1e-3)
    let nobody = try Program.run("explain", model, "--user", "x", "--item", "P3", "--interactions", data)
    #expect(nobody.status == 65 && nobody.errorLines.count == 1)
  }

  @Test func exportsAreImported() throws {
    let names = ["u.npy", "i.npy", "u.txt", "i.txt"].map(folder.path)
    let export = try Program.run(
      "export", model, "--users", names[0], "--items", names[1], "--user-ids", names[2], "--item-ids", names[3])
    #expect(export.status == 0 && export.output.isEmpty, "\(export.errors)")
    let copy = folder.path("copy.safetensors")
    let result = try Program.run(
      "import", "--user-factors", names[0], "--item-factors", names[1], "--user-ids", names[2], "--item-ids", names[3],
      "--output", copy)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try rows("recommend", copy, "--all") == rows("recommend", model, "--all"))
    #expect(try Program.run("export", model).status == 64)
    #expect(try Program.run("import", "--output", copy).status == 64)
    #expect(try Program.run("import", data, "--output", copy).status == 65)
  }
}
