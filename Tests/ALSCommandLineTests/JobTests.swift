import ALSTestSupport
import Foundation
import Testing

@Suite struct JobTests {
  let folder: Scratch, data: String

  init() throws { (folder, data, _) = try purchases() }

  private func factors(_ model: String) throws -> String {
    try Program.run("recommend", folder.path(model), "--all", "--format", "csv").output
  }

  @Test func aFileHasTheOptions() throws {
    let job = try folder.write(
      "job.json",
      """
      {"input": "\(data)", "factors": 5, "iterations": 3, "regularization": 1e-2, "objective": "hkv", "loss": true,
       "output": "\(folder.path("a.safetensors"))", "quiet": true, "header": true}
      """)
    let run = try Program.run("train", "--config", job)
    #expect(run.status == 0 && run.errors == "" && run.output == "", "\(run.errors)")
    _ = try Program.run(
      "train", data, "--factors", "5", "--iterations", "3", "--regularization", "0.01", "--objective", "hkv", "-o",
      folder.path("b.safetensors"))
    #expect(try factors("a.safetensors") == factors("b.safetensors"))

    // Options on the command line win.
    let other = try Program.run("train", "--config=\(job)", "--factors=6", "-o", folder.path("c.safetensors"))
    #expect(other.status == 0, "\(other.errors)")
    let facts = try Program.run("info", folder.path("c.safetensors"), "--format", "csv").output
    #expect(facts.contains("factors,6\n") && facts.contains("iterations,3\n"))
  }

  @Test(arguments: [
    ("{\"factor\": 5}", 64, "there is no option \"factor\""), ("{\"factors\": true}", 64, "\"factors\" needs a value"),
    ("{\"loss\": 1}", 64, "\"loss\" is either true or false"), ("[1]", 65, "is not a JSON object of options"),
    ("{\"factors\": [1]}", 65, "is not a JSON object of options"),
  ])
  func wrongFiles(text: String, status: Int32, message: String) throws {
    let job = try folder.write("job.json", text)
    let run = try Program.run("train", data, "--output", folder.path("m"), "--config", job)
    #expect(run.status == status && run.errors.contains("\(job): \(message)"), "\(run.errors)")
    #expect(try !folder.files.contains("m"))
  }

  @Test(arguments: [
    ["--objective", "hkv", "--seed", "18446744073709551615"], ["--feedback", "explicit", "--no-bias"],
  ])
  func modelsTellHowToTrainThemAgain(options: [String]) throws {
    #expect(
      try Program.run(["train", data, "--factors", "3", "-o", folder.path("a.safetensors")] + options).status == 0)
    let job = try Program.run("info", folder.path("a.safetensors"), "--config").output
    let again = try Program.run(
      "train", data, "--config", folder.write("job.json", job), "-o", folder.path("b.safetensors"))
    #expect(again.status == 0, "\(again.errors)")
    #expect(try factors("a.safetensors") == factors("b.safetensors"))
    #expect(try Program.run("info", folder.path("b.safetensors"), "--config").output == job)
  }

  @Test func compiledAndConvertedDataTrainTheSameModel() throws {
    let fast = ["--factors", "3", "--iterations", "2"]
    _ = try Program.run(["train", data, "-o", folder.path("csv")] + fast)
    for name in ["x.als", "x.npz", "x.csv", "x.tsv"] {
      let run = try Program.run("convert", data, "--output", folder.path(name))
      #expect(run.status == 0, "\(run.errors)")
      let train = try Program.run(["train", folder.path(name), "-o", folder.path("m")] + fast)
      #expect(train.status == 0, "\(train.errors)")
      #expect(try factors("m") == factors("csv"), "\(name)")
    }
    // From the standard input, too.
    _ = try Program.run(["convert", "-", "--output", folder.path("y.als")], input: samplePurchases())
    #expect(
      FileManager.default.contentsEqual(atPath: folder.path("x.als"), andPath: folder.path("y.als")))
    let run = try Program.run("convert", data, "--output", folder.path("x.mtx"), "--user-ids", folder.path("users"))
    #expect(run.status == 0)
    #expect(try folder.text("users") == (100..<124).map { "\($0)\n" }.joined())
    #expect(try Program.run("convert", data, "--output", folder.path("z.als"), "--memory", "1M").status == 64)
  }

  /// Starts a training that is long enough to be stopped.
  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The short form of `scripts/check-interruption`.
  @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
  func stoppedTrainingsGoOnToTheSameModel(signal: Int32) throws {
    let arguments = ["train", data, "--factors", "40", "--iterations", "1500", "--solver", "cholesky", "--quiet"]
    let checkpointed = arguments + ["--checkpoint", folder.path("c"), "--checkpoint-every", "5", "--resume"]
    #expect(try Program.run(arguments + ["-o", folder.path("whole")]).status == 0)
    var stopped = 0
    for attempt in 0..<5 {
      let process = try start(checkpointed + ["-o", folder.path("parts"), "--threads", "\(1 + attempt % 3)"])
      Thread.sleep(forTimeInterval: 0.05 + 0.07 * Double(attempt))
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal || process.terminationStatus == 128 + signal { stopped += 1 }
    }
    #expect(stopped > 0)
    let last = try Program.run(checkpointed + ["-o", folder.path("parts")])
    #expect(last.status == 0, "\(last.errors)")
    #expect(try factors("parts") == factors("whole"))
    #expect(try !folder.files.contains("c"))
  }

  /// Both trainings of a refit are saved, each in its file.
  @Test func stoppedValidationGoesOnToTheSameModel() throws {
    let arguments = [
      "train", data, "--factors", "40", "--iterations", "600", "--solver", "cholesky", "--quiet", "--validation", "0.2",
      "--validation-interval", "20", "--patience", "30", "--refit",
    ]
    let checkpointed = arguments + ["--checkpoint", folder.path("c"), "--checkpoint-every", "3", "--resume"]
    #expect(try Program.run(arguments + ["-o", folder.path("whole")]).status == 0)
    for attempt in 0..<6 {
      let process = try start(checkpointed + ["-o", folder.path("parts"), "--threads", "\(1 + attempt % 3)"])
      Thread.sleep(forTimeInterval: 0.03 + 0.06 * Double(attempt))
      kill(process.processIdentifier, attempt % 2 == 0 ? SIGKILL : SIGTERM)
      process.waitUntilExit()
    }
    let last = try Program.run(checkpointed + ["-o", folder.path("parts")])
    #expect(last.status == 0, "\(last.errors)")
    #expect(try factors("parts") == factors("whole"))
    let facts = { name in try Program.run("info", folder.path(name), "--format", "csv").output.split(separator: "\n") }
    #expect(try facts("parts").filter { $0.contains("curve") } == facts("whole").filter { $0.contains("curve") })
    #expect(try !folder.files.contains { $0 == "c" || $0 == "c.refit" })
  }

  @Test func checkpointsThatDoNotBelongAreRefused() throws {
    let process = try start([
      "train", data, "--factors", "40", "--iterations", "100000", "--checkpoint", folder.path("c"), "-o",
      folder.path("m"), "--quiet",
    ])
    while !FileManager.default.fileExists(atPath: folder.path("c")), process.isRunning {
      Thread.sleep(forTimeInterval: 0.02)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    func train(_ options: String...) throws -> Program.Result {
      try Program.run(
        ["train", data, "--iterations", "100000", "--checkpoint", folder.path("c"), "-o", folder.path("m")] + options)
    }
    #expect(try train("--factors", "40").errors.contains("Add --resume to go on"))
    let other = try train("--factors", "41", "--resume")
    #expect(other.status == 64 && other.errors.contains("with factors 40, but 41 is wanted"), "\(other.errors)")
    #expect(try Program.run("train", data, "-o", folder.path("m"), "--resume").status == 64)
    #expect(try !folder.files.contains("m"))
  }
}
