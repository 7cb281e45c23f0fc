import ALSPlatform
import ALSSparse

/// A race of short trainings on a part of the interactions, judged on the rest.
///
/// λ is halved while that helps, or doubled; then α0 goes by thirds; then factors are doubled while that helps, λ following, and
/// with many of them degree exponents are tried. Each training starts from the factors of the one that it is to beat, so that two or three
/// iterations are enough.
final class Race {
  /// What may be chosen.
  private struct Setting {
    var factors: Int
    var multiples = RuleMultiples()
    var weights = CellWeights()
  }

  /// A training of a setting.
  private struct Heat {
    var setting: Setting
    /// What the next ones start from; gone when there are none.
    var model: FactorModel?
    let scores: [Double]
    let place: Int
    var mean: Double { scores.reduce(0, +) / Double(max(scores.count, 1)) }
  }

  private let base: ModelConfiguration
  private let data: RaceData
  private let work: RaceWork
  private let threads: Int
  private let cancellation: CancellationFlag
  private var heats: [Choice.Heat] = []
  private let progress: (Choice.Heat) throws -> Void

  private static let (leastUsers, leastFactors, firstFactors) = (2000, 16, 64)
  /// With fewer, degree exponents cost more than they give.
  private static let exponentFactors = 256
  private static let (firstIterations, iterations, grownIterations) = (6, 2, 3)

  init(
    _ base: ModelConfiguration, _ data: RaceData, threads: Int, cancellation: CancellationFlag,
    progress: @escaping (Choice.Heat) throws -> Void
  ) {
    var base = base
    // Neither changes which setting is best, and these are the quickest.
    (base.precision, base.solver) = (.float, base.defaultSolver)
    (self.base, self.data, self.threads, self.cancellation, self.progress) = (
      base, data, threads, cancellation, progress
    )
    work = RaceWork(data.training, steps: base.conjugateGradientSteps)
  }

  private func heat(_ setting: Setting, from parent: Heat?, iterations: Int) throws -> Heat {
    var configuration = base
    configuration.factors = setting.factors
    configuration.iterations = iterations
    configuration.loss = loss(setting)
    let training = try configuration.training(on: data.training, times: setting.multiples)
      .cancelled(by: cancellation).growing(from: parent?.model)
    let run = try TrainingRun(training, threads: threads)
    try run.advance(through: iterations)
    let model = try run.approximateModel()
    // Where factors are chosen too, the race is short beside the training anyway.
    let measured = work.users(setting.factors, iterations: base.factors == nil ? 3 : 2)
    let users = data.users.prefix(max(Self.leastUsers, measured))
    let scores = try data.scores(of: model, users, threads: threads)
    let heat = Heat(
      setting: setting, model: model, scores: scores, place: heats.count)
    let record = Choice.Heat(
      training.configuration, value: heat.mean, users: scores.count)
    heats.append(record)
    try progress(record)
    return heat
  }

  /// Whether `heat` is better than `other`, by more than `errors` standard errors of the difference and a share of its value, for
  /// the users that both were measured for.
  private func isBetter(_ heat: Heat, than other: Heat, errors: Double = 0, byShare share: Double = 0) -> Bool {
    let differences = zip(heat.scores, other.scores).map { $0 - $1 - share * abs($1) }
    let (count, sum) = (Double(differences.count), differences.reduce(0, +))
    let squares = differences.reduce(0) { $0 + $1 * $1 }
    return sum > errors * (max(0, squares - sum * sum / count)).squareRoot()
  }

  /// Whether there is memory for models with so many factors.
  private func fits(_ factors: Int) -> Bool { RaceData.fits(data.training, factors: factors, copying: false) }

  /// The best of `best` and what is a step from it, and a step further, while that is better.
  private func climb(
    _ best: inout Heat, most: Int, errors: Double = 0, _ step: (inout Setting) -> Void
  ) throws -> Bool {
    var hasMoved = false
    for _ in 0..<most where changes(best, step) {
      let next = try neighbour(of: best, step)
      guard isBetter(next, than: best, errors: errors) else { break }
      (best, hasMoved) = (next, true)
    }
    return hasMoved
  }

  /// Whether a step leads anywhere: what the configuration says stays.
  private func changes(_ heat: Heat, _ step: (inout Setting) -> Void) -> Bool {
    var setting = heat.setting
    step(&setting)
    return setting.multiples != heat.setting.multiples || loss(setting) != loss(heat.setting)
  }

  /// The loss of a setting but for α0.
  private func loss(_ setting: Setting) -> AnyLoss {
    ImplicitLoss(base.loss)?.filling(setting.weights).any ?? base.loss
  }

  private func neighbour(of heat: Heat, _ step: (inout Setting) -> Void) throws -> Heat {
    var setting = heat.setting
    step(&setting)
    return try self.heat(setting, from: heat, iterations: Self.iterations)
  }

  /// λ by steps of a factor, down while that helps, and otherwise up; then to the vertex of the parabola through the best and
  /// its neighbours, which evens out chance.
  ///
  /// A short training stops before it fits noise, so that λ seems the better the smaller it is: it must be better by 1 % per
  /// halving.
  private func chooseRegularization(_ best: inout Heat, by factor: Double, gaining share: Double, most: Int) throws {
    guard base.regularization == nil else { return }
    func next(_ heat: Heat, _ factor: Double) throws -> Heat {
      try neighbour(of: heat) { $0.multiples.regularization *= factor }
    }
    var (above, below): (Heat?, Heat) = (nil, try next(best, 1 / factor))
    for _ in 1..<most where isBetter(below, than: best, byShare: share) {
      (above, best) = (best, below)
      above?.model = nil
      below = try next(best, 1 / factor)
    }
    below.model = nil
    var higher = try above ?? next(best, factor)
    if above == nil {
      for _ in 1..<most where isBetter(higher, than: best) {
        (below, best) = (best, higher)
        below.model = nil
        higher = try next(best, factor)
      }
    }
    let count = min(higher.scores.count, best.scores.count, below.scores.count)
    let values = [below, best, higher].map { $0.scores.prefix(count).reduce(0, +) }
    let bend = values[0] - 2 * values[1] + values[2]
    guard bend < 0 else { return }
    let vertex = (values[0] - values[2]) / (2 * bend)
    best.setting.multiples.regularization *= power(factor, min(max(vertex, values[0] > values[1] ? 0 : -0.5), 0.5))
  }

  /// α0 by thirds, or threefold; λ follows by its rule.
  private func chooseUnobservedWeight(_ best: inout Heat) throws {
    guard let loss = ImplicitLoss(base.loss), loss.unobservedWeight == nil else { return }
    if try climb(&best, most: 2, errors: 1, { $0.multiples.unobservedWeight /= 3 }) { return }
    _ = try climb(&best, most: 2, errors: 1) { $0.multiples.unobservedWeight *= 3 }
  }

  /// The degree exponents of both sides by halves, then that of items.
  private func chooseExponents(_ best: inout Heat) throws {
    _ = try climb(&best, most: 2, errors: 1) { setting in
      setting.weights.unobservedPopularityExponent = 0
      setting.weights.degreeExponents.users += 0.5
      setting.weights.degreeExponents.items += 0.5
    }
    if best.setting.weights.degreeExponents.items < 1 {
      _ = try climb(&best, most: 1, errors: 1) { setting in
        setting.weights.unobservedPopularityExponent = 0
        setting.weights.degreeExponents.items += 0.5
      }
    }
  }

  /// The best λ and α0 with few factors, from the start.
  private func begun(with setting: Setting) throws -> Heat {
    var best = try heat(setting, from: nil, iterations: Self.firstIterations)
    try chooseRegularization(&best, by: 2, gaining: 0.01, most: 6)
    try chooseUnobservedWeight(&best)
    return best
  }

  /// What is chosen.
  ///
  /// Where the number of factors is given, the race is run with at most half of it, which takes a few iterations' time.
  func run(mostFactors: Int) throws -> Choice {
    let last = base.factors.map { max($0 / 2, min($0, Self.leastFactors)) } ?? mostFactors
    var best = try begun(with: Setting(factors: min(last, Self.firstFactors)))
    var logarithmic = best.setting
    logarithmic.weights.confidence = .log
    if data.hasDifferentValues, loss(logarithmic) != loss(best.setting) {
      logarithmic.multiples = RuleMultiples()
      let other = try begun(with: logarithmic)
      // Of six sets with values, it was better on five.
      if !isBetter(best, than: other, errors: 1) { best = other }
    }
    _ = try climb(&best, most: 2, errors: 1) { $0.weights.unobservedPopularityExponent += 0.25 }
    var hasExponents = false
    while best.setting.factors < last, fits(min(2 * best.setting.factors, last)) {
      var setting = best.setting
      setting.factors = min(2 * setting.factors, last)
      var grown = try heat(setting, from: best, iterations: Self.grownIterations)
      try chooseRegularization(
        &grown, by: 2.0.squareRoot(), gaining: 0.005, most: setting.factors < Self.exponentFactors ? 3 : 2)
      if base.factors == nil, !isBetter(grown, than: best, errors: 0.5) { break }
      best = grown
      if best.setting.factors >= Self.exponentFactors, !hasExponents {
        try chooseExponents(&best)
        hasExponents = true
      }
    }
    if best.setting.factors >= Self.exponentFactors / 2, !hasExponents { try chooseExponents(&best) }
    return Choice(
      metric: RaceData.metric, heldOut: data.heldOut.entryCount, heats: heats,
      best: best.place,
      regularizationMultiple: best.setting.multiples.regularization,
      unobservedWeightMultiple: best.setting.multiples.unobservedWeight)
  }
}
