import ALS
import ALSPlatform
import ArgumentParser
import Foundation

/// How a training survives an interruption.
struct CheckpointOptions: ParsableArguments {
  @Option(help: "File to save the training in as it goes; it is removed when the model has been written.")
  var checkpoint: String?
  @Option(help: "Iterations between savings, however short they are. Default: by time.")
  var checkpointEvery: Int?
  @Option(
    help:
      "Least seconds between savings, of which the first comes after the first iteration. Default: \(CheckpointOptions.standardSeconds), with --checkpoint-every 0."
  )
  var checkpointSeconds: Double?
  @Flag(help: "Go on from the checkpoint, if it is there.")
  var resume = false

  /// Where saving costs next to nothing, and little is lost without a chance to save.
  private static let standardSeconds = 30

  func validate() throws {
    if let checkpointEvery, checkpointEvery < 1 {
      throw ValidationError("--checkpoint-every is \(checkpointEvery), but it must be 1 or more.")
    }
    if let checkpointSeconds, !(checkpointSeconds >= 0 && checkpointSeconds.isFinite) {
      throw ValidationError("--checkpoint-seconds is \(checkpointSeconds), but it must be 0 or more.")
    }
    if checkpoint == nil, resume || checkpointEvery != nil || checkpointSeconds != nil {
      throw ValidationError("--resume, --checkpoint-every and --checkpoint-seconds need --checkpoint FILE.")
    }
  }

  /// The second of two trainings, that on everything, is saved in a file of its own.
  private func path(refitting: Bool) -> String? { checkpoint.map { refitting ? "\($0).refit" : $0 } }

  func checkpointing(refitting: Bool = false) -> Checkpointing? {
    path(refitting: refitting).map {
      Checkpointing(path: $0, interval: checkpointEvery ?? 1, seconds: seconds, resumes: resume)
    }
  }

  private var seconds: Double { checkpointSeconds ?? (checkpointEvery == nil ? Double(Self.standardSeconds) : 0) }

  /// Whether iterations may begin unsaved.
  var copiesFactors: Bool { checkpoint != nil && (checkpointEvery ?? 1 > 1 || seconds > 0) }

  var files: CommandFiles {
    CommandFiles(writing: ["--checkpoint": checkpoint, "--checkpoint, for --refit,": path(refitting: true)])
  }

  /// The files that trainings save themselves in, the first last.
  var paths: [String] { [path(refitting: true), checkpoint].compactMap(\.self) }

  private func exists(_ path: String?) -> Bool { path.map { FileManager.default.fileExists(atPath: $0) } ?? false }

  /// What can be said before the data are read.
  func check() throws {
    guard let checkpoint else { return }
    if let path = [checkpoint, path(refitting: true)].first(where: exists) ?? nil, !resume {
      throw ALSError(
        .configuration,
        "holds a training that was not finished. Add --resume to go on, or remove it to start again.", at: path)
    }
    if !exists(checkpoint) {
      try OutputPath.check(checkpoint)
      if resume { StandardError.write("\(checkpoint): is not there, so the training starts from the beginning\n") }
    }
  }

  /// Calls `fit`; the first signal ends it after the rows at hand and saves what was reached.
  func run(refitting: Bool, _ fit: @escaping (Checkpointing?) throws -> FactorModel) throws -> FactorModel {
    guard let checkpointing = checkpointing(refitting: refitting) else { return try fit(nil) }
    let path = checkpointing.path
    // The calling thread only waits.
    nonisolated(unsafe) let fit = fit
    let model = Shared<FactorModel?>(nil)
    let signal = try Interruption.firstCancels(saying: "saving the training; once more ends it at once") {
      model.set(try fit(checkpointing))
    }
    if let model = model.value { return model }
    let reached =
      exists(path)
      ? "\(path) has what was reached; the same command with --resume goes on from there"
      : "the first iteration was not over, so there is nothing to go on from"
    StandardError.report("\(signal == SIGINT ? "interrupted" : "terminated"); \(reached).")
    throw ExitCode(128 + (signal ?? SIGTERM))
  }

  /// The training is over and its model is safe.
  func remove() throws {
    for path in paths where exists(path) {
      // A link to the file stays.
      try FileManager.default.removeItem(atPath: linkTarget(of: path))
    }
  }
}
