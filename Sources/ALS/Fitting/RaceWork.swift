import ALSSparse

/// What trainings and measurements cost, counted rather than timed, so that a race is the same everywhere.
///
/// The unit is a floating-point operation of a matrix product; gathered ones take about eight times as long, and those of an
/// eigendecomposition, which has one thread, four times.
struct RaceWork {
  let entries, rows, items: Double
  let steps: Double

  init(_ interactions: Interactions, steps: Int) {
    entries = Double(interactions.count)
    rows = Double(interactions.users.count + interactions.items.count)
    (items, self.steps) = (Double(interactions.items.count), Double(steps))
  }

  /// That of an iteration with k factors.
  func iteration(_ factors: Int) -> Double {
    let k = Double(factors)
    return 32 * entries * (steps + 1) * k + 6 * rows * k * k + 80 * k * k * k
  }

  /// That of ranking all items for a user.
  private func ranking(_ factors: Int) -> Double { 2 * items * (Double(factors) + 16) }

  /// How many users are measured in about the time of so many iterations.
  func users(_ factors: Int, iterations: Int) -> Int { Int(Double(iterations) * iteration(factors) / ranking(factors)) }
}
