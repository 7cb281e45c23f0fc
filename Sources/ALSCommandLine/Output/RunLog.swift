import ALS
import ALSDense
import ALSEvaluation
import Foundation

/// A log of one training, one JSON object per line, written as it happens.
///
/// `start` has the configuration, the data and the versions; `iteration` has what ``IterationRecord`` has; `finish` has
/// the seconds in all, and what validation found. With a refit, the iterations of both trainings are there in turn.
final class RunLog {
  private let handle: FileHandle?
  private let path: String
  private let encoder = JSONEncoder()

  init(path: String?) throws {
    self.path = path ?? ""
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    guard let path else {
      handle = nil
      return
    }
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else {
      throw ALSError(
        .cannotCreate, "\(path): the log cannot be created. Check that its directory exists and is writable.")
    }
    self.handle = handle
  }

  func start(
    input: String, output: String, configuration: ModelConfiguration, interactions: Interactions,
    validation: ValidationSet? = nil, _ threads: Int?
  ) throws {
    struct Start: Encodable {
      let event = "start", time = Date(), version = ALSVersion.current, blas = BLASBuild.current.configuration
      let input: String, output: String, configuration: ModelConfiguration
      let users: Int, items: Int, interactions: Int, threads: Int
      let validationMetric: String?, validationInteractions: Int?
    }
    try write(
      Start(
        input: input, output: output, configuration: configuration, users: interactions.users.count,
        items: interactions.items.count, interactions: interactions.count,
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
        validationMetric: validation?.metric.description, validationInteractions: validation?.heldOut.count))
  }

  func iteration(_ record: IterationRecord) throws {
    struct Iteration: Encodable {
      let event = "iteration", record: IterationRecord
      enum Key: CodingKey { case event }
      func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(event, forKey: .event)
      }
    }
    try write(Iteration(record: record))
  }

  func finish(seconds: Double, rescuedRows: Int, validation: ValidationRecord?) throws {
    struct Finish: Encodable {
      let event = "finish", time = Date()
      let seconds: Double, rescuedRows: Int
      let bestIteration: Int?, bestValue: Double?, refitted: Bool?
    }
    try write(
      Finish(
        seconds: seconds, rescuedRows: rescuedRows, bestIteration: validation?.best.iteration,
        bestValue: validation?.best.value, refitted: validation?.isRefitted))
  }

  private func write(_ event: some Encodable) throws {
    guard let handle else { return }
    do {
      try handle.write(contentsOf: try encoder.encode(event) + [0x0A])
    } catch {
      throw ALSError(.inputOutput, "\(path): writing the log failed: \(error.localizedDescription)")
    }
  }
}
