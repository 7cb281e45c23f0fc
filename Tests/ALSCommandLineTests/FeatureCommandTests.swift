import ALSTestSupport
import Foundation
import Testing

/// Features of customers and products from files, as a user runs it.
@Suite struct FeatureCommandTests {
  private let folder: Scratch
  private let data, items, users, model: String

  init() throws {
    (folder, data, model) = try purchases()
    items = try folder.write(
      "items.csv", "item,attribute\n" + (0..<20).map { "P\($0),\($0 % 2 == 0 ? "even" : "odd")\n" }.joined())
    users = try folder.write(
      "users.csv",
      "user;parity;age;\n" + (0..<23).map { "\(100 + $0);\($0 % 2 == 0 ? "E" : "O");\(20 + $0);x\n" }.joined())
    let result = try Program.run(
      "train", data, "--item-features", items, "--user-features", users, "--factors", "3", "--choose", "formula",
      "--output",
      model, "--remember-seen")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("items.csv: 20 items, 2 features\n"))
    #expect(result.errors.contains("23 users, 3 features; 23 values of no named attribute were left out"))
    #expect(result.errors.contains("1 of 24 users have no features"))
    #expect(result.errors.contains("4 items have features alone"))
  }

  private func rows(_ arguments: String...) throws -> [[String]] {
    let result = try Program.run(arguments + ["--format", "csv"])
    #expect(result.status == 0, "\(result.errors)")
    return result.outputLines.dropFirst().filter { !$0.isEmpty }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test func coldOnesGoThroughEveryDoor() throws {
    let even = try rows("recommend", model, "--user", "102", "--count", "20")
    #expect(Set(even.map { $0[2] }).isSuperset(of: ["P16", "P18"]))
    let new = try folder.write("new.csv", "user,parity,age\nnew,O,30\nother,E,31\n")
    let offers = try rows("recommend", model, "--user-features", new, "--count", "10")
    #expect(offers.count == 20 && Set(offers.map { $0[0] }) == ["new", "other"])
    let odd = offers.filter { $0[0] == "new" }.prefix(8).map { $0[2] }
    #expect(odd.allSatisfy { Int($0.dropFirst()).map { $0 % 2 == 1 } == true }, "\(odd)")
    let history = try folder.write("history.csv", "customer,product,quantity\nnew,P1,2\nnew,P4,1\nthird,P2,3\n")
    let moved = try rows("recommend", model, "--user-features", new, "--history", history, "--count", "20")
    #expect(Set(moved.map { $0[0] }) == ["new", "other", "third"])
    #expect(!moved.contains { $0[0] == "new" && ["P1", "P4"].contains($0[2]) })

    // Either file alone, and those that are named of both.
    #expect(
      try rows("recommend", model, "--user-features", new, "--history", history, "--user", "third", "--count", "20")
        == moved.filter { $0[0] == "third" })
    #expect(
      try rows("recommend", model, "--history", history, "--user", "third", "--count", "20")
        == moved.filter { $0[0] == "third" })
    // What the model knows of the features of 101 counts beside a history of which it knows nothing.
    let gone = try folder.write("gone.csv", "customer,product\n101,gone\n")
    #expect(
      try rows("recommend", model, "--history", gone, "--count", "4").map { $0[2] }
        == rows("recommend", model, "--user-features", users, "--user", "101", "--count", "4").map { $0[2] })

    let products = try folder.write("products.csv", "X1,odd\nX2,even\nX2,green\n")
    let more = try Program.run(
      "recommend", model, "--user", "101", "--item-features", products, "--count", "30", "--format", "csv")
    #expect(more.status == 0 && more.output.contains("X1") && more.output.contains("X2"))
    #expect(more.errors.contains("features that the model does not know have no part: green (1)"))
    let alike = try rows("similar", model, "--item", "X1", "--item-features", products, "--count", "3")
    #expect(alike.allSatisfy { Int($0[2].dropFirst()).map { $0 % 2 == 1 } == true })

    let why = try rows("explain", model, "--user", "101", "--item", "P17", "--interactions", data)
    let kinds = why.map { $0[0] }
    #expect(kinds.contains("user-feature") && kinds.last == "item-feature" && why.last?[1] == "odd")
    let score = try #require(kinds.firstIndex(of: "score"))
    let parts = why.map { $0.last.flatMap(Double.init) ?? 0 }
    #expect(abs(parts[..<score].reduce(0, +) - parts[score]) < 1e-4 && abs(parts[score + 1] - parts[score]) < 1e-4)
    let stranger = try rows("explain", model, "--user", "new", "--item", "P1", "--user-features", new)
    #expect(stranger.map { $0[0] } == ["user-feature", "user-feature", "score"])
  }

  /// Updates heed the features that a model has, and training on keeps them and all who have nothing else.
  @Test(arguments: [[], ["--refit", "2"]]) func updatesKeepFeatures(_ options: [String]) throws {
    let (today, updated) = (
      try folder.write("today.csv", "customer,product,quantity\nnew,P17,1\nnew,P3,1\n"),
      folder.path("updated.safetensors")
    )
    let result = try Program.run(["update", model, today, "--previous", data, "--output", updated] + options)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try rows("info", updated, "--features").count == 5)
    #expect(try rows("info", updated).contains(["items", "20"]))
    let offers = try rows("recommend", updated, "--user", "new", "--count", "30").map { $0[2] }
    #expect(offers.contains("P19") && !offers.contains("P17") && !offers.contains("P3"))
  }

  @Test func featuresAreListed() throws {
    let listed = try rows("info", model, "--features")
    #expect(Set(listed.map { $0[1] }) == ["even", "odd", "parity=E", "parity=O", "age"])
    #expect(listed.first { $0[1] == "even" }?[3] == "10")
    #expect(try rows("info", model).contains { $0 == ["item features", "2"] })
    let config = try Program.run("info", model, "--config")
    #expect(config.output.contains("feature-regularization"))
    let again = try Program.run(
      "train", data, "--config", folder.write("job.json", config.output), "--item-features", items, "--output",
      folder.path("again.safetensors"))
    #expect(again.status == 0, "\(again.errors)")
    #expect(!(try Program.run("info", data).output.contains("feature")))
  }

  @Test func mistakesAreNamed() throws {
    let plain = folder.path("plain.safetensors")
    #expect(try Program.run("train", data, "--factors", "3", "--choose", "formula", "--output", plain).status == 0)
    #expect(!(try Program.run("info", plain).output.contains("feature")))
    for arguments in [
      ["recommend", plain, "--user-features", users], ["similar", plain, "--item", "P1", "--item-features", items],
    ] {
      let result = try Program.run(arguments)
      #expect(result.status == 64 || result.status == 65)
      #expect(result.errors.contains("the model knows no features of"), "\(result.errors)")
    }
    let strange = try folder.write("strange.csv", "user,parity\nz,Q\n")
    let refused = try Program.run("recommend", model, "--user-features", strange)
    #expect(refused.status == 65 && refused.errors.contains("user z has no item and no feature that the model knows"))
    #expect(
      try rows("recommend", model, "--user-features", strange, "--cold-start", "popular", "--count", "2").count == 2)
    let dry = try Program.run("train", data, "--item-features", items, "--dry-run", "--output", plain)
    #expect(dry.status != 0 && dry.errors.contains("a plan does not count features"))
    let broken = try folder.write("broken.csv", "item,a,b\nP1,2\n")
    let wrong = try Program.run("train", data, "--item-features", broken, "--output", plain)
    #expect(wrong.status == 65 && wrong.errors.contains("broken.csv: line 2: 2 fields"))
  }

  @Test func interruptedTrainingsGoOn() throws {
    func train(_ output: String, _ options: String...) throws -> String {
      let path = folder.path(output)
      let result = try Program.run(
        [
          "train", data, "--item-features", items, "--validation", "0.2", "--refit", "--iterations", "5", "--factors",
          "3",
          "--choose", "formula", "--output", path,
        ] + options)
      #expect(result.status == 0, "\(result.errors)")
      return path
    }
    let whole = try rows("recommend", train("a.safetensors"), "--all", "--include-seen", "--count", "99")
    let other = try train("b.safetensors", "--checkpoint", folder.path("c"), "--threads", "1")
    #expect(try rows("recommend", other, "--all", "--include-seen", "--count", "99") == whole)
    #expect(whole.contains { $0[2] == "P16" })
  }
}
