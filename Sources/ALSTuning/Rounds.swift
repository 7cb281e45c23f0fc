import ALS

/// Rounds of trials in boxes around the best, which shrink, faster when a round finds nothing better.
struct Rounds {
  private let policy: SearchPolicy
  private let trials: [Trial]
  private let stage: Trial.Stage
  private let firstRadius: Double

  init(_ policy: SearchPolicy, _ trials: [Trial], stage: Trial.Stage, firstRadius: Double) {
    self.policy = policy
    self.trials = trials
    self.stage = stage
    self.firstRadius = firstRadius
  }

  /// The next trial of the current round, or the first of a new one; `nil` after `most` rounds or when the box is small.
  ///
  /// A round tries its points with half the iterations, and goes on with the best of them if it beats the center at as
  /// many iterations.
  func next(around center: [Trial], most: Int) -> Proposal? {
    guard policy.dimensions > 0 else { return nil }
    var radius = firstRadius
    for round in 0..<most {
      if radius < SearchPolicy.lastRadius { return nil }
      let mine = trials.filter { $0.stage == stage && $0.round == round }
      let before = center.filter { trial in mine.first.map { trial.number < $0.number } ?? true }
      guard let best = before.best(lowerIsBetter: policy.lowerIsBetter) else { return nil }
      let first = mine.filter { $0.continues == nil }
      if first.count < SearchPolicy.roundSize {
        return Proposal(
          stage: stage, round: round, point: point(first.count, round: round, around: best.point, radius: radius),
          factors: best.configuration.factorCount, iterations: halfway)
      }
      if let trial = policy.ranked(first).first, mine.count == first.count, deservesMore(trial, than: best) {
        return policy.continuation(of: trial, iterations: policy.space.iterations)
      }
      let improved = (mine + [best]).best(lowerIsBetter: policy.lowerIsBetter) != best
      radius *= improved ? 0.8 : 0.5
    }
    return nil
  }

  private var halfway: Int { policy.rungs[max(policy.rungs.count - 2, 0)] }

  private func deservesMore(_ trial: Trial, than best: Trial) -> Bool {
    guard !trial.isConverged, (trial.configuration.iterations ?? 0) < policy.space.iterations,
      let value = trial.best?.value
    else { return false }
    let atHalf = best.curve.filter { $0.iteration <= halfway }.map(\.value)
    let bar = policy.lowerIsBetter ? atHalf.min() : atHalf.max()
    guard let bar else { return true }
    return policy.lowerIsBetter ? value < bar : value > bar
  }

  /// Point `index` of a round: in the box, reflected at the walls of the cube.
  private func point(_ index: Int, round: Int, around center: [Double], radius: Double) -> [Double] {
    let salt = UInt64(round + 1) &* 2 &+ (stage == .polish ? 1 : 0)
    let sequence = SobolSequence(dimensions: policy.dimensions, seed: policy.seed ^ (salt << 32))
    return zip(center, sequence[index]).map { center, x in
      let moved = center + radius * (2 * x - 1)
      return moved < 0 ? -moved : moved > 1 ? 2 - moved : moved
    }
  }
}
