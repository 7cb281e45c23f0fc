import ALS
import ALSEvaluation
import ALSTuning
import Foundation
import Synchronization
import Testing

/// Trials that the limit on time ends before their time.
@Suite struct CutOffTrialTests {
  /// A search that has time until it has looked at the clock so often.
  private func search(_ tuner: Tuner, looks: Int, resuming: [Trial] = []) throws -> [Trial] {
    let spent = resuming.reduce(0) { $0 + $1.seconds }
    let looked = Mutex(0)
    return try tuner.search(limits: .init(time: .seconds(spent + 1000)), resuming: resuming, threads: 2) {
      looked.withLock {
        $0 += 1
        return .seconds($0 > looks ? 2000 : 0)
      }
    } onTrial: { _ in
    }.trials
  }

  /// All that is the same when a trial is finished in two parts, whatever its number.
  private func result(_ trial: Trial) -> Trial {
    Trial(
      number: 0, stage: trial.stage, round: trial.round, continues: nil, point: trial.point,
      configuration: trial.configuration, curve: trial.curve, best: trial.best, interval: trial.interval,
      isConverged: trial.isConverged, failure: trial.failure, seconds: 0)
  }

  @Test func lastTrialKeepsWhatWasMeasured() throws {
    let tuner = try TuningData.ratingTuner()
    let whole = try tuner.run(limits: .init(trials: 40))
    var measured = 0
    for looks in stride(from: 60, to: 200, by: 7) {
      let trials = try search(tuner, looks: looks)
      let last = try #require(trials.last)
      // The time may have been over between two trials.
      guard last.isCutOff else { continue }
      #expect(trials.dropLast().map(\.result) == whole.prefix(trials.count - 1).map(\.result))
      let expected = whole[trials.count - 1]
      #expect(last.configuration == expected.configuration && last.continues == expected.continues)
      #expect(last.curve == Array(expected.curve.prefix(last.curve.count)) && last.curve != expected.curve)
      #expect(last.failure == nil && !last.isConverged)
      #expect(last.best?.value == last.curve.map(\.value).min() && (last.interval == nil) == last.curve.isEmpty)
      #expect(try JSONDecoder().decode(Trial.self, from: JSONEncoder().encode(last)) == last)
      if !last.curve.isEmpty { measured += 1 }
    }
    #expect(measured > 3)
  }

  @Test func resumedSearchFinishesItFirstAndGoesOnAsItWouldHave() throws {
    let tuner = try TuningData.ratingTuner()
    let whole = try tuner.run(limits: .init(trials: 40)).map(result)
    for looks in stride(from: 5, to: 200, by: 13) {
      var trials = try search(tuner, looks: looks)
      guard let last = trials.last, last.isCutOff else { continue }
      let cut = trials.count
      // A part more, which may not be enough either.
      trials = try search(tuner, looks: 1 + looks % 9, resuming: trials)
      #expect(trials.count >= cut)
      trials = try tuner.run(limits: .init(trials: 40), resuming: trials)
      try #require(trials.count > cut)
      #expect(trials[cut].continues == last.number && trials.map(\.number) == Array(1...trials.count))
      let finished = trials.filter { !$0.isCutOff }.map(result)
      #expect(finished.indices.allSatisfy { finished[$0] == whole[$0] } && finished.count == whole.count, "\(looks)")
    }
  }

  @Test func whatDoesNotFitGivesWayToWhatDoes() throws {
    let tuner = try TuningData.ratingTuner()
    let policy = SearchPolicy(space: tuner.space, seed: tuner.seed, lowerIsBetter: true)
    var trials = try tuner.run(limits: .init(trials: 20))
    trials.removeLast(4)
    #expect(policy.next(after: trials, isLate: true)?.stage == .double)
    #expect(policy.next(after: trials, isLate: true) { $0.stage != .double }?.stage == .polish)
    #expect(policy.next(after: trials, isLate: true) { _ in false } == nil)
    #expect(policy.next(after: [], isLate: true) { _ in false }?.stage == .defaults)

    // Not every look falls into a trial.
    trials = try #require((100...108).map { try search(tuner, looks: $0) }.first { $0.last?.isCutOff == true })
    let last = try #require(trials.last)
    #expect(policy.next(after: trials, isLate: false)?.continues == last.number)
    let other = policy.next(after: trials, isLate: false) { $0.continues != last.number }
    #expect(other != nil && other?.continues != last.number)
  }

  private func trial(
    factors: Int, seconds: Double, given: Int = 16, reached: Int = 16, number: Int = 1, continues: Int? = nil
  ) -> Trial {
    let point = ValidationRecord.Point(iteration: reached, value: 1)
    return Trial(
      number: number, stage: .explore, round: 0, continues: continues, point: [],
      configuration: .explicit(ExplicitALS(factors: factors, iterations: given)), curve: [point], best: point,
      interval: nil, isConverged: reached < given, failure: nil, seconds: seconds)
  }

  @Test func costsFollowFromEarlierTrials() {
    func seconds(_ trials: [Trial], factors: Int, iterations: Int = 16, done: Int = 0) -> Double? {
      TrialCosts(trials).seconds(
        of: Proposal(stage: .double, point: [], factors: factors, iterations: iterations), startingAt: done)
    }
    #expect(seconds([], factors: 8) == nil)
    let eight = trial(factors: 8, seconds: 32)
    #expect(seconds([eight], factors: 8) == 32)
    #expect(seconds([eight], factors: 8, iterations: 4) == 8)
    #expect(seconds([eight], factors: 8, done: 12) == 8)
    let growth = (seconds([eight], factors: 16) ?? 0) / 32
    #expect(growth > 2 && growth < 4)
    // How the time grew from 8 to 16 is how it grows to 32.
    let sixteen = trial(factors: 16, seconds: 96, number: 2)
    let found = seconds([eight, sixteen], factors: 32) ?? 0
    #expect(abs(found - 288) < 1e-9 * 288)
    // Trials that ended early let others be expected to.
    #expect(seconds([trial(factors: 8, seconds: 16, reached: 8)], factors: 8) == 16)
    // What goes on has done the iterations before already.
    let rest = trial(factors: 8, seconds: 20, number: 2, continues: 1)
    #expect(seconds([trial(factors: 8, seconds: 12, given: 8, reached: 8), rest], factors: 8) == 32)
  }
}
