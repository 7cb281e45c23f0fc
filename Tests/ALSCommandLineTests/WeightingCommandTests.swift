import ALS
import ALSFiles
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// The options for weights, through the program.
@Suite struct WeightingCommandTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  private static let events = """
    user,item,type,time,w
    1,a,view,2026-01-01,1
    1,b,cart,2026-01-11,2
    2,a,purchase,2026-01-21,1
    2,b,view,2026-01-31,0.5
    1,a,purchase,2026-01-21,1
    3,c,view,2026-01-31,0

    """
  private static let all = [
    "--weight-column", "w", "--event-column", "type", "--event-weights", "view=1,cart=5,purchase=20", "--half-life",
    "10d",
  ]
  /// What all options make of the events: repeats merge after weighting.
  private static let lines = [
    "user,item,value,time,weight", "1,a,1.0125,1768953600,10", "1,b,1,1768089600,2.5", "2,a,1,1768953600,10",
    "2,b,1,1769817600,0.5",
  ]

  private func run(_ arguments: [String], status: Int32 = 0) throws -> Program.Result {
    let result = try Program.run(arguments)
    #expect(result.status == status, "\(arguments): \(result.errors)")
    return result
  }

  private func converted(_ input: String, _ options: [String] = []) throws -> [String] {
    try run(["convert", input, "--output", "-", "--to", "csv"] + options).output.split(separator: "\n").map(String.init)
  }

  /// Options of the loss reach the model, its description, its folding in and the job that trains it again.
  @Test(arguments: [
    ["--dislikes", "zero", "--confidence", "linear"], ["--dislikes", "ignore"],
    ["--user-degree-exponent", "0.5", "--item-degree-exponent", "1"],
    ["--unobserved-popularity-exponent", "0.5"], ["--confidence", "bm25", "--bm25-k1", "2", "--bm25-b", "0.5"],
    ["--confidence", "tf-idf", "--weight-column", "w"],
    ["--regularization-users", "0.01", "--regularization-items", "0.2", "--regularization-exponent-items", "0.5"],
    ["--objective", "hkv", "--alpha", "0", "--regularization-basis", "entries"],
    ["--feedback", "explicit", "--no-mean", "--regularization-biases", "0.02", "--weight-column", "w"],
  ])
  func optionsOfTheLossReachTheModel(_ options: [String]) throws {
    let isNegative = options.contains("--dislikes")
    var text = "user,item,rating,w\n"
    for user in 0..<40 {
      for item in 0..<25 where (user * 7 + item * 3) % 5 < 2 {
        let value = 1 + (user + item) % 4
        text += "\(user),i\(item),\(isNegative && (user + item) % 6 == 0 ? -value : value),\(0.5 + Double(item % 3))\n"
      }
    }
    let data = try folder.write("data.csv", text)
    let (model, again, job) = (folder.path("m"), folder.path("n"), folder.path("job.json"))
    let training = ["train", data, "--factors", "5", "--precision", "double", "--quiet"]
    _ = try run(training + options + ["--output", model])
    try run(["info", model, "--config"]).output.write(toFile: job, atomically: true, encoding: .utf8)
    let reading = options.contains("--weight-column") ? ["--weight-column", "w"] : []
    _ = try run(["train", data, "--config", job, "--quiet", "--output", again] + reading)
    let (first, second) = (try FactorModel(contentsOf: model), try FactorModel(contentsOf: again))
    #expect(first.configuration == second.configuration)
    let numbers = [first, second].map { model in model.users.indices.flatMap { model.userFactors(at: $0) } }
    #expect(zip(numbers[0], numbers[1]).allSatisfy { abs($0 - $1) < 1e-6 })
    let interactions = try Interactions(
      contentsOf: data, format: DelimitedFormat(weightColumn: reading.isEmpty ? nil : .name("w")))
    let folded = try first.foldIn(user: History(ofUserAt: 3, in: interactions))
    #expect(zip(folded.factors, first.userFactors(at: 3)).allSatisfy { abs($0 - $1) < 1e-6 }, "\(options)")
    let lines = try run(
      ["explain", model, "--user", "3", "--item", "i1", "--interactions", data, "--format", "json"] + reading)
    #expect(lines.output.contains("i"))
    if !options.contains("explicit") {
      _ = try run(["evaluate", model, data, "--metrics", "ndcg@5"] + reading)
    }
  }

  /// What makes no sense together is one sentence.
  @Test(arguments: [
    (["--unobserved-popularity-exponent", "0.5", "--item-degree-exponent", "0.5"], "0 with degree exponents"),
    (["--unobserved-popularity-exponent", "0.5", "--objective", "hkv"], "0 with the hkv objective"),
    (["--alpha", "0"], "a positive number with the ials objective"),
    (["--feedback", "explicit", "--dislikes", "zero"], "--dislikes is for --feedback implicit"),
    (["--feedback", "explicit", "--no-bias", "--regularization-biases", "1"], "there are no biases"),
    (["--no-mean"], "--no-mean is for --feedback explicit"), (["--user-degree-exponent", "3"], "between 0 and 2"),
    (["--bm25-b", "2"], "between 0 and 1"),
  ])
  func whatMakesNoSenseIsRefused(_ options: [String], _ reason: String) throws {
    let data = try folder.write("data.csv", Self.events)
    let result = try run(["train", data, "--output", folder.path("m")] + options, status: 64)
    #expect(result.errors.contains(reason), "\(result.errors)")
  }

  @Test func negativeValuesAreAnErrorThatNamesTheRemedy() throws {
    let data = try folder.write("data.csv", "user,item,rating\n1,a,2\n1,b,-1\n2,a,3\n")
    let result = try run(["train", data, "--output", folder.path("m")], status: 65)
    #expect(
      result.errors.contains("user 1, item b: value -1.0 is negative") && result.errors.contains("--dislikes zero"))
  }

  @Test func areRead() throws {
    let data = try folder.write("data.csv", Self.events)
    #expect(try converted(data, Self.all) == Self.lines)
    #expect(
      try converted(data, ["--weight-column", "5"])
        == [
          "user,item,value,time,weight", "1,a,2,1768953600,1", "1,b,1,1768089600,2", "2,a,1,1768953600,1",
          "2,b,1,1769817600,0.5",
        ])
    #expect(
      try converted(data, ["--event-column", "3", "--event-weights", "view=0,cart=1,purchase=0.5", "--no-times"])
        == ["user,item,value,weight", "1,a,1,0.5", "1,b,1,1", "2,a,1,0.5"])
    #expect(
      try converted(data, ["--half-life", "240h", "--as-of", "2026-02-10", "--no-times"])
        == ["user,item,value,weight", "1,a,1.25,0.25", "1,b,1,0.125", "2,a,1,0.25", "2,b,1,0.5", "3,c,1,0.5"])
    let compressed = try Program.shell(
      #"gzip -c "$1" > "$1.gz"; "$0" convert "$1.gz" "${@:2}""#, [data, "--output", "-", "--to", "csv"] + Self.all)
    #expect(compressed.output.split(separator: "\n").map(String.init) == Self.lines)
    let piped = try Program.run(["convert", "-", "--output", "-", "--to", "csv"] + Self.all, input: Self.events)
    #expect(piped.output.split(separator: "\n").map(String.init) == Self.lines)
    #expect(
      piped.errors.contains(
        "standard input: 5 rows, comma-separated, header, user=user item=item time=time weight=w event=type, half-life 10 d as of 2026-01-31, without 1 of weight 0\n"
      ))
  }

  /// Lines that were written are read as they were meant, and compiled files hold the same.
  @Test func survive() throws {
    let data = try folder.write("data.csv", Self.events)
    let (compiled, lines) = (folder.path("data.als"), folder.path("lines.csv"))
    _ = try run(["convert", data, "--output", compiled] + Self.all)
    #expect(try converted(compiled) == Self.lines)
    _ = try run(["convert", data, "--output", lines] + Self.all)
    #expect(try converted(lines, ["--weight-column", "weight"]) == Self.lines)
    // A column called weight is not taken for one of weights.
    #expect(try converted(lines)[0] == "user,item,value,time")
    let info = try run(["info", compiled])
    #expect(info.errors.contains("values, times and weights (half-life 10 d as of 2026-01-31), repeated pairs merged"))
    for (input, options) in [(data, Self.all), (compiled, []), (lines, ["--weight-column", "weight"])] {
      let model = folder.path("model")
      _ = try run(
        ["train", input, "--output", model, "--factors", "2", "--iterations", "2", "--duplicates", "sum"] + options)
      let fingerprint = try FactorModel(contentsOf: model).dataFingerprint
      let expected = try Interactions(contentsOf: compiled).fingerprint()
      #expect(fingerprint == expected, "\(input)")
    }
  }

  @Test func splitLeavesOutWhatDoesNotCount() throws {
    let data = try folder.write("data.csv", Self.events)
    let parts = [
      "--training", folder.path("a.csv"), "--test", folder.path("b.csv"), "--method", "last", "--count", "1",
    ]
    let types = ["--weight-column", "w", "--event-column", "type", "--event-weights", "view=0,cart=1,purchase=2"]
    let result = try run(["split", data] + parts + types)
    #expect(result.errors.contains("3 rows of weight 0 were left out"))
    let rows = try (folder.text("a.csv") + folder.text("b.csv")).split(separator: "\n").sorted()
    let header = Self.events.split(separator: "\n")[0]
    #expect(
      rows == ["1,a,purchase,2026-01-21,1", "1,b,cart,2026-01-11,2", "2,a,purchase,2026-01-21,1", header, header])
    #expect(try run(["split", data, "--half-life", "3d"] + parts, status: 64).errors.contains("--half-life"))
    // Other forms are written with their weights.
    let compiled = folder.path("data.als")
    _ = try run(["convert", data, "--output", compiled] + Self.all)
    let compiledParts = [
      "--training", folder.path("a.als"), "--test", folder.path("b.csv"), "--method", "last", "--count", "1",
    ]
    _ = try run(["split", compiled] + compiledParts)
    let written =
      try converted(folder.path("a.als")).dropFirst()
      + folder.text("b.csv").split(separator: "\n").dropFirst().map(String.init)
    #expect(written.sorted() == Self.lines.dropFirst().sorted())
  }

  /// Whatever reads interactions takes them.
  @Test func commandsTakeThem() throws {
    var text = "user,item,time,type\n"
    for (row, line) in samplePurchases().split(separator: "\n").dropFirst().enumerated() {
      let fields = line.split(separator: ",")
      text += "\(fields[0]),\(fields[1]),\(fields[3]),\(["view", "buy"][row % 2])\n"
    }
    let data = try folder.write("data.csv", text)
    let options = ["--event-column", "type", "--event-weights", "view=1,buy=3", "--half-life", "1h"]
    let model = folder.path("model")
    for command in [
      ["train", data, "--output", model, "--factors", "2", "--iterations", "2", "--validation", "0.2"],
      ["train", data, "--output", model, "--factors", "2", "--iterations", "2", "--dry-run"],
      ["evaluate", model, data], ["recommend", model, "--user", "101", "--exclude", data],
      ["explain", model, "--user", "101", "--item", "P1", "--interactions", data], ["info", data],
    ] {
      _ = try run(command + options)
      // Types that have no weight are named, wherever.
      let refused = try run(command + ["--event-column", "type", "--event-weights", "view=1"], status: 65)
      #expect(
        refused.errorLines.last?.contains("line 3: events of type \"buy\" have no weight.") == true, "\(refused.errors)"
      )
    }
    let search = ["--trials", "2", "--factors", "2", "--iterations", "2", "--progress", "none"]
    let tuned = try run(["tune", data] + search + options)
    #expect((tuned.output + tuned.errors).contains("--event-column type --event-weights view=1,buy=3 --half-life 1h"))
  }

  @Test(
    arguments: [
      (["--half-life", "90"], "with a unit"), (["--half-life", "-3d"], "with a unit"),
      (["--half-life", "d"], "with a unit"),
      (["--half-life", "9d", "--as-of", "soon"], "neither a date"), (["--as-of", "2026-01-31"], "--half-life"),
      (["--event-column", "type"], "--event-weights"), (["--event-weights", "view=1"], "--event-column"),
      (["--event-column", "type", "--event-weights", "view"], "TYPE=WEIGHT"),
      (["--event-column", "type", "--event-weights", "view=-1"], "TYPE=WEIGHT"),
      (["--event-column", "type", "--event-weights", "view=1,view=2"], "two weights"),
    ] as [([String], String)])
  func mistakesOnTheCommandLine(options: [String], said: String) throws {
    let data = try folder.write("data.csv", Self.events)
    let result = try run(["train", data, "--output", folder.path("m")] + options, status: 64)
    #expect(result.errors.contains(said), "\(result.errors)")
    #expect(try folder.files == ["data.csv"])
  }

  @Test func mistakesInTheData() throws {
    let data = try folder.write("data.csv", Self.events)
    let matrix = try folder.write("m.mtx", "%%MatrixMarket matrix coordinate pattern general\n1 1 1\n1 1\n")
    let (compiled, scipy) = (folder.path("plain.als"), folder.path("plain.npz"))
    _ = try run(["convert", data, "--output", compiled])
    _ = try run(["convert", data, "--output", scipy])
    let train = ["--output", folder.path("m"), "--factors", "2", "--iterations", "1"]
    func refused(_ input: String, _ options: [String], status: Int32, _ said: String...) throws {
      let result = try run(["train", input] + train + options, status: status)
      for part in said + [input] { #expect(result.errors.contains(part), "\(result.errors)") }
    }
    try refused(data, ["--weight-column", "type"], status: 65, "line 2", "\"view\"", "weight column")
    try refused(
      data, ["--half-life", "9d", "--as-of", "2026-01-15"], status: 65, "4 events are later than --as-of 2026-01-15")
    try refused(data, ["--half-life", "9d", "--time-column", "type"], status: 65, "line 2", "\"view\"")
    for input in [matrix, scipy] {
      try refused(input, ["--half-life", "9d"], status: 64, "--half-life")
      try refused(input, ["--weight-column", "3"], status: 64, "--weight-column")
      try refused(input, ["--event-column", "3", "--event-weights", "a=1"], status: 64, "--event-column")
    }
    try refused(compiled, ["--weight-column", "3"], status: 64, "als convert")
    try refused(compiled, ["--half-life", "9d"], status: 64, "repeated rows", "--half-life")
    let lists = try folder.write("lists.txt", "1 2 3\n2 3\n")
    try refused(lists, ["--form", "lists", "--weight-column", "3"], status: 64, "columns")
    for (output, options) in [("x.npz", Self.all), ("x.mtx", ["--half-life", "9d"])] {
      let result = try run(["convert", data, "--output", folder.path(output)] + options, status: 64)
      #expect(result.errors.contains("has no weights"))
    }
    _ = try run(["convert", data, "--output", compiled] + Self.all)
    for output in ["x.npz", "x.mtx"] {
      let result = try run(["convert", compiled, "--output", folder.path(output)], status: 64)
      #expect(result.errors.contains("no place for weights"))
    }
  }
}
