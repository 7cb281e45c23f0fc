import ALS
import ALSCommandLine
import ALSDistributedTraining
import ALSFuzzing
import ALSPlatform
import ALSTestSupport
import Foundation
import Testing

/// Files that each version wrote: they stay readable.
///
/// What a version writes in a new form gets a folder of its own, with `FormatVersion` and the like raised;
/// `ALS_GOLDEN=FOLDER` writes it. Bytes of factors depend on the processor's kernels, so those of trainings that go on are
/// compared with a tolerance.
@Suite struct GoldenTests {
  private static let versions = ["0.1", "0.2", "0.3"]
  private static let implicit = ImplicitALS(
    ImplicitLoss(
      objective: .ials, unobservedWeight: 1, confidence: .binary, userDegreeExponent: 0, itemDegreeExponent: 0,
      unobservedPopularityExponent: 0), factors: 4, iterations: 6, regularization: 0.06478614931614668, seed: 1)
  /// What follows from the data is given, so that no rounding can make it another training.
  private static let options = [
    "--factors", "4", "--seed", "1", "--unobserved-weight", "1", "--regularization", "0.06478614931614668",
    "--progress", "none",
  ]
  private static let search = [
    "--objective", "hkv", "--factors", "2:4", "--regularization", "0.01:1", "--alpha", "1:20", "--confidence", "binary",
    "--progress", "none", "--threads", "1", "--log",
  ]

  @Test(arguments: versions) func implicitModels(version: String) throws {
    let folder = try GoldenFiles(version)
    let model = try folder.model("implicit.model")
    #expect(model.configuration == .implicit(Self.implicit))
    #expect(model.history.map(\.iteration) == Array(1...6) && model.validation == nil && !model.remembersSeen)
    #expect(model.dataFingerprint == "5a00e9962e9eb288")
    #expect(model.users.count == 30 && model.users.index(of: 7) == 6 && model.items.count == 21)
    #expect(GoldenFiles.checksum(model) == "294355083f36cceb")
  }

  @Test(arguments: versions) func explicitModels(version: String) throws {
    let model = try GoldenFiles(version).model("explicit.model")
    #expect(
      model.configuration
        == .explicit(
          ExplicitALS(factors: 3, iterations: 1, regularization: 0.1, regularizationExponent: 1, precision: .double)))
    #expect(model.history.count == 4 && model.history[3].validation == 2.2125801011957043)
    let validation = try #require(model.validation)
    #expect(validation.metric == "rmse" && validation.curve.count == 4 && validation.best.value == 2.180299109557418)
    #expect(abs(model.globalMean - 2.803030303030303) < 1e-15)
    #expect(model.users.index(of: "u10") == 1 && model.items.index(of: "film 10") == 0)
    #expect(model.seenItems(ofUserAt: 0)?.count == 7)
    #expect(GoldenFiles.checksum(model) == "37d1eb7b933581da")
  }

  @Test(arguments: versions) func checkpointsGoOn(version: String) throws {
    let folder = try GoldenFiles(version)
    let resumed = try folder.train(Self.options + ["--iterations", "6", "--checkpoint", "checkpoint", "--resume"])
    #expect(resumed.history.map(\.iteration) == Array(1...6))
    #expect(GoldenFiles.distance(resumed, try folder.model("implicit.model")) < 1e-3)
    let validated = Self.options + ["--iterations", "6", "--validation", "0.2", "--patience", "9"]
    let stopping = try folder.train(validated + ["--checkpoint", "stopping-checkpoint", "--resume"])
    let whole = try folder.train(validated)
    #expect(stopping.history.count == 6 && stopping.configuration == whole.configuration)
    #expect(stopping.validation?.best.iteration == whole.validation?.best.iteration)
    #expect(GoldenFiles.distance(stopping, whole) < 1e-3)
  }

  @Test(arguments: versions, 1...3) func checkpointsOfRanksGoOn(version: String, ranks: Int) throws {
    let folder = try GoldenFiles(version)
    var configuration = Self.implicit
    configuration.iterations = 8
    let (wanted, data) = (configuration.any, folder.path("purchases.compiled"))
    let (path, output) = (folder.path("sharded-checkpoint"), folder.path("resumed"))
    let counts = try LocalRanks.run(ranks) { communicator in
      let training = try DistributedTraining(wanted, on: data, over: communicator, threads: 1)
      var count = 0
      try training.train(checkpointing: Checkpointing(path: path)) { _ in count += 1 }
      try training.write(to: output)
      return count
    }
    #expect(counts == Array(repeating: 4, count: ranks))
    let whole = try folder.train(Self.options + ["--iterations", "8"])
    #expect(GoldenFiles.distance(try FactorModel(contentsOf: output), whole) < 1e-3)
  }

  @Test(arguments: versions) func compiledFiles(version: String) throws {
    let folder = try GoldenFiles(version)
    let model = try folder.train(Self.options + ["--iterations", "6"], on: "purchases.compiled")
    #expect(model.dataFingerprint == "5a00e9962e9eb288")
    #expect(GoldenFiles.distance(model, try folder.model("implicit.model")) < 1e-3)
    try folder.run("convert", "purchases.compiled", "--output", "back.csv")
    func rows(_ name: String) throws -> [[Substring]] {
      try folder.text(name).split(separator: "\n").dropFirst().map { line in
        line.split(separator: ",").map { $0.hasSuffix(".0") ? $0.dropLast(2) : $0 }
      }.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }
    }
    #expect(try rows("back.csv") == rows("purchases.csv"))
  }

  /// The second version of compiled files, which have weights.
  @Test func compiledFilesWithWeights() throws {
    let folder = try GoldenFiles("compiled-2")
    try folder.run("convert", "weighted.compiled", "--output", "back.csv")
    #expect(
      try folder.text("back.csv").split(separator: "\n") == [
        "user,item,value,time,weight", "1,a,1.0125,1768953600,10", "1,b,1,1768089600,2.5", "2,a,1,1768953600,10",
        "2,b,1,1769817600,0.5",
      ])
    try folder.run(
      "convert", "weighted.csv", "--output", "again.compiled", "--weight-column", "w", "--event-column", "type",
      "--event-weights", "view=1,cart=5,purchase=20", "--half-life", "10d")
    #expect(try folder.bytes("again.compiled") == folder.bytes("weighted.compiled"))
    try folder.run(
      "train", "weighted.compiled", "--output", "model", "--factors", "2", "--iterations", "1", "--progress", "none")
    #expect(try folder.model("model").dataFingerprint == "73876d9e0b10f2be")
    try folder.alter("weighted.compiled") {
      try SealedCompiledFile($0).replacingEnd(of: "item_weights", with: [0, 0, 0, 0])
    }
    let result = try folder.run(["info", "weighted.compiled"], status: 65)
    #expect(result.errors.contains("has the weight 0.0 in column 1, not a finite number above 0"), "\(result.errors)")
  }

  private static let featured =
    options + [
      "--regularization-exponent", "0", "--iterations", "6", "--item-features", "items.csv", "--user-features",
      "users.csv",
    ]

  /// The fourth version of models and checkpoints, which have features.
  @Test func modelsWithFeatures() throws {
    let folder = try GoldenFiles("features-4")
    let model = try folder.model("model")
    let (last, stopped) = (try folder.form(of: "model"), try folder.form(of: "checkpoint"))
    let resumed = try folder.train(Self.featured + ["--checkpoint", "checkpoint", "--resume"])
    #expect(try folder.form(of: "trained") == last)
    #expect(GoldenFiles.scoreDistance(resumed, model) < 1e-3)
    #expect(resumed.itemFeatures?.space.count == 2 && model.userFeatures?.space.count == 3)
    #expect(model.users.count == 31 && model.users.index(of: 99) == 30 && model.items.index(of: 77) == 24)
    #expect(try folder.run("info", "model", "--features").output.contains("age"))
    try folder.run(["train", "purchases.csv"] + Self.featured + Self.stopped + ["new"], status: 74)
    #expect(try folder.form(of: "new") == stopped)
  }

  @Test(arguments: versions) func logsOfTrials(version: String) throws {
    let folder = try GoldenFiles(version)
    let before = try folder.text("trials.jsonl")
    let result = try folder.run(
      ["tune", "purchases.csv", "--trials", "6", "--resume"] + Self.search + ["trials.jsonl"])
    let after = try folder.text("trials.jsonl")
    #expect(after.hasPrefix(before) && after.split(separator: "\n").count == 7, "\(result.errors)")
  }

  @Test func newerVersionsAreRefusedByName() throws {
    let folder = try GoldenFiles("0.3")
    func refused(_ arguments: [String], naming name: String) throws {
      let result = try folder.run(arguments, status: 65)
      #expect(result.errorLines.last?.contains("\(name): was written by a newer version") == true, "\(result.errors)")
    }
    let resuming = ["train", "purchases.csv"] + Self.options + ["--output", "new", "--iterations", "6", "--resume"]
    for (name, arguments) in [
      ("implicit.model", ["info", "implicit.model"]), ("checkpoint", resuming + ["--checkpoint", "checkpoint"]),
      ("checkpoint", ["info", "checkpoint"]),
      (GoldenFiles.part, ["info", GoldenFiles.part]),
    ] {
      try folder.alter(name) { try SealedTensors($0).settingMetadata("format_version", to: "5") }
      try refused(arguments, naming: name)
    }
    let ranks = #expect(throws: ALSError.self) {
      try LocalRanks.run(2) { [data = folder.path("purchases.compiled"), path = folder.path("sharded-checkpoint")] in
        var configuration = Self.implicit
        configuration.iterations = 8
        try DistributedTraining(configuration.any, on: data, over: $0, threads: 1)
          .train(checkpointing: Checkpointing(path: path))
      }
    }
    #expect(ranks?.message.contains("\(GoldenFiles.part): was written by a newer version") == true)
    for (name, old, new, arguments) in [
      ("sharded-checkpoint", #""formatVersion" : 3"#, #""formatVersion" : 5"#, ["info", "sharded-checkpoint"]),
      (
        "trials.jsonl", #""format":3"#, #""format":4"#,
        ["tune", "purchases.csv", "--trials", "6", "--resume"] + Self.search + ["trials.jsonl"]
      ),
    ] {
      try folder.alter(name) { Array(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8) }
      try refused(arguments, naming: name)
    }
    try folder.alter("purchases.compiled") { try SealedCompiledFile($0).ofVersion(3) }
    try refused(["info", "purchases.compiled"], naming: "purchases.compiled")
  }

  /// When this fails, files have another form than those of the last folder, so another version and folder are due.
  @Test func filesHaveTheFormOfTheLastFolder() throws {
    let (last, now) = (try GoldenFiles("0.3"), try GoldenFiles())
    try Self.write(to: now)
    #expect(try now.files == last.files)
    for name in try last.files { #expect(try now.form(of: name) == last.form(of: name), "\(name)") }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["ALS_GOLDEN"] != nil)) func writeFiles() throws {
    let files = try GoldenFiles()
    try Self.write(to: files)
    let target = URL(filePath: ProcessInfo.processInfo.environment["ALS_GOLDEN"] ?? "")
    try FileManager.default.copyItem(at: files.url, to: target)
  }

  /// A training whose model cannot be written leaves its checkpoint.
  private static let stopped = [
    "--quiet", "--checkpoint-every", "1", "--iterations", "3", "--output", "/dev/full", "--checkpoint",
  ]

  /// A file of each kind, in the form of this program.
  private static func write(to files: GoldenFiles) throws {
    for name in ["purchases.csv", "ratings.csv"] { try files.copy(name, of: "0.1") }
    let train = ["train", "purchases.csv"] + options
    try files.run(train + ["--quiet", "--iterations", "6", "--output", "implicit.model"])
    try files.run([
      "train", "ratings.csv", "--feedback", "explicit", "--precision", "double", "--factors", "3", "--iterations", "4",
      "--remember-seen", "--validation", "0.2", "--progress", "none", "--quiet", "--output", "explicit.model",
    ])
    try files.run(train + stopped + ["checkpoint"], status: 74)
    try files.run(train + stopped + ["stopping-checkpoint", "--validation", "0.2", "--patience", "9"], status: 74)
    try files.run("convert", "purchases.csv", "--output", "purchases.compiled", "--quiet")
    try files.run(["tune", "purchases.csv", "--trials", "4"] + search + ["trials.jsonl"])
    struct Stop: Error {}
    var configuration = implicit
    configuration.iterations = 8
    let (wanted, data) = (configuration.any, files.path("purchases.compiled"))
    let path = files.path("sharded-checkpoint")
    #expect(throws: Stop.self) {
      try LocalRanks.run(2) {
        try DistributedTraining(wanted, on: data, over: $0, threads: 1)
          .train(checkpointing: Checkpointing(path: path)) { if $0.iteration == 4 { throw Stop() } }
      }
    }
  }
}
