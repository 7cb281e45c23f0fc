import ALSTestSupport
import Foundation
import Testing

/// `als tune`.
@Suite struct TuneTests {
  private let folder: Scratch
  private let data: String

  init() throws {
    folder = try Scratch()
    data = folder.path("data.csv")
    // Large enough for trials to take a while.
    let made = try Program.run(
      "synthesize", "--users", "600", "--items", "200", "--interactions", "12000", "--groups", "8", "--output", data)
    #expect(made.status == 0)
  }

  private struct Line: Decodable {
    struct Best: Decodable { let iteration: Int, value: Double }
    let event: String, trial: Int?, stage: String?, best: Best?
  }

  private func lines(_ name: String) throws -> [Line] {
    try folder.text(name).split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  /// The trials of a log without the times they took.
  private func results(_ name: String) throws -> [String] {
    try folder.text(name).split(separator: "\n").map {
      String($0).replacing(/"seconds":[-+.e0-9]+/, with: "")
    }
  }

  private func start(_ arguments: [String], output: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    process.standardOutput = FileHandle(forWritingAtPath: try folder.write(output, ""))
    process.standardError = FileHandle(forWritingAtPath: try folder.write("\(output).err", ""))
    try process.run()
    return process
  }

  /// Waits until a log has `count` lines; a minute is more than any machine needs.
  private func wait(for count: Int, linesOf name: String) throws {
    for _ in 0..<3000 {
      if let text = try? folder.text(name), text.count(where: { $0 == "\n" }) >= count { return }
      Thread.sleep(forTimeInterval: 0.02)
    }
    Issue.record("\(name) has not \(count) lines after a minute")
  }

  @Test func bestModelIsThatOfThePrintedCommand() throws {
    let model = folder.path("tuned.safetensors")
    let result = try Program.run(
      "tune", data, "--trials", "9", "--factors", "4:8", "--metric", "ndcg@10", "--log", folder.path("t.jsonl"),
      "--report", folder.path("t.html"), "--output", model, "--user-column", "userId", "--duplicates", "max")
    #expect(result.status == 0, "\(result.errors)")
    let command = result.output.split(separator: "\n").map(String.init)
    #expect(command.count == 1)
    #expect(command[0].hasPrefix("als train "))

    let log = try lines("t.jsonl")
    #expect(log.map(\.event) == ["search"] + Array(repeating: "trial", count: 9))
    #expect(log.dropFirst().map(\.trial) == Array(1...9))
    #expect(log[1].stage == "defaults")
    let best = try #require(log.compactMap(\.best?.value).max())
    #expect(result.errors.contains("best ndcg@10 \(String(format: "%.5f", best))"))
    #expect(result.errors.contains("searching factors 4:8, regularization "))

    // The printed command gives the model that was written.
    var arguments = command[0].split(separator: " ").dropFirst().map(String.init)
    let again = folder.path("again.safetensors")
    arguments[arguments.count - 1] = again
    #expect(try Program.run(arguments).status == 0)
    let (a, b) = (
      try Program.run("recommend", model, "--all", "--format", "csv").output,
      try Program.run("recommend", again, "--all", "--format", "csv").output
    )
    #expect(a == b && !a.isEmpty)
    let about = try Program.run("info", model, "--format", "csv").outputLines
    #expect(about.contains { $0.hasPrefix("validation metric,ndcg@10") })
    #expect(about.contains { $0.hasPrefix("trained on,") && $0.contains("everything") })

    let page = try ReportPageText(try folder.text("t.html"))
    let rows = try #require(page.data["trials"] as? [[String: Any]])
    #expect(rows.count == 9)
    // Another parser may round the last digit in another way.
    #expect(abs((rows.compactMap { $0["value"] as? Double }.max() ?? 0) - best) < 1e-12)
    for row in rows {
      let (lower, upper) = (try #require(row["lower"] as? Double), try #require(row["upper"] as? Double))
      let value = try #require(row["value"] as? Double)
      #expect(lower < value && value < upper)
    }
    #expect(page.data["command"] as? String == command[0])
    #expect((page.data["curves"] as? [Any])?.isEmpty == false)
  }

  @Test func killedSearchGoesOnAsItWouldHave() throws {
    func arguments(_ log: String, resume: Bool = false) -> [String] {
      ["tune", data, "--trials", "16", "--factors", "8:16", "--log", folder.path(log)] + (resume ? ["--resume"] : [])
    }
    let whole = try Program.run(arguments("whole.jsonl"))
    #expect(whole.status == 0, "\(whole.errors)")

    let process = try start(arguments("killed.jsonl"), output: "out")
    try wait(for: 6, linesOf: "killed.jsonl")
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let done = try results("killed.jsonl").count
    #expect(done >= 6 && done < 17, "\(done) lines when it was killed")

    let resumed = try Program.run(arguments("killed.jsonl", resume: true))
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("going on from \(done - 1) trials"))
    #expect(try results("killed.jsonl") == results("whole.jsonl"))
    #expect(resumed.output == whole.output)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func interruptionKeepsTheBest(_ signal: Int32) throws {
    let model = folder.path("m.safetensors")
    let process = try start(
      [
        "tune", data, "--budget", "1h", "--log", folder.path("t.jsonl"), "--report", folder.path("r.html"), "--output",
        model,
      ],
      output: "out")
    try wait(for: 4, linesOf: "t.jsonl")
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    let errors = try folder.text("out.err")
    #expect(process.terminationStatus == 128 + signal, "\(errors)")
    #expect(errors.contains("ending with the best so far"))
    let command = try folder.text("out")
    #expect(command.hasPrefix("als train "))
    let trials = try lines("t.jsonl").dropFirst()
    let best = try #require(
      trials.filter { $0.best != nil }.max { ($0.best?.value ?? 0) < ($1.best?.value ?? 0) }?.best)
    #expect(command.contains(" --iterations \(best.iteration) "))
    #expect(try Program.run("info", model).output.contains("everything, after validation"))
    _ = try ReportPageText(try folder.text("r.html"))
    #expect(try folder.files.allSatisfy { !$0.contains("partial") })
  }

  /// Trials that would take minutes are cut off by a signal; what they had found counts, also for who goes on.
  @Test func trialUnderWayIsKept() throws {
    struct Line: Decodable {
      struct Point: Decodable { let iteration: Int, value: Double }
      let trial: Int?, continues: Int?, curve: [Point]?, cutOff: Bool?, best: Point?
    }
    func trials() throws -> [Line] {
      try folder.text("t.jsonl").split(separator: "\n").dropFirst().map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }
    }
    var arguments = [
      "tune", data, "--budget", "1h", "--factors", "4", "--log", folder.path("t.jsonl"), "--validation-interval", "1",
      "--patience", "1000000", "--iterations", "1000000",
    ]
    for count in 1...2 {
      var (errors, found): (String, [Line]) = ("", [])
      // Until it has begun and something is measured, which takes a few milliseconds where nothing else is going on.
      for seconds in [2.0, 10, 50] where found.count < count {
        let process = try start(arguments, output: "out\(count)")
        try wait(for: count, linesOf: "t.jsonl")
        Thread.sleep(forTimeInterval: seconds)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        errors = try folder.text("out\(count).err")
        #expect(process.terminationStatus == 130, "\(errors)")
        found = try trials()
        arguments.removeAll { $0 == "--resume" }
        arguments.append("--resume")
      }
      #expect(found.count == count && found.last?.cutOff == true && found.last?.trial == count)
      let best = try #require(found.compactMap(\.best).max { $0.value < $1.value })
      #expect(
        errors.contains("trial \(count) defaults: 4 factors, cut off after \(found.last?.curve?.last?.iteration ?? 0)"))
      #expect(try folder.text("out\(count)").contains(" --iterations \(best.iteration) "))
    }
    #expect(try trials().last?.continues == 1)
  }

  @Test func explicitRatingsAreTuned() throws {
    let result = try Program.run(
      "tune", data, "--feedback", "explicit", "--trials", "4", "--factors", "4", "--output", folder.path("m"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("measuring rmse"))
    #expect(result.output.contains("--feedback explicit ") && result.output.contains(" --factors 4 "))
    #expect(result.output.contains("--regularization-biases "))
    #expect(result.errors.contains("regularization-biases ") && result.errors.contains("first-factor-share 0.3:1"))
    #expect(try Program.run("info", folder.path("m")).status == 0)
  }

  @Test func otherSearchIsNotResumed() throws {
    let log = folder.path("t.jsonl")
    func tune(_ input: String, _ options: String...) throws -> Program.Result {
      try Program.run(["tune", input, "--factors", "4:8", "--trials", "2", "--log", log] + options)
    }
    #expect(try tune(data).status == 0)
    let before = try folder.text("t.jsonl")
    let again = try tune(data)
    #expect(again.status == 64)
    #expect(again.errors.contains("t.jsonl: has 2 trials already"))
    let space = try tune(data, "--regularization", "0.01:0.1", "--resume")
    #expect(space.status == 64)
    #expect(space.errors.contains("cannot be resumed: its regularization is "), "\(space.errors)")
    let other = try folder.write("other.csv", samplePurchases())
    let set = try tune(other, "--resume")
    #expect(set.status == 64)
    #expect(set.errors.contains("another data set"), "\(set.errors)")
    #expect(try folder.text("t.jsonl") == before)
    #expect(try tune(data, "--resume").status == 0)
  }

  @Test func wrongOptionsAreNamed() throws {
    for (options, message) in [
      (["--budget", "10"], "--budget"), (["--budget", "0s"], "--budget"), (["--trials", "0"], "--trials is 0"),
      (["--resume"], "--resume needs --log"), (["--factors", "1.5"], "--factors"), (["--factors", "8:4"], "--factors"),
      (["--regularization", "0:1"], "regularization goes from 0"), (["--regularization", "a:b"], "--regularization"),
      (["--confidence", "binary,cubic"], "--confidence"), (["--metric", "rmse"], "rmse is for explicit ratings"),
      (["--metric", "best@2"], "there is no metric"), (["--no-bias"], "--no-bias is for --feedback explicit"),
      (["--feedback", "explicit", "--alpha", "1:2"], "--alpha is for --feedback implicit"),
      (["--validation", "2"], "--validation"), (["--patience", "0"], "--patience is 0"),
    ] {
      let result = try Program.run(["tune", data, "--output", folder.path("m")] + options)
      #expect(result.status == 64, "\(options): \(result.errors)")
      #expect(result.errors.contains(message), "\(options): \(result.errors)")
    }
    let nowhere = try Program.run("tune", data, "--output", folder.path("no/m"))
    #expect(nowhere.status == 73)
    #expect(try folder.files == ["data.csv"])
  }
}
