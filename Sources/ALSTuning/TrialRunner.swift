import ALS
import ALSEvaluation
import ALSPlatform

/// Runs proposals on one validation set.
///
/// A trial that goes on takes up the factors where its predecessor left them, if they are still there; if not, it
/// starts over, which gives the same bits and takes longer.
final class TrialRunner {
  private struct State {
    let run: TrainingRun
    let bytes: Int
  }

  private let tuner: Tuner
  private let threads: Int
  private let now: () -> Duration
  /// By the number of the trial, which is how old they are.
  private var states: [Int: State] = [:]

  /// `now` tells the time, counted from any moment.
  init(_ tuner: Tuner, threads: Int, now: @escaping () -> Duration) {
    self.tuner = tuner
    self.threads = threads
    self.now = now
  }

  /// How many iterations need not be done again when `trial` goes on.
  func iterations(keptOf trial: Trial) -> Int { states[trial.number] == nil ? 0 : trial.lastIteration }

  /// Trains and measures.
  ///
  /// - Parameters:
  ///   - proposal: What to run.
  ///   - number: The number of the trial.
  ///   - predecessor: The trial that goes on, if one does.
  ///   - check: Called after each iteration and measurement; throws `SearchClock.IsOver` or `CancellationError` to cut
  ///     the trial off.
  /// - Returns: The trial, which may have failed or have been cut off.
  /// - Throws: `ALSError` when nothing can be measured.
  func run(
    _ proposal: Proposal, number: Int, predecessor: Trial?, check: () throws -> Void
  ) throws -> Trial {
    let start = now()
    let configuration = tuner.space.configuration(
      at: proposal.point, factors: proposal.factors, iterations: proposal.iterations)
    var progress = Progress(
      curve: LearningCurve(
        lowerIsBetter: tuner.validation.metric.lowerIsBetter, minimumImprovement: tuner.minimumImprovement),
      interval: predecessor?.interval)
    for point in predecessor?.curve ?? [] { progress.curve.append(point) }
    var (failure, isCutOff): (String?, Bool) = (nil, false)
    do {
      try train(configuration, predecessor: predecessor, number: number, &progress, check: check)
    } catch let error as TrainingFailure {
      failure = error.message
    } catch is SearchClock.IsOver {
      isCutOff = true
    } catch is CancellationError {
      isCutOff = true
    }
    // If no measurement was better, the interval is the predecessor's.
    if failure == nil, let measurement = progress.measurement {
      progress.interval = try measurement.interval(threads: threads)
    }
    return Trial(
      number: number, stage: proposal.stage, round: proposal.round, continues: proposal.continues,
      point: proposal.point, configuration: configuration, curve: progress.curve.points,
      best: failure == nil ? progress.curve.best : nil, interval: failure == nil ? progress.interval : nil,
      isConverged: progress.curve.misses >= tuner.patience, isCutOff: isCutOff,
      failure: failure, seconds: (now() - start).inSeconds)
  }

  /// What has been measured so far.
  private struct Progress {
    var curve: LearningCurve
    var interval: ClosedRange<Double>?
    /// What the interval of the best follows from, if it is of this trial.
    var measurement: ValidationMeasurement?
  }

  /// A configuration that cannot be trained, which is a result, not an error of the search.
  private struct TrainingFailure: Error {
    let message: String
  }

  private func train(
    _ configuration: ModelConfiguration, predecessor: Trial?, number: Int, _ progress: inout Progress,
    check: () throws -> Void
  ) throws {
    let state = predecessor.flatMap { states.removeValue(forKey: $0.number) }
    let run = try state?.run ?? TrainingRun(configuration.training(on: tuner.validation.training), threads: threads)
    let metric = tuner.validation.metric
    let iterations = configuration.iterations ?? tuner.space.iterations
    for iteration in 1...iterations where iteration > run.history.count {
      try attempting { try run.advance(through: iteration) }
      try check()
      if iteration <= predecessor?.lastIteration ?? 0 { continue }
      if iteration % tuner.interval != 0 && iteration != iterations { continue }
      let model = try attempting { try run.model() }
      let measurement = try tuner.validation.measurement(of: model, threads: threads)
      guard measurement.value.isFinite else {
        throw TrainingFailure(message: "\(metric) is \(measurement.value) after iteration \(iteration)")
      }
      let isBest = progress.curve.append(
        ValidationRecord.Point(
          iteration: iteration, value: measurement.value, standardError: measurement.standardError))
      if isBest { progress.measurement = measurement }
      if progress.curve.misses >= tuner.patience { break }
      if iteration < iterations { try check() }
    }
    keep(State(run: run, bytes: bytes(of: configuration)), of: number)
  }

  private func attempting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ALSError where error.kind == .data {
      throw TrainingFailure(message: error.message)
    }
  }

  /// Keeps what may go on, dropping the oldest when there is too much.
  private func keep(_ state: State, of number: Int) {
    states[number] = state
    while states.count > 1, states.values.reduce(0, { $0 + $1.bytes }) > tuner.stateBytes,
      let oldest = states.keys.min()
    {
      states[oldest] = nil
    }
  }

  private func bytes(of configuration: ModelConfiguration) -> Int {
    let data = tuner.validation.training
    // Both tables in double precision at most, and both orientations' values.
    return (data.users.count + data.items.count) * (configuration.factorCount + 1) * 8 + data.count * 8
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
