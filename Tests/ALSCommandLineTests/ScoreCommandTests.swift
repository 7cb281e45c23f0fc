import ALSTestSupport
import Foundation
import Testing

/// `als score`, `als compare`, `als update` and `als recommend --history`, as a user runs them.
@Suite struct ScoreCommandTests {
  private let folder: Scratch
  private let (data, model): (String, String)

  init() throws {
    folder = try Scratch()
    data = try folder.write("data.csv", samplePurchases())
    model = folder.path("m.safetensors")
    let result = try Program.run("train", data, "--output", model, "--factors", "3", "--remember-seen")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func rows(_ arguments: String...) throws -> [[String]] {
    let result = try Program.run(arguments + ["--format", "csv"])
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func pairsAreScoredInTheirOrder() throws {
    let best = try rows("recommend", model, "--user", "101", "--user", "104", "--count", "16", "--include-seen")
    let expected = Dictionary(uniqueKeysWithValues: best.dropFirst().map { ("\($0[0]) \($0[2])", ($0[1], $0[3])) })
    let pairs = try folder.write("pairs.csv", "user,item\n104,P3\n101,P1\n104,P2\n101,P1\nnew,P1\n101,nothing\n")
    let scored = try rows("score", model, pairs, "--rank")
    #expect(scored[0] == ["user", "item", "score", "rank"])
    #expect(
      scored.dropFirst().map { "\($0[0]) \($0[1])" }
        == ["104 P3", "101 P1", "104 P2", "101 P1", "new P1", "101 nothing"])
    for row in scored[1...4] {
      let (rank, score) = try #require(expected["\(row[0]) \(row[1])"])
      #expect(row[3] == rank && row[2] == score)
    }
    #expect(scored[5][2...] == ["", ""] && scored[6][2...] == ["", ""])
    let plain = try rows("score", model, pairs)
    #expect(plain.map { Array($0.prefix(3)) } == scored.map { Array($0.prefix(3)) } && plain[0].count == 3)
    let unsure = try rows("score", model, pairs, "--interactions", data)
    #expect(unsure[0].last == "deviation" && (Double(unsure[1][3]) ?? 0) > 0 && unsure[5][3].isEmpty)
    let json = try Program.run("score", model, pairs, "--format", "json")
    #expect(json.output.hasPrefix(#"{"user":"104","item":"P3","score":"#) && json.errors.contains("2 of 6 pairs"))
    let strange = try folder.write("strange.csv", "user,item\na,b\n")
    let refused = try Program.run("score", model, strange)
    #expect(refused.status == 65 && refused.output.isEmpty && refused.errors.contains("none of the pairs"))
  }

  @Test func modelsAreCompared() throws {
    let (training, test) = (folder.path("train.csv"), folder.path("test.csv"))
    #expect(try Program.run("split", data, "--training", training, "--test", test).status == 0)
    for (name, factors) in [("a", "2"), ("b", "1")] {
      let run = try Program.run("train", training, "-o", folder.path(name), "--factors", factors, "--iterations", "3")
      #expect(run.status == 0, "\(run.errors)")
    }
    let (a, b) = (folder.path("a"), folder.path("b"))
    let options = ["--exclude", training, "--metrics", "ndcg@3,recall@3,coverage@3"]
    let compared = try Program.run(["compare", a, b, test, "--format", "csv"] + options)
    #expect(compared.status == 0, "\(compared.errors)")
    let lines = compared.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines[0] == ["metric", "users", "model", "other", "difference", "low", "high", "p"])
    for (path, column) in [(a, 2), (b, 3)] {
      let own = try Program.run(["evaluate", path, test, "--format", "csv", "--resamples", "0"] + options)
      let values = own.output.split(separator: "\n").dropFirst().map { Double($0.split(separator: ",")[1]) ?? -1 }
      for (line, value) in zip(lines.dropFirst(), values) {
        #expect(abs((Double(line[column]) ?? -9) - value) < 1e-12, "\(line)")
      }
    }
    #expect(lines[3][5...] == ["", "", ""] && lines[3][1] == "" && !lines[3][4].isEmpty)
    for line in lines[1...2] {
      let numbers = line.dropFirst().compactMap { Double($0) }
      #expect(numbers.count == 7 && numbers[4] <= numbers[3] && numbers[3] <= numbers[5] && numbers[6] <= 1)
    }
    let short = try rows("compare", a, b, test, "--exclude", training, "--resamples", "0")
    #expect(short[0] == ["metric", "users", "model", "other", "difference"])
    #expect(try Program.run("compare", a, b, test, "--metrics", "rmse").status == 64)
    #expect(try Program.run("compare", a, b, test, "--metrics", "novelty@3").status == 64)
  }

  @Test func newUsersAndItemsAreAdded() throws {
    let updated = folder.path("u.safetensors")
    var new = "customer,product,quantity\nnew,P1,2\nnew,P3,1\nnew,N1,1\n101,N1,3\n101,P2,1\nother,N2,1\nother,N1,1\n"
    let today = try folder.write("today.csv", new)
    let run = try Program.run("update", model, today, "--output", updated)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("2 users and 2 items added, 0 known users solved anew"))
    #expect(run.errors.contains("warning: 1 known users keep their factors"))
    // Known users and items stay; new ones have what they have, and get what is like it.
    let all = ["--count", "16", "--include-seen"]
    func lists(_ model: String, _ user: String) throws -> [[String]] {
      try Program.run(["recommend", model, "--user", user, "--format", "csv"] + all).output
        .split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    }
    let (before, after) = (try lists(model, "103"), try lists(updated, "103").filter { !$0[2].hasPrefix("N") })
    #expect(before.map { $0[2...] }.prefix(9) == after.map { $0[2...] }.prefix(9))
    #expect(
      try rows("recommend", updated, "--user", "new").dropFirst().allSatisfy { !["P1", "P3", "N1"].contains($0[2]) })
    #expect(try (Double(rows("score", updated, today)[1][2]) ?? 0) > 0.1)
    // With all that is known, 101 is solved anew.
    let whole = try Program.run("update", model, today, "--previous", data, "--output", updated)
    #expect(whole.status == 0 && whole.errors.contains("1 known users solved anew"), "\(whole.errors)")
    new += samplePurchases().split(separator: "\n").filter { $0.hasPrefix("101,") }
      .map { $0.split(separator: ",").prefix(3).joined(separator: ",") + "\n" }.joined()
    let complete = try folder.write("complete.csv", new)
    let again = folder.path("again.safetensors")
    #expect(try Program.run("update", model, complete, "--complete", "--output", again).status == 0)
    #expect(try rows("recommend", again, "--all") == rows("recommend", updated, "--all"))
    let refit = try Program.run("update", model, today, "--previous", data, "--refit", "2", "--output", again)
    #expect(refit.status == 0 && refit.errors.contains("2 iterations of training on 26 users"), "\(refit.errors)")
    #expect(
      try rows("recommend", again, "--user", "new").dropFirst().allSatisfy { !["P1", "P3", "N1"].contains($0[2]) })
    let strange = try folder.write("strange.csv", "customer,product,quantity\nnobody,Z,2\n")
    let apart = try Program.run("update", model, strange, "--output", again)
    #expect(apart.status == 0 && apart.errors.contains("1 users have no factors"), "\(apart.errors)")
    for wrong in [["--refit", "2"], ["--refit", "0", "--complete"], ["--complete", "--previous", data]] {
      #expect(try Program.run(["update", model, today, "--output", again] + wrong).status == 64)
    }
  }

  @Test func historiesAreFoldedIn() throws {
    let carts = try folder.write("carts.csv", "who,what,n\nx,P1,1\nx,P3,2\n101,P2,1\ny,P5,1\ny,gone,1\n")
    let found = try rows("recommend", model, "--history", carts, "--count", "3")
    #expect(Set(found.dropFirst().map { $0[0] }) == ["x", "y", "101"] && found.count == 10)
    #expect(found.dropFirst().allSatisfy { !["P1", "P3"].contains($0[2]) || $0[0] != "x" })
    // What 101 has in training is neither known nor left out: the file has all.
    #expect(
      try rows("recommend", model, "--history", carts, "--user", "101") != rows("recommend", model, "--user", "101"))
    let few = try folder.write("few.txt", "P1\nP2\nP9\n")
    let chosen = try rows("recommend", model, "--history", carts, "--user", "x", "--candidates", few)
    #expect(Set(chosen.dropFirst().map { $0[2] }) == ["P2", "P9"])
    let strangers = try folder.write("strangers.csv", "who,what,n\nz,gone,1\nx,P1,1\n")
    let refused = try Program.run("recommend", model, "--history", strangers)
    #expect(
      refused.status == 65 && refused.output.isEmpty && refused.errors.contains("user z has no item that the model"))
    let popular = try rows("recommend", model, "--history", strangers, "--cold-start", "popular", "--count", "2")
    #expect(popular.filter { $0[0] == "z" }.map { $0[4] } == ["popular", "popular"])
    #expect(popular.filter { $0[0] == "x" }.map { $0[4] } == ["personal", "personal"])
    let unknown = try Program.run("recommend", model, "--history", carts, "--user", "102")
    #expect(unknown.status == 65, "\(unknown.errors)")
  }
}
