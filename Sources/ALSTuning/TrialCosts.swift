import ALS

/// What trials cost, as those that were run have shown.
package struct TrialCosts {
  /// Seconds and iterations of all trials with so many factors.
  private var spent: [Int: (seconds: Double, iterations: Int)] = [:]
  /// The most iterations that trials of each length went on for before the metric got no better.
  private var reached: [(given: Int, reached: Int)] = []

  /// From one number of factors to twice as many, a trial costs this power of 2: between what grows with k, the passes
  /// over the interactions, and what grows with k², the rotations and the exact solver's systems.
  private static let usualExponent = 1.5

  package init(_ trials: [Trial]) {
    for trial in trials where trial.failure == nil && !trial.curve.isEmpty {
      let before = trial.continues.map { trials[$0 - 1].lastIteration } ?? 0
      if trial.lastIteration > before {
        let (seconds, iterations) = spent[trial.configuration.factorCount] ?? (0, 0)
        spent[trial.configuration.factorCount] = (seconds + trial.seconds, iterations + trial.lastIteration - before)
      }
      if !trial.isCutOff { reached.append((trial.configuration.iterations ?? 0, trial.lastIteration)) }
    }
  }

  /// The seconds that a trial is going to take, if `startingAt` of its iterations are done; `nil` when nothing is known.
  package func seconds(of proposal: Proposal, startingAt done: Int) -> Double? {
    guard let rate = secondsPerIteration(factors: proposal.factors) else { return nil }
    let most = reached.filter { $0.given >= proposal.iterations }.map(\.reached).max() ?? proposal.iterations
    return rate * Double(max(min(most, proposal.iterations) - done, 1))
  }

  private func secondsPerIteration(factors: Int) -> Double? {
    let known = spent.mapValues { $0.seconds / Double($0.iterations) }.sorted { $0.key < $1.key }
    guard let nearest = known.last(where: { $0.key <= factors }) ?? known.first else { return nil }
    if nearest.key == factors { return nearest.value }
    var exponent = Self.usualExponent
    if let last = known.last, let other = known.dropLast().last, last.value > 0, other.value > 0 {
      let ratio = Double(last.key) / Double(other.key)
      exponent = min(max(logarithm10(last.value / other.value) / logarithm10(ratio), 0), 2)
    }
    return nearest.value * power(Double(factors) / Double(nearest.key), exponent)
  }
}
