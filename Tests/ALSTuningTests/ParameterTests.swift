import ALS
import ALSEvaluation
import ALSTuning
import Testing

/// Numbers and trials that no search can work with.
@Suite struct ParameterTests {
  @Test(arguments: [0, -1]) func threadsAndTrials(count: Int) async throws {
    let tuner = try TuningData.ratingTuner()
    #expect(throws: ALSError(.configuration, "threads is \(count), but it must be 1 or more.")) {
      try tuner.run(limits: .init(trials: 1), threads: count)
    }
    #expect(throws: ALSError.self) { try tuner.run(limits: .init(trials: count)) }
    await #expect(throws: ALSError.self) {
      for try await _ in tuner.trials(limits: .init(trials: 1), threads: count) {}
    }
    #expect(try tuner.run(limits: .init(trials: 1), threads: .max).count == 1)
    #expect(try tuner.run(limits: .init(trials: .max, time: .zero)).count == 1)
  }

  @Test func trialsOfSomethingElse() throws {
    let tuner = try TuningData.ratingTuner()
    let trials = try tuner.run(limits: .init(trials: 3))
    func changed(
      number: Int? = nil, continues: Int? = nil, point: [Double]? = nil, seconds: Double? = nil
    ) -> [Trial] {
      let last = trials[2]
      return trials.dropLast() + [
        Trial(
          number: number ?? last.number, stage: last.stage, round: last.round, continues: continues ?? last.continues,
          point: point ?? last.point, configuration: last.configuration, curve: last.curve, best: last.best,
          interval: last.interval, isConverged: last.isConverged, failure: last.failure,
          seconds: seconds ?? last.seconds)
      ]
    }
    for wrong in [
      Array(trials.dropFirst()), trials.reversed(), changed(number: 4), changed(number: 0), changed(continues: 3),
      changed(continues: 0), changed(continues: .min), changed(point: []),
      changed(point: trials[2].point.map { _ in .nan }),
      changed(seconds: 1e300), changed(seconds: -1), changed(seconds: .nan),
    ] {
      let error = #expect(throws: ALSError.self) { try tuner.run(limits: .init(trials: 4), resuming: wrong) }
      #expect(error?.message.contains("cannot be resumed at place") == true)
    }
    #expect(try tuner.run(limits: .init(trials: 4), resuming: trials).count == 4)
  }

  @Test(arguments: [1e300, .infinity]) func rangesBeyondTheArithmetic(most: Double) throws {
    let tuner = try TuningData.ratingTuner()
    var space = tuner.space
    space.regularization = 0.1...most
    #expect(throws: ALSError.self) { try Tuner(tuner.validation, space: space) }
  }
}
