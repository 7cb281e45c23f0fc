import ALS
import ALSEvaluation
import ALSTuning
import Testing

@Suite struct TunerTests {
  /// Ratings of rank 2 with little noise: the defaults regularise them far too much.
  @Test func plantedRatingsArePredictedBetterThanByTheDefaults() throws {
    let tuner = try TuningData.ratingTuner()
    let trials = try tuner.run(limits: .init(trials: 45))
    let defaults = try #require(trials.first?.best?.value)
    let best = try #require(trials.best(lowerIsBetter: true))
    let value = try #require(best.best?.value)
    #expect(trials.first?.stage == .defaults)
    #expect(value < 0.8 * defaults, "\(value), defaults \(defaults)")
    // With about 16 ratings for 2 unknowns of a user, the noise can nearly be reached.
    #expect(value < 1.5 * TuningData.noise, "\(value)")
    // What was measured is what anybody measures who trains that configuration.
    let model = try best.bestConfiguration.fit(tuner.validation.training)
    #expect(try tuner.validation.value(of: model) == value)
    let interval = try #require(best.interval)
    #expect(interval.lowerBound < value && value < interval.upperBound)
    #expect(
      interval == (try RatingEvaluation(of: model, on: tuner.validation.heldOut).intervals()[.rmse]))
  }

  @Test func purchasesAreRankedBetterThanByTheDefaults() throws {
    let tuner = try TuningData.purchaseTuner()
    let trials = try tuner.run(limits: .init(trials: 30))
    let best = try #require(trials.best(lowerIsBetter: false))
    let defaults = try #require(trials.first?.best?.value)
    #expect(try #require(best.best?.value) > defaults)
    let model = try best.bestConfiguration.fit(tuner.validation.training)
    #expect(try tuner.validation.value(of: model) == best.best?.value)
  }

  @Test func sameTrialsForEveryThreadCountAndMemory() throws {
    let expected = try TuningData.ratingTuner().run(limits: .init(trials: 24), threads: 1).map(\.result)
    #expect(expected.contains { $0.continues != nil })
    #expect(try TuningData.ratingTuner().run(limits: .init(trials: 24), threads: 3).map(\.result) == expected)
    // Without memory for states, trials start over.
    #expect(
      try TuningData.ratingTuner(stateBytes: 0).run(limits: .init(trials: 24), threads: 2).map(\.result) == expected)
    #expect(try TuningData.ratingTuner(seed: 1).run(limits: .init(trials: 24)).map(\.result) != expected)
  }

  @Test func resumedSearchGoesOnAsItWouldHave() throws {
    let tuner = try TuningData.purchaseTuner()
    let all = try tuner.run(limits: .init(trials: 22))
    for count in [0, 1, 7, 14, 17, 21, 22] {
      var new: [Int] = []
      let resumed = try tuner.run(limits: .init(trials: 22), resuming: Array(all.prefix(count))) {
        new.append($0.number)
      }
      #expect(resumed.map(\.result) == all.map(\.result), "after \(count)")
      #expect(new == Array((count + 1)..<23))
    }
  }

  @Test func sequenceGivesTheSameTrialsAndEndsWhenNobodyListens() async throws {
    let tuner = try TuningData.ratingTuner()
    let expected = try tuner.run(limits: .init(trials: 9)).map(\.result)
    var seen: [Trial] = []
    for try await trial in tuner.trials(limits: .init(trials: 9)) { seen.append(trial.result) }
    #expect(seen == expected)
    var count = 0
    for try await _ in tuner.trials(limits: .init()) {
      count += 1
      if count == 3 { break }
    }
    #expect(count == 3)
  }

  @Test func cancelledTaskStopsTheSearch() async throws {
    let tuner = try TuningData.ratingTuner()
    let task = Task {
      _ = try tuner.run(limits: .init()) { trial in
        if trial.number == 2 { withUnsafeCurrentTask { $0?.cancel() } }
        #expect(trial.number <= 2)
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func timeEndsTheSearchAfterTheFirstTrial() throws {
    let tuner = try TuningData.ratingTuner()
    #expect(try tuner.run(limits: .init(time: .nanoseconds(1))).map(\.stage) == [.defaults])
    // What was resumed counts.
    let first = try tuner.run(limits: .init(trials: 1))
    #expect(try tuner.run(limits: .init(time: .nanoseconds(1)), resuming: first).count == 1)
  }

  @Test func callbackCanEndTheSearch() throws {
    struct Enough: Error {}
    let tuner = try TuningData.ratingTuner()
    var seen = 0
    #expect(throws: Enough.self) {
      try tuner.run(limits: .init()) { _ in
        seen += 1
        if seen == 4 { throw Enough() }
      }
    }
    #expect(seen == 4)
  }

  @Test func mistakesAreNamed() throws {
    let tuner = try TuningData.ratingTuner()
    func message(_ body: () throws -> Void) -> String {
      let error = #expect(throws: ALSError.self) { try body() }
      return error?.message ?? ""
    }
    #expect(message { _ = try tuner.run(limits: .init(trials: 0)) }.hasPrefix("trials is 0"))
    #expect(message { _ = try tuner.run(limits: .init(trials: 1), threads: 0) }.hasPrefix("threads is 0"))
    #expect(
      message { _ = try Tuner(tuner.validation, space: tuner.space, patience: 0) }.hasPrefix("patience is 0"))
    let implicit = try SearchSpace(around: .implicit(ImplicitALS()), for: try TuningData.purchases())
    #expect(message { _ = try Tuner(tuner.validation, space: implicit) }.hasPrefix("rmse is for explicit"))
  }
}
