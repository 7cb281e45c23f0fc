import ALS
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

  @Test func whatIsTrueOfItemsChoosesThem() throws {
    let catalogue = folder.path("products.csv")
    let lines = (0..<12).map { "\($0),P\($0),\($0 % 2 == 0 ? "toys" : "books")" }
    try (["stock,sku,category"] + lines).joined(separator: "\n").write(
      toFile: catalogue, atomically: true, encoding: .utf8)
    let options = ["--items", catalogue, "--items-column", "sku", "--where"]
    let chosen = try Program.run(
      ["recommend", model, "--user", "101", "--count", "16", "--format", "csv"] + options
        + ["category = toys and stock >= 4"])
    #expect(chosen.status == 0 && chosen.errors.contains("12 items; numbers: stock; texts: category; 4 of the model's"))
    #expect(
      Set(chosen.outputLines.dropFirst().filter { !$0.isEmpty }.map { $0.split(separator: ",")[2] }) == [
        "P4", "P6", "P8", "P10",
      ])
    let alike = try Program.run(
      ["similar", model, "--item", "P1", "--format", "csv"] + options + ["stock in (4, 5)"])
    #expect(
      alike.status == 0
        && alike.outputLines.dropFirst().allSatisfy { $0.isEmpty || $0.contains(",P4,") || $0.contains(",P5,") })
    for (arguments, status, reason) in [
      (
        ["recommend", model, "--user", "101"] + options + ["stock = "], 64,
        "--where: predicate, character 9: a value is missing"
      ),
      (["recommend", model, "--user", "101"] + options + ["stok = 1"], 64, "character 1: there is no column stok"),
      (["recommend", model, "--user", "101", "--items", catalogue], 64, "go together"),
      (["similar", model, "--user", "101"] + options + ["stock = 1"], 64, "are for --item"),
    ] {
      let result = try Program.run(arguments)
      #expect(result.status == status && result.errors.contains(reason) && result.output.isEmpty, "\(result.errors)")
    }
  }

  /// Users for items have the scores that items have for users.
  @Test func usersAreFoundForItems() throws {
    let catalogue = try folder.write("sizes.csv", "item,size\nP1,1\nP3,3\nP5,5\n")
    let scores = try rows("recommend", model, "--all", "--count", "100", "--include-seen")
    let all = try rows("recommend", model, "--for-items", "--count", "100", "--include-seen")
    #expect(Set(all.map { [$0[2], $0[0], $0[3]] }) == Set(scores.map { [$0[0], $0[2], $0[3]] }))
    #expect(Set(all.filter { $0[1] == "1" }.map { $0[0] }).count == Set(scores.map { $0[2] }).count)
    let some = try rows(
      "recommend", model, "--for-items", "--item", "P3", "--item", "P1", "--count", "2", "--exclude", data)
    #expect(some.map { [$0[0], $0[1]] } == [["P3", "1"], ["P3", "2"], ["P1", "1"], ["P1", "2"]])
    let bought = try String(contentsOfFile: data, encoding: .utf8)
    #expect(some.allSatisfy { !bought.contains("\n\($0[2]),\($0[0]),") })
    let users = try folder.write("users.txt", "101\n103\n")
    let chosen = try rows(
      "recommend", model, "--for-items", "--items", catalogue, "--where", "size > 2", "--candidates", users,
      "--include-seen", "--titles", catalogue)
    #expect(chosen.map { $0[0] } == ["P3", "P3", "P5", "P5"] && Set(chosen.map { $0[3] }) == ["101", "103"])
    #expect(chosen.allSatisfy { $0[1] == $0[0].dropFirst() })
    let json = try Program.run("recommend", model, "--for-items", "--item", "P3", "--format", "json", "--include-seen")
    #expect(json.output.hasPrefix(#"{"item":"P3","rank":1,"user":""#))
    let table = try Program.run("recommend", model, "--for-items", "--item", "P3")
    #expect(table.status == 0 && table.errors.contains("users may be found for what they have"))
    for arguments in [
      ["--item", "P3", "--all"], ["--for-items", "--user", "101"], ["--for-items", "--diversity", "0.1"],
      ["--for-items", "--item", "P1", "--items", catalogue, "--where", "size > 2"],
    ] {
      #expect(try Program.run(["recommend", model] + arguments).status == 64)
    }
    let unknown = try Program.run("recommend", model, "--for-items", "--item", "P3", "--item", "P99")
    #expect(unknown.status == 65 && unknown.output.isEmpty && unknown.errors.contains("item P99 is not in the model"))
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
    let spark = try Program.run(
      "import", "--user-factors", names[0], "--item-factors", names[1], "--alpha", "40", "--regularization", "0.1",
      "--regularization-exponent", "1", "--regularization-basis", "entries", "--dislikes", "zero", "--output", copy)
    #expect(spark.status == 0, "\(spark.errors)")
    let loss = try #require(ImplicitALS(FactorModel(contentsOf: copy).configuration))
    #expect(loss.objective == .hkv && loss.confidence == .linear && loss.alpha == 40 && loss.regularization == 0.1)
    #expect(loss.regularizationBasis == .entries && loss.dislikes == .zero)
    let ratings = try Program.run(
      "import", "--user-factors", names[0], "--item-factors", names[1], "--feedback", "explicit", "--no-bias",
      "--no-mean",
      "--regularization", "0.1", "--output", copy)
    #expect(try ratings.status == 0 && FactorModel(contentsOf: copy).configuration.predictsRatings, "\(ratings.errors)")
    #expect(
      try Program.run(
        "import", "--user-factors", names[0], "--item-factors", names[1], "--factors", "3", "--output", copy
      ).status == 64)
    #expect(try Program.run("export", model).status == 64)
    #expect(try Program.run("import", "--output", copy).status == 64)
    #expect(try Program.run("import", data, "--output", copy).status == 65)
  }
}
