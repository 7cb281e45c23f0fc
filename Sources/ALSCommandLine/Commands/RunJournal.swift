import ALS
import Logging

/// What a training says and logs from its beginning to its end, on one machine or several.
struct RunJournal {
  let log: RunLog
  private let progress: ProgressStyle
  private let start = ContinuousClock.now

  /// `isSilent` leaves log and progress to another process.
  init(_ options: RunOptions, isSilent: Bool = false) throws {
    log = try RunLog(path: isSilent ? nil : options.log)
    progress = isSilent ? .none : options.progress
  }

  /// Seconds since the beginning.
  var seconds: Double { (ContinuousClock.now - start).inSeconds }

  /// Calls `body` with what shows and logs each iteration of a training on so many interactions.
  func following<Result>(
    iterations: Int?, interactions: Int, metric: String?,
    _ body: (_ progress: @escaping (IterationRecord) throws -> Void) throws -> Result
  ) rethrows -> Result {
    let meter = ProgressMeter(style: progress, iterations: iterations, interactions: interactions, metric: metric)
    defer { meter.finish() }
    return try body { record in
      meter.show(record)
      log.iteration(record, interactions: interactions)
    }
  }

  /// Says what was found and what is in `output`; `mostIterations` are those that were asked for.
  func finish(_ model: ModelSummary, in output: String, mostIterations: Int?) throws {
    let (rescued, seconds) = (model.history.reduce(0) { $0 + $1.rescuedRows }, seconds)
    if rescued > 0 {
      StandardError.write(
        "\(rescued.grouped) rows were singular to \(model.precision) precision and have the solution of least norm; "
          + "a larger --regularization avoids it.", level: .warning, ["rescuedRows": .stringConvertible(rescued)])
    }
    log.finish(seconds: seconds, rescuedRows: rescued, validation: model.validation)
    if let found = model.validation {
      StandardError.write("\(found.summary(mostIterations: mostIterations ?? ModelConfiguration.mostIterations))\n")
    }
    if let zeros = model.zeros { StandardError.write("\(zeros)\n") }
    if let settling = model.settling { StandardError.write("\(settling)\n") }
    StandardError.write(
      "\(output): \(model.text), \(seconds.fixed(1)) s in all",
      [
        "output": "\(output)", "users": .stringConvertible(model.users), "items": .stringConvertible(model.items),
        "seconds": .stringConvertible(seconds), "peakBytes": .stringConvertible(peakMemory()),
      ])
    try log.requireWhole()
  }
}
