import ALS
import ALSEvaluation
import ALSPlatform

extension Tuner {
  /// Why a search ended.
  package enum Ending: Sendable {
    /// There were as many trials, or they took as long, as there might be.
    case limit
    /// No trial fits the time left.
    case noTime
    /// There is nothing left to try.
    case nothingLeft
  }

  /// The search itself; `now` tells the time, counted from any moment.
  package func search(
    limits: Limits, resuming: [Trial], threads: Int?, now: @escaping () -> Duration = Self.timeOfMachine,
    onTrial: (Trial) throws -> Void
  ) throws -> (trials: [Trial], ending: Ending) {
    if let trials = limits.trials, trials < 1 {
      throw ALSError(.configuration, "trials is \(trials), but it must be 1 or more.")
    }
    try check(resuming)
    let runner = TrialRunner(self, threads: try threadCount(threads), now: now)
    let policy = SearchPolicy(space: space, seed: seed, lowerIsBetter: validation.metric.lowerIsBetter)
    let clock = SearchClock(limit: limits.time, spent: resuming.reduce(0) { $0 + $1.seconds }, now: now)
    var trials = resuming
    while true {
      try Task.checkCancellation()
      // The first trial is always finished: without one there would be no result.
      let finished = trials.count { !$0.isCutOff }
      let (left, time) = ((limits.trials ?? .max) - finished, clock.read())
      if left <= 0 || (finished > 0 && time.isOver) { return (trials, .limit) }
      let costs = TrialCosts(trials)
      var isShort = false
      let next = policy.next(after: trials, isLate: left <= policy.mostDoublings || time.isLate) { proposal in
        guard let secondsLeft = time.secondsLeft else { return true }
        let before = proposal.continues.map { runner.iterations(keptOf: trials[$0 - 1]) } ?? 0
        let fits = costs.seconds(of: proposal, startingAt: before).map { $0 <= secondsLeft } ?? true
        if !fits { isShort = true }
        return fits
      }
      guard let next else { return (trials, isShort ? .noTime : .nothingLeft) }
      let trial = try runner.run(
        next, number: trials.count + 1, predecessor: next.continues.map { trials[$0 - 1] }
      ) {
        try Task.checkCancellation()
        if finished > 0 && clock.read().isOver { throw SearchClock.IsOver() }
      }
      trials.append(trial)
      try onTrial(trial)
    }
  }

  /// The time since the process began to ask.
  package static func timeOfMachine() -> Duration { firstMoment.duration(to: .now) }
}

private let firstMoment = ContinuousClock.now
