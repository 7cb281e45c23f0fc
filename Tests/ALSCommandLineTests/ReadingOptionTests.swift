import ALSTestSupport
import Foundation
import Testing

/// What commands make of values and times.
@Suite struct ReadingOptionTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  private func run(_ arguments: String...) throws -> Program.Result {
    let result = try Program.run(arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
    return result
  }

  @Test func convertKeepsTimes() throws {
    let (data, compiled) = (try folder.write("data.csv", samplePurchases()), folder.path("data.als"))
    let result = try run("convert", data, "--output", compiled)
    #expect(result.errors.contains("time=timestamp") && result.errors.contains("interactions, with times"))
    let (training, test) = (folder.path("a.als"), folder.path("b.als"))
    _ = try run("split", compiled, "--method", "last", "--training", training, "--test", test)
    let without = try run("convert", data, "--output", compiled, "--no-times")
    #expect(!without.errors.contains("time=") && without.errors.contains("without times"))
    let refused = try Program.run(
      "split", compiled, "--method", "last", "--training", training, "--test", test)
    #expect(refused.status == 65 && refused.errors.contains("without times"))
    #expect(try Program.run("convert", data, "--output", compiled, "--no-times", "--time-column", "4").status == 64)
    #expect(try Program.run("convert", data, "--output", folder.path("x.npz"), "--time-column", "4").status == 64)
    // Dates that are not understood are no reason not to convert.
    let other = try folder.write("other.csv", "user,item,quantity,date\n1,2,3,12/1/2010 8:26\n")
    #expect(try run("convert", other, "--output", compiled).errors.contains("without times"))
  }

  /// Lines have the times that the compiled form has: of each pair, the latest.
  @Test(arguments: ["sum", "last", "max"])
  func linesKeepTimes(duplicates: String) throws {
    let data = try folder.write(
      "data.csv", "user,item,value,time\n2,b,1,50\n1,a,2,30.5\n2,a,4,7\n1,a,1,10\n2,b,9,40\n1,c,1,2\n")
    let compiled = folder.path("data.als")
    let expected = [
      "sum": ["1,a,3,30.5", "1,c,1,2", "2,a,4,7", "2,b,10,50"],
      "last": ["1,a,1,30.5", "1,c,1,2", "2,a,4,7", "2,b,9,50"],
      "max": ["1,a,2,30.5", "1,c,1,2", "2,a,4,7", "2,b,9,50"],
    ]
    let lines = ["user,item,value,time"] + (expected[duplicates] ?? [])
    _ = try run("convert", data, "--output", compiled, "--duplicates", duplicates)
    for input in [data, compiled] {
      func converted(_ options: String...) throws -> [String] {
        let result = try Program.run(
          ["convert", input, "--output", "-", "--duplicates", duplicates, "--to", "csv"] + options)
        #expect(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map(String.init)
      }
      #expect(try converted() == lines)
      #expect(try converted("--minimum-value", "3") == lines.filter { !$0.contains(",1,") && !$0.contains("a,2,") })
      #expect(
        try converted("--no-times")
          == lines.map { $0.split(separator: ",").prefix(3).joined(separator: ",") })
    }
    _ = try run(
      "convert", data, "--output", folder.path("data.tsv"), "--duplicates", duplicates, "--time-column", "time")
    #expect(try folder.text("data.tsv") == lines.joined(separator: "\n").replacing(",", with: "\t") + "\n")
  }

  @Test func unusedValuesAreSpokenOf() throws {
    let purchases = try folder.write("p.csv", samplePurchases())
    var text = "user,item,rating\n"
    for user in 0..<20 { for item in 0..<10 { text += "\(user),\(item),\(5 - (user * item) % 5)\n" } }
    let ratings = try folder.write("r.csv", text)
    func errors(_ data: String, _ options: String...) throws -> String {
      let result = try Program.run(
        ["train", data, "-o", folder.path("m"), "--factors", "2", "--iterations", "2"] + options)
      #expect(result.status == 0, "\(result.errors)")
      return result.errors
    }
    let counts = try errors(purchases)
    #expect(counts.contains("values are not used") && counts.contains("--confidence linear"))
    #expect(!counts.contains("--feedback explicit"))
    let stars = try errors(ratings)
    #expect(stars.contains("values are not used") && stars.contains("--feedback explicit"))
    #expect(stars.contains("--minimum-value 4 "))
    for used in [
      try errors(ratings, "--feedback", "explicit"), try errors(purchases, "--confidence", "log"),
      try errors(try folder.write("ones.csv", "1,2\n1,3\n2,2\n")),
    ] { #expect(!used.contains("not used")) }
  }

  @Test func minimumValueHoldsForEveryCommand() throws {
    let lines = samplePurchases().split(separator: "\n")
    let kept = lines.dropFirst().filter { (Int($0.split(separator: ",")[2]) ?? 0) >= 2 }
    let removed = lines.count - 1 - kept.count
    let said = "\(removed) pairs with values below 2.0 were left out"
    let all = try folder.write("all.csv", samplePurchases())
    let rest = try folder.write("rest.csv", ([lines[0]] + kept).joined(separator: "\n") + "\n")
    let (a, b) = (folder.path("a.safetensors"), folder.path("b.safetensors"))
    func lists(_ model: String, _ options: String...) throws -> String {
      try Program.run(["recommend", model, "--all", "--format", "csv"] + options).output
    }
    #expect(
      try run("train", all, "--minimum-value", "2", "-o", a, "--factors", "3").errors.contains(said))
    _ = try run("train", rest, "-o", b, "--factors", "3")
    #expect(try lists(a) == lists(b))
    #expect(try lists(a, "--exclude", all, "--minimum-value", "2") == lists(b, "--exclude", rest))
    // Compiled before, or left out while compiling.
    let (compiled, part) = (folder.path("all.als"), folder.path("part.als"))
    _ = try run("convert", all, "--output", compiled)
    #expect(try run("convert", all, "--output", part, "--minimum-value", "2").errors.contains(said))
    for input in [[compiled, "--minimum-value", "2"], [part]] {
      #expect(try Program.run(["train"] + input + ["-o", a, "--factors", "3"]).status == 0)
      #expect(try lists(a) == lists(b))
    }
    #expect(try run("convert", all, "--output", folder.path("p.npz"), "--minimum-value", "2").errors.contains(said))

    let facts = try run("info", all, "--minimum-value", "2", "--format", "csv")
    #expect(facts.outputLines.contains("interactions,\(kept.count)") && facts.errors.contains(said))
    #expect(facts.outputLines.contains("smallest value,3.0"))
    let (training, test) = (folder.path("t.csv"), folder.path("v.csv"))
    let split = try run("split", all, "--minimum-value", "2", "--training", training, "--test", test)
    #expect(split.errors.contains("\(removed) rows with values below 2.0 were left out"))
    let parts = try [training, test].flatMap {
      try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n").dropFirst()
    }
    #expect(parts.sorted() == kept.sorted())
    #expect(
      try run("evaluate", b, all, "--minimum-value", "2", "--metrics", "auc").errors.contains(said))
    let tuned = try run("tune", all, "--minimum-value", "2", "--trials", "1", "--factors", "2")
    #expect(tuned.errors.contains(said) && tuned.output.contains(" --minimum-value 2.0 "))
    #expect(
      try run("explain", b, "--user", "101", "--item", "P3", "--interactions", all, "--minimum-value", "2").errors
        .contains(said))

    let nothing = try Program.run("train", all, "--minimum-value", "99", "-o", a)
    #expect(nothing.status == 65 && nothing.errorLines.count == 1, "\(nothing.errors)")
    #expect(nothing.errors.contains("all.csv: the values of all "))
    #expect(try Program.run("train", all, "--minimum-value", "nan", "-o", a).status == 64)
  }

  /// Several files, and those of a pattern, train what one file with their lines does, to the byte.
  @Test func severalInputsAreOne() throws {
    let (folder, data, model) = try purchases()
    let lines = try String(contentsOfFile: data, encoding: .utf8).split(separator: "\n")
    let bounds = [1, 60, 120, lines.count]
    for part in 0..<3 {
      _ = try folder.write(
        "part-\(part).csv",
        (lines[..<1] + lines[bounds[part]..<bounds[part + 1]]).joined(separator: "\n") + "\n")
    }
    let parts = (0..<3).map { folder.path("part-\($0).csv") }
    func factors(_ inputs: [String]) throws -> [[String]] {
      let result = try Program.run(["train"] + inputs + ["--output", model, "--factors", "3", "--iterations", "3"])
      #expect(result.status == 0, "\(result.errors)")
      for input in inputs where input.contains("part-1") { #expect(result.errors.contains("\(input): 60 rows")) }
      return try Program.run("recommend", model, "--all", "--include-seen", "--format", "csv").outputLines.map { [$0] }
    }
    let expected = try factors([data])
    #expect(try factors(parts) == expected)
    #expect(try factors([folder.path("part-*.csv")]) == expected)
    #expect(try factors([folder.path("part-[01].csv"), parts[2]]) == expected)
    func tuned(_ inputs: [String]) throws -> String {
      let result = try Program.run(["tune"] + inputs + ["--trials", "2", "--factors", "3"])
      #expect(result.status == 0, "\(result.errors)")
      return try #require(result.outputLines.last)
    }
    let pattern = folder.path("part-*.csv")
    #expect(try tuned([pattern]) == tuned([data]).replacingOccurrences(of: data, with: "'\(pattern)'"))
    for form in ["als", "csv", "npz"] {
      let whole = folder.path("whole.\(form)")
      let converted = try Program.run("convert", pattern, "--output", whole)
      #expect(converted.status == 0 && converted.errors.contains("\(parts[1]): 60 rows"), "\(converted.errors)")
      if form != "npz" { #expect(try factors([whole]) == expected) }
    }
    // More files than may be open at once.
    for (row, line) in lines[1...].enumerated() {
      _ = try folder.write("row-\(1000 + row).csv", "\(lines[0])\n\(line)\n")
    }
    let all = folder.path("all.als")
    let many = try Program.shell(
      "ulimit -n 48; exec \"$0\" \"$@\"", ["convert", folder.path("row-*.csv"), "--output", all])
    #expect(many.status == 0, "\(many.errors)")
    #expect(try factors([all]) == expected)
    let own = try Program.run("convert", pattern, "--output", parts[1])
    #expect(own.status == 64 && own.errors.contains("would overwrite"), "\(own.errors)")
    let plan = try Program.run(["train"] + parts + ["--output", model, "--factors", "3", "--dry-run"])
    #expect(plan.status == 0 && plan.errors.contains("\(parts[2]): \(lines.count - 120) rows"), "\(plan.errors)")
    let bad = try folder.write("part-3.csv", "customer,product,quantity,timestamp\n1,P1,x,3\n")
    for (inputs, status, reason) in [
      ([folder.path("part-*.csv")], 65, "\(bad): line 2: "),
      ([folder.path("none-*.csv")], 66, "no file has such a name"),
      ([parts[0], folder.path("part-[0].csv")], 64, "is named twice"), ([data, model], 64, "would overwrite"),
    ] as [([String], Int32, String)] {
      let result = try Program.run(["train"] + inputs + ["--output", model])
      #expect(result.status == status && result.errors.contains(reason), "\(result.errors)")
    }
  }
}
