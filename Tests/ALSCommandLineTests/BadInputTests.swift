import ALSTestSupport
import Foundation
import Testing

/// Whatever is wrong: one clear line at the end of standard error, the right exit code, and no output file.
@Suite struct BadInputTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  /// Runs `train` on `text` and expects it to fail.
  private func expectTrainingFails(
    _ text: String, _ options: [String] = [], status: Int32 = 65, saying parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let data = try folder.write("data.csv", text)
    let result = try Program.run(["train", data, "--output", folder.path("m.safetensors")] + options)
    #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    let last = result.errorLines.last ?? ""
    #expect(last.hasPrefix("als: "), "\(result.errors)", sourceLocation: sourceLocation)
    for part in parts { #expect(last.contains(part), "\(last)", sourceLocation: sourceLocation) }
    #expect(try folder.files == ["data.csv"], sourceLocation: sourceLocation)
  }

  @Test func missingFile() throws {
    for command in [
      ["train", folder.path("no.csv"), "--output", folder.path("m")], ["info", folder.path("no.csv")],
      ["evaluate", folder.path("no.csv"), folder.path("no.csv")],
      ["recommend", folder.path("no.csv"), "--user", "1"], ["similar", folder.path("no.csv"), "--item", "1"],
      ["split", folder.path("no.csv"), "--training", folder.path("a"), "--test", folder.path("b")],
    ] {
      let result = try Program.run(command)
      #expect(result.status == 66, "\(command)")
      #expect(result.errorLines.count == 1)
      #expect(result.errors.contains("no.csv: cannot be opened: No such file or directory"))
      #expect(try folder.files.isEmpty)
    }
  }

  @Test func directory() throws {
    let result = try Program.run("train", folder.url.path, "--output", folder.path("m"))
    #expect(result.status == 66)
    #expect(result.errors.contains("is a directory. Name a file in it."))
    #expect(try folder.files.isEmpty)
  }

  @Test func emptyFile() throws { try expectTrainingFails("", saying: ["data.csv: is empty"]) }

  @Test func headerOnly() throws {
    try expectTrainingFails("user,item,rating\n", saying: ["data.csv: has a header but no rows"])
  }

  @Test func valuesThatAreAllZero() throws {
    for options in [[], ["--feedback", "explicit"]] {
      try expectTrainingFails(
        "user,item,rating\n1,2,0\n2,3,0\n", options, saying: ["all values are 0", "--value-column"])
    }
  }

  @Test func rowsOfUnequalLength() throws {
    try expectTrainingFails(
      "ann tea milk\nbob tea\ncat tea milk rice\n", saying: ["data.csv: line 2: ", "--form lists"])
    try expectTrainingFails("1,2,3\n2,3,4,5\n", saying: ["data.csv: line 2: 4 fields, but the first line has 3"])
  }

  @Test func otherForms() throws {
    try expectTrainingFails("PAR1....", saying: ["data.csv: is a Parquet file", "duckdb"])
    try expectTrainingFails("{\"user\": 1}\n{\"user\": 2}\n", saying: ["data.csv: holds JSON", "duckdb"])
  }

  @Test func lineWithTooFewFields() throws {
    try expectTrainingFails("user,item,rating\n1,2,3\n\n4\n", saying: ["data.csv: line 4", "field"])
  }

  @Test func valueThatIsNoNumber() throws {
    try expectTrainingFails("user,item,rating\n1,2,3\n1,3,good\n", saying: ["data.csv: line 3", "good"])
  }

  @Test(arguments: ["NaN", "nan", "inf", "-Infinity", "1e999"])
  func valueThatIsNotFinite(_ value: String) throws {
    try expectTrainingFails("user,item,rating\n1,2,\(value)\n", saying: ["data.csv: line 2", value])
  }

  @Test func negativeWeightInImplicitMode() throws {
    let text = "user,item,count\nann,tea,3\nbob,rice,-1\n"
    try expectTrainingFails(text, saying: ["data.csv: user bob, item rice", "is negative", "explicit"])
    let data = try folder.write("data.csv", text)
    let explicit = try Program.run(
      "train", data, "--feedback", "explicit", "--factors", "1", "--output", folder.path("m"))
    #expect(explicit.status == 0, "\(explicit.errors)")
  }

  @Test func columnThatIsNotThere() throws {
    try expectTrainingFails(
      "user,item,rating\n1,2,3\n", ["--item-column", "movie"], saying: ["data.csv", "movie", "user, item, rating"])
    try expectTrainingFails("1,2,3\n", ["--user-column", "5"], saying: ["data.csv", "5"])
  }

  @Test func parametersOutOfRange() throws {
    let text = "1,2\n1,3\n"
    try expectTrainingFails(text, ["--factors", "0"], status: 64, saying: ["factors is 0", "1"])
    try expectTrainingFails(text, ["--iterations", "0"], status: 64, saying: ["iterations is 0"])
    try expectTrainingFails(text, ["--regularization", "nan"], status: 64, saying: ["regularization is nan"])
    try expectTrainingFails(
      text, ["--objective", "hkv", "--unobserved-weight", "2"], status: 64, saying: ["unobservedWeight is 2.0"])
  }

  @Test func optionsThatContradict() throws {
    let data = try folder.write("data.csv", "1,2,3\n")
    for options in [
      ["--feedback", "explicit", "--alpha", "3"], ["--no-bias"], ["--threads", "0"], ["--factors", "many"],
      ["--objective", "best"], ["--no-such-option"],
    ] {
      let result = try Program.run(["train", data, "--output", folder.path("m")] + options)
      #expect(result.status == 64, "\(options): \(result.errors)")
      #expect(try folder.files == ["data.csv"])
    }
    #expect(try Program.run("recommend", data).status == 64)
    #expect(try Program.run("recommend", data, "--all", "--user", "1").status == 64)
    #expect(try Program.run("similar", data, "--item", "1", "--user", "1").status == 64)
    #expect(try Program.run("split", "-", "--training", "a", "--test", "b").status == 64)
  }

  @Test func numbersBeyondTheArithmetic() throws {
    for options in [
      ["--alpha", "1e300"], ["--alpha", "nan"], ["--regularization", "1e300"], ["--unobserved-weight", "inf"],
      ["--confidence", "log", "--confidence-scale", "1e-310"],
    ] {
      try expectTrainingFails(
        "user,item,value\n1,2,3\n1,3,4\n2,2,5\n", options, status: 64, saying: ["is ", "but it must be"])
    }
    try expectTrainingFails(
      "user,item,value\n1,2,3\n1,3,4\n2,2,5\n", ["--regularization-exponent", "1e300"], status: 64,
      saying: ["the regularization of user", "smaller"])
  }

  @Test func anyNumberOfThreads() throws {
    let data = try folder.write("data.csv", samplePurchases())
    let model = folder.path("m.safetensors")
    for threads in ["100000", "99999999999", "\(Int.max)"] {
      for command in [
        ["train", data, "--factors", "2", "--iterations", "1", "--output", model],
        ["recommend", model, "--user", "101"],
        ["evaluate", model, data], ["info", data], ["convert", data, "--output", folder.path("c.als")],
        ["split", data, "--training", folder.path("a"), "--test", folder.path("b")],
        ["synthesize", "--users", "9", "--items", "9", "--interactions", "20", "--output", folder.path("s.csv")],
      ] {
        let result = try Program.run(command + ["--threads", threads])
        #expect(result.status == 0, "\(command): \(result.errors)")
      }
    }
    for threads in ["0", "-3"] { #expect(try Program.run("info", data, "--threads=\(threads)").status == 64) }
  }

  @Test func repeatedPairsWhenTheyAreAnError() throws {
    try expectTrainingFails(
      "user,item\n1,2\n1,3\n1,2\n", ["--duplicates", "error"],
      saying: ["data.csv", "user 1 and item 2", "more than once"])
  }

  @Test func damagedModel() throws {
    let data = try folder.write("data.csv", samplePurchases())
    let model = folder.path("m.safetensors")
    #expect(try Program.run("train", data, "--factors", "4", "--output", model).status == 0)
    let good = try Data(contentsOf: URL(filePath: model))
    var flipped = good
    flipped[good.count - 100] ^= 0x10
    for (name, bytes) in [("short", good.prefix(good.count / 2)), ("flipped", flipped)] {
      try Data(bytes).write(to: URL(filePath: folder.path(name)))
      for command in [
        ["recommend", folder.path(name), "--user", "101", "--output", folder.path("out")],
        ["evaluate", folder.path(name), data, "--output", folder.path("out")],
        ["similar", folder.path(name), "--item", "P1", "--output", folder.path("out")],
        ["info", folder.path(name), "--output", folder.path("out")],
      ] {
        let result = try Program.run(command)
        #expect(result.status == 65)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.contains("\(name): the file is damaged or cut short"), "\(result.errors)")
        #expect(try !folder.files.contains("out"))
      }
    }
    let notModel = try Program.run("recommend", data, "--user", "1")
    #expect(notModel.status == 65)
    #expect(notModel.errors.contains("data.csv: is not a model file"))
  }

  @Test func unknownUserAndItem() throws {
    let data = try folder.write("data.csv", samplePurchases())
    let model = folder.path("m.safetensors")
    #expect(try Program.run("train", data, "--factors", "4", "--output", model).status == 0)
    let user = try Program.run("recommend", model, "--user", "999", "--output", folder.path("out"))
    #expect(user.status == 65)
    #expect(user.errors.hasPrefix("als: user 999 is not in the model"))
    #expect(user.errorLines.count == 1)
    let item = try Program.run("similar", model, "--item", "Q", "--output", folder.path("out"))
    #expect(item.status == 65)
    #expect(item.errors.hasPrefix("als: item Q is not in the model"))
    #expect(try folder.files == ["data.csv", "m.safetensors"])
  }

  @Test func outputThatCannotBeWritten() throws {
    let data = try folder.write("data.csv", samplePurchases())
    // Found out before the data are read.
    let result = try Program.run("train", data, "--output", folder.path("no/m.safetensors"))
    #expect(result.status == 73)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains("no/m.safetensors: cannot be created"))
    #expect(try Program.run("train", data, "--output", folder.url.path).status == 73)
    #expect(try Program.run("train", data, "--output", folder.path("m"), "--log", folder.path("no/log")).status == 73)
    #expect(try folder.files == ["data.csv"])
  }
}
