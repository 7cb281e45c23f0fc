import ALS
import ALSDense
import ALSEvaluation
import ALSPlatform
import Foundation

/// A log of one training, one JSON object per line, written as it happens.
///
/// `start` has the configuration, the data and the versions; `read` the rows and how fast they came; `iteration` what
/// ``IterationRecord`` has and interactions per second; `finish` the seconds in all, and what validation found.
/// `peakBytes` is the most memory that was resident until then, `processorSeconds` what all threads have computed until
/// then. With a refit, the iterations of both trainings are there in turn.
///
/// A log that cannot be written does not end the training: that is said at once, and again by ``requireWhole()``.
final class RunLog {
  private let handle: FileHandle?
  private let path: String
  private let encoder = JSONEncoder()
  private var failure: ALSError?

  init(path: String?) throws {
    self.path = path ?? ""
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    // A log never ends a job.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let path else {
      handle = nil
      return
    }
    let descriptor =
      StandardDescriptors.named(path).map { dup($0) } ?? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ALSError(
        .cannotCreate,
        "the log cannot be created: \(systemErrorText()). Check that its directory exists and is writable.", at: path)
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Throws when a line could not be written, unless it was for standard error.
  func requireWhole() throws {
    if let failure { throw failure }
  }

  /// `threads` are those of each of the `ranks` of a training over several.
  func start(
    input: String, output: String, configuration: ModelConfiguration, users: Int, items: Int, interactions: Int,
    validation: HeldOutSummary?, threads: Int?, ranks: Int? = nil
  ) throws {
    struct Start: Encodable {
      let event = "start", time = Date(), version = ALSVersion.current, blas = BLASBuild.current.configuration
      let input: String, output: String, configuration: ModelConfiguration
      let users: Int, items: Int, interactions: Int, threads: Int, ranks: Int?
      let validationMetric: String?, validationInteractions: Int?
    }
    write(
      Start(
        input: input, output: output, configuration: configuration, users: users, items: items,
        interactions: interactions, threads: try threadCount(threads), ranks: ranks,
        validationMetric: validation?.metric.description, validationInteractions: validation?.heldOut))
  }

  /// The data have been read.
  func read(rows: Int, seconds: Double) {
    struct Read: Encodable {
      let event = "read", rows: Int, seconds: Double, rowsPerSecond: Double, peakBytes: Int
    }
    write(
      Read(rows: rows, seconds: seconds, rowsPerSecond: Double(rows) / max(seconds, 1e-9), peakBytes: peakMemory()))
  }

  /// A short training of a race.
  func heat(_ heat: Choice.Heat) {
    struct Heat: Encodable {
      let event = "heat", heat: Choice.Heat
      enum Key: CodingKey { case event }
      func encode(to encoder: any Encoder) throws {
        try heat.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(event, forKey: .event)
      }
    }
    write(Heat(heat: heat))
  }

  /// What a race has chosen.
  func choice(_ choice: Choice) {
    struct Chosen: Encodable {
      let event = "choice", metric: String, heldOut: Int, heats: Int, best: Int
    }
    write(
      Chosen(
        metric: choice.metric, heldOut: choice.heldOut, heats: choice.heats.count,
        best: choice.best))
  }

  func iteration(_ record: IterationRecord, interactions: Int) {
    struct Iteration: Encodable {
      let event = "iteration", record: IterationRecord, interactionsPerSecond: Double
      let processorSeconds = usedProcessorSeconds()
      enum Key: CodingKey { case event, interactionsPerSecond, processorSeconds }
      func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(event, forKey: .event)
        try container.encode(interactionsPerSecond, forKey: .interactionsPerSecond)
        try container.encode(processorSeconds, forKey: .processorSeconds)
      }
    }
    write(
      Iteration(record: record, interactionsPerSecond: record.interactionsPerSecond(of: interactions)))
  }

  func finish(seconds: Double, rescuedRows: Int, validation: ValidationRecord?) {
    struct Finish: Encodable {
      let event = "finish", time = Date()
      let seconds: Double, rescuedRows: Int, peakBytes = peakMemory(), processorSeconds = usedProcessorSeconds()
      let bestIteration: Int?, bestValue: Double?, refitted: Bool?
    }
    write(
      Finish(
        seconds: seconds, rescuedRows: rescuedRows, bestIteration: validation?.best.iteration,
        bestValue: validation?.best.value, refitted: validation?.isRefitted))
  }

  func write(_ event: some Encodable) {
    guard let handle, failure == nil else { return }
    do {
      let line = try encoder.encode(event) + [0x0A]
      try withoutBrokenPipeSignal { try handle.write(contentsOf: line) }
    } catch {
      if StandardDescriptors.named(path) == 2 { return }
      let failure = ALSError(.inputOutput, "writing the log failed: \(error.localizedDescription)", at: path)
      StandardError.report("\(failure.message) The training goes on without it.")
      self.failure = failure
    }
  }
}

/// The most bytes that have been resident.
func peakMemory() -> Int {
  #if os(Linux)
    resourceUsage().ru_maxrss * 1024
  #else
    resourceUsage().ru_maxrss
  #endif
}

/// The seconds that all threads have computed.
private func usedProcessorSeconds() -> Double {
  let usage = resourceUsage()
  return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6 }
}

private func resourceUsage() -> rusage {
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  #else
    getrusage(RUSAGE_SELF, &usage)
  #endif
  return usage
}
