import ALS
import ALSTuning
import Testing

/// The order of trials, with a made-up metric in place of training.
@Suite struct SearchPolicyTests {
  private static func space(factors: ClosedRange<Int> = 4...32) throws -> SearchSpace {
    var space = try SearchSpace(around: .implicit(ImplicitALS(factors: 8)), for: try TuningData.purchases())
    space.factors = factors
    return space
  }

  /// Falls with the distance from `peak`, grows with factors up to `bestFactors`, and with iterations.
  private struct Landscape {
    let peak: Double
    var bestFactors = 16

    func value(_ point: [Double], factors: Int, iterations: Int) -> Double {
      let distance = point.reduce(0) { $0 + ($1 - peak) * ($1 - peak) }
      let size = factors <= bestFactors ? Double(factors) : Double(bestFactors) / 2
      return 1 - distance + 0.01 * size - 0.2 / Double(iterations)
    }
  }

  private func search(
    _ policy: SearchPolicy, _ landscape: Landscape, trials: Int, lowerIsBetter: Bool = false
  ) -> [Trial] {
    var found: [Trial] = []
    while found.count < trials,
      let proposal = policy.next(after: found, isLate: trials - found.count <= policy.mostDoublings)
    {
      found.append(trial(of: proposal, number: found.count + 1, policy, landscape, lowerIsBetter: lowerIsBetter))
    }
    return found
  }

  private func trial(
    of proposal: Proposal, number: Int, _ policy: SearchPolicy, _ landscape: Landscape, lowerIsBetter: Bool
  ) -> Trial {
    let sign = lowerIsBetter ? -1.0 : 1
    let curve = (1...proposal.iterations).map {
      ValidationRecord.Point(
        iteration: $0, value: sign * landscape.value(proposal.point, factors: proposal.factors, iterations: $0))
    }
    return Trial(
      number: number, stage: proposal.stage, round: proposal.round, continues: proposal.continues,
      point: proposal.point,
      configuration: policy.space.configuration(
        at: proposal.point, factors: proposal.factors, iterations: proposal.iterations),
      curve: curve, best: curve.last, interval: nil, isConverged: false, failure: nil, seconds: 1)
  }

  @Test(arguments: [0.15, 0.5, 0.8], [0, 1, 2] as [UInt64])
  func plantedPeakIsApproached(_ peak: Double, _ seed: UInt64) throws {
    let policy = SearchPolicy(space: try Self.space(), seed: seed, lowerIsBetter: false)
    let landscape = Landscape(peak: peak)
    let trials = search(policy, landscape, trials: 100)
    guard let best = trials.best(lowerIsBetter: false) else {
      Issue.record("no trial")
      return
    }
    func distance(_ trial: Trial) -> Double {
      trial.point.reduce(0) { $0 + ($1 - peak) * ($1 - peak) }.squareRoot()
    }
    #expect(best.configuration.factors == 16, "doubled while it helps, and no further")
    // Points drawn at random would be 0.3 and more away in four dimensions.
    #expect(distance(best) < 0.15, "\(distance(best))")
    #expect(distance(best) <= distance(trials[0]))
    let mirrored = search(
      SearchPolicy(space: try Self.space(), seed: seed, lowerIsBetter: true), landscape, trials: 100,
      lowerIsBetter: true)
    #expect(mirrored.map(\.point) == trials.map(\.point))
  }

  @Test func trialsThatGoOnHaveAPredecessor() throws {
    let policy = SearchPolicy(space: try Self.space(), seed: 0, lowerIsBetter: false)
    let trials = search(policy, Landscape(peak: 0.4), trials: 200)
    #expect(trials.count < 200, "the search ends by itself")
    #expect(trials.count > 40)
    #expect(trials.contains { $0.continues != nil })
    for trial in trials {
      #expect((4...32).contains(trial.configuration.factorCount))
      #expect(trial.point.allSatisfy { (0...1).contains($0) })
      guard let number = trial.continues else { continue }
      #expect(number < trial.number)
      let before = trials[number - 1]
      #expect(before.point == trial.point && before.configuration.factors == trial.configuration.factorCount)
      #expect((before.configuration.iterations ?? 0) < (trial.configuration.iterations ?? 0))
      #expect(trials.count { $0.continues == number } == 1)
    }
    // Stages come in their order.
    let order = trials.map { Trial.Stage.allCases.firstIndex(of: $0.stage) ?? -1 }
    #expect(order == order.sorted())
    #expect(Set(trials.map(\.stage)) == Set(Trial.Stage.allCases))
    // Halving: fewer and fewer trials have more and more iterations.
    let explored = trials.filter { $0.stage == .explore }
    let byIterations = [4, 8, 16].map { iterations in explored.count { $0.configuration.iterations == iterations } }
    #expect(byIterations == [SearchPolicy.explorers, 4, 2])
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13])
  func factorsAreDoubledAlsoWhenThereAreFewTrials(_ count: Int) throws {
    let policy = SearchPolicy(space: try Self.space(), seed: 4, lowerIsBetter: false)
    #expect(policy.mostDoublings == 3)
    let trials = search(policy, Landscape(peak: 0.3, bestFactors: 32), trials: count)
    #expect(trials.count == count)
    #expect(trials[0].stage == .defaults && trials[0].point == policy.space.basePoint)
    if count >= 5 { #expect(trials.contains { $0.stage == .double && $0.configuration.factors == 32 }) }
  }

  @Test func failuresAreWorst() throws {
    let policy = SearchPolicy(space: try Self.space(), seed: 0, lowerIsBetter: false)
    var trials: [Trial] = []
    while trials.count < 30, let proposal = policy.next(after: trials, isLate: false) {
      let good = trial(of: proposal, number: trials.count + 1, policy, Landscape(peak: 0.5), lowerIsBetter: false)
      let fails = proposal.stage == .explore && trials.count % 2 == 0 && proposal.continues == nil
      trials.append(
        !fails
          ? good
          : Trial(
            number: good.number, stage: good.stage, round: good.round, continues: nil, point: good.point,
            configuration: good.configuration, curve: [], best: nil, interval: nil, isConverged: false,
            failure: "singular", seconds: 0))
    }
    #expect(trials.contains { $0.failure != nil })
    for trial in trials { if let number = trial.continues { #expect(trials[number - 1].failure == nil) } }
    #expect(trials.best(lowerIsBetter: false)?.failure == nil)
  }

  @Test func nothingToSearchIsOnlyDoubled() throws {
    var space = try SearchSpace(around: .explicit(ExplicitALS(factors: 4)), for: try TuningData.ratings())
    space.factors = 4...16
    space.regularization = 0.1...0.1
    space.regularizationExponent = 1...1
    space.biases = [true]
    (space.biasRegularization, space.firstFactorShare) = (nil, 1...1)
    let policy = SearchPolicy(space: space, seed: 0, lowerIsBetter: false)
    let trials = search(policy, Landscape(peak: 0.5), trials: 50)
    #expect(Set(trials.map(\.configuration.factors)) == [4, 8, 16])
    #expect(trials.count < 8)
  }
}
