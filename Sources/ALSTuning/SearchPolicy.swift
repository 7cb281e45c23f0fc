import ALS

/// What to try next: a function of the trials so far, so that a search resumed from its log goes on as it would have.
///
/// Defaults in full; points all over the space at the fewest factors, by successive halving on iterations (Jamieson and
/// Talwalkar, AISTATS 2016); rounds around the best, in boxes that shrink; factors doubled while that helps, with the
/// other parameters carried over (Rendle et al., RecSys 2022); and rounds around the best again.
package struct SearchPolicy: Sendable {
  package let space: SearchSpace
  let seed: UInt64
  let lowerIsBetter: Bool
  /// Iterations of the first, second, … step of halving; the last is the most.
  package let rungs: [Int]
  let dimensions: Int

  package static let explorers = 12
  static let roundSize = 4
  static let roundsBeforeDoubling = 3
  /// Half the side of the box of the first round, and that below which a search is over.
  static let (firstRadius, polishRadius, lastRadius) = (0.2, 0.1, 0.02)

  package init(space: SearchSpace, seed: UInt64, lowerIsBetter: Bool) {
    self.space = space
    self.seed = seed
    self.lowerIsBetter = lowerIsBetter
    let most = space.iterations
    rungs = Set([most / 4, most / 2, most].map { max($0, 1) }).sorted()
    dimensions = space.dimensions.count
  }

  /// What to try next.
  ///
  /// - Parameters:
  ///   - trials: All trials so far, in their order.
  ///   - isLate: Whether what is left is only enough to double the factors.
  ///   - fits: Whether there is time for a trial; one for which there is none gives way to what the search would do
  ///     later, but the first trial to nothing.
  /// - Returns: The next trial, or `nil` when the search is over.
  package func next(after trials: [Trial], isLate: Bool, fits: (Proposal) -> Bool = { _ in true }) -> Proposal? {
    if let trial = trials.unfinished {
      let rest = continuation(of: trial, iterations: trial.configuration.iterations ?? space.iterations)
      if trials.withoutCuts.isEmpty || fits(rest) { return rest }
    }
    return regular(after: trials.withoutCuts, isLate: isLate, fits: fits)
  }

  /// The same for trials of which none was cut off.
  private func regular(after trials: [Trial], isLate: Bool, fits: (Proposal) -> Bool) -> Proposal? {
    guard !trials.isEmpty else { return full(.defaults, space.basePoint, factors: space.baseFactors) }
    let least = space.factors.lowerBound
    if !isLate && !trials.contains(where: { $0.stage == .double || $0.stage == .polish }) {
      if let proposal = exploration(trials), fits(proposal) { return proposal }
      let rounds = Rounds(self, trials, stage: .refine, firstRadius: Self.firstRadius)
      let center = trials.filter { $0.configuration.factorCount == least }
      if let proposal = rounds.next(around: center, most: Self.roundsBeforeDoubling), fits(proposal) {
        return proposal
      }
    }
    if let proposal = doubling(trials), fits(proposal) { return proposal }
    let rounds = Rounds(self, trials, stage: .polish, firstRadius: Self.polishRadius)
    return rounds.next(around: trials, most: .max).flatMap { fits($0) ? $0 : nil }
  }

  /// How many trials doubling may need.
  package var mostDoublings: Int {
    var (count, factors) = (0, space.factors.lowerBound)
    while factors < space.factors.upperBound {
      count += 1
      factors = doubled(factors)
    }
    return count
  }

  private func doubled(_ factors: Int) -> Int { min(2 * factors, space.factors.upperBound) }

  private func full(_ stage: Trial.Stage, _ point: [Double], factors: Int) -> Proposal {
    Proposal(stage: stage, point: point, factors: factors, iterations: space.iterations)
  }
}

extension SearchPolicy {
  /// The defaults and quasi-random points at the first rung; then a third of them at the second, and half at each other.
  private func exploration(_ trials: [Trial]) -> Proposal? {
    let mine = trials.filter { $0.stage == .explore }
    let count = dimensions == 0 ? 1 : Self.explorers
    let first = mine.filter { $0.continues == nil }
    if first.count < count {
      let point =
        first.isEmpty
        ? space.basePoint : SobolSequence(dimensions: dimensions, seed: seed)[first.count - 1]
      return Proposal(
        stage: .explore, point: point, factors: space.factors.lowerBound, iterations: rungs[0])
    }
    var (level, survivors) = (first, count)
    for iterations in rungs.dropFirst() {
      survivors = max(1, level.count == count ? survivors / 3 : survivors / 2)
      let chosen = ranked(level).prefix(survivors).filter { !$0.isConverged && $0.best != nil }
      let reached = mine.filter { $0.configuration.iterations == iterations }
      if let trial = chosen.first(where: { trial in !reached.contains { $0.continues == trial.number } }) {
        return continuation(of: trial, iterations: iterations)
      }
      level = reached
    }
    return nil
  }

  func continuation(of trial: Trial, iterations: Int) -> Proposal {
    Proposal(
      stage: trial.stage, round: trial.round, continues: trial.number, point: trial.point,
      factors: trial.configuration.factorCount, iterations: iterations)
  }

  /// Best first; failures last; otherwise in their order.
  func ranked(_ trials: [Trial]) -> [Trial] {
    trials.sorted { a, b in
      guard let x = a.best?.value else { return b.best == nil && a.number < b.number }
      guard let y = b.best?.value else { return true }
      if x == y { return a.number < b.number }
      return lowerIsBetter ? x < y : x > y
    }
  }

  /// Twice the factors of the best trial with the fewest, again and again while it helps.
  private func doubling(_ trials: [Trial]) -> Proposal? {
    let few = trials.filter { $0.configuration.factorCount == space.factors.lowerBound && $0.stage != .polish }
    guard var best = few.best(lowerIsBetter: lowerIsBetter) else { return nil }
    while best.configuration.factorCount < space.factors.upperBound {
      let factors = doubled(best.configuration.factorCount)
      let tried = trials.first {
        $0.point == best.point && $0.configuration.factorCount == factors
          && $0.configuration.iterations == space.iterations
      }
      guard let tried else { return full(.double, best.point, factors: factors) }
      guard [best, tried].best(lowerIsBetter: lowerIsBetter) == tried else { return nil }
      best = tried
    }
    return nil
  }
}
