import ALS
import ALSEvaluation

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension Interactions {
  /// Such as "943 users × 1,682 items, 100,000 interactions, density 6.3 %".
  var summary: String {
    let cells = Double(users.count) * Double(items.count)
    let density = cells > 0 ? 100 * Double(count) / cells : 0
    return "\(users.count.grouped) users × \(items.count.grouped) items, \(count.grouped) interactions, "
      + "density \(density.significant(2)) %"
  }
}

extension ValidationSet {
  /// Such as "held out 9,973 interactions, training on 90,027; measuring ndcg@20".
  var summary: String {
    "held out \(heldOut.count.grouped) interactions, training on \(training.count.grouped); measuring \(metric)"
  }
}

extension ValidationRecord {
  /// What was found and what the model is, such as "best ndcg@20 0.23456 after iteration 7 of 10 …".
  func summary(mostIterations: Int) -> String {
    let last = curve.last?.iteration ?? 0
    let found = "best \(metric) \(best.value.fixed(5)) after iteration \(best.iteration) of \(last)"
    let model =
      isRefitted
      ? "the model was trained anew on everything for \(best.iteration) iterations"
      : "the model is that iteration's, trained without the held-out part"
    let more =
      best.iteration == last && last == mostIterations && !isRefitted ? "; more --iterations may be better" : ""
    return "\(found): \(model)\(more)"
  }
}

extension FactorModel {
  /// Such as "implicit model, 943 users × 1,682 items × 64 factors, float".
  var summary: String {
    "\(configuration.isExplicit ? "explicit" : "implicit") model, \(users.count.grouped) users × "
      + "\(items.count.grouped) items × \(factorCount) factors, \(precision)"
  }
}

extension FactorModel {
  /// How the training ended, if it went on until the scores settled.
  var settling: String? { validation == nil ? history.settling : nil }
}

extension [IterationRecord] {
  /// How a training ended, if it went on until the scores settled.
  var settling: String? {
    guard let last, let change = last.scoreChange else { return nil }
    let percent = "\((100 * change).significant(2)) %"
    return last.iteration < ModelConfiguration.mostIterations
      ? "settled after \(last.iteration) iterations: the last changed scores by \(percent)"
      : "not settled after \(last.iteration) iterations: the last changed scores by \(percent); more --iterations may be better"
  }
}

extension ModelConfiguration {
  /// The parameters by their option names.
  var parameters: [(name: String, value: String)] {
    switch self {
    case .implicit(let c):
      [
        ("feedback", "implicit"), ("objective", c.objective.rawValue), ("factors", "\(c.factors)"),
        ("iterations", c.iterations.map { "\($0)" } ?? "until settled"),
        ("regularization", c.regularization.map { "\($0)" } ?? "from the data"),
        ("regularization-exponent", "\(c.regularizationExponent)"),
        ("unobserved-weight", c.unobservedWeight.map { "\($0)" } ?? "from the data"), ("alpha", "\(c.alpha)"),
        ("confidence", c.confidence.rawValue), ("confidence-scale", "\(c.confidenceScale)"),
        ("solver", c.solver.rawValue), ("cg-steps", "\(c.conjugateGradientSteps)"),
        ("relaxation", "\(c.relaxation)"), ("precision", c.precision.rawValue),
        ("seed", "\(c.seed)"),
      ]
    case .explicit(let c):
      [
        ("feedback", "explicit"), ("factors", "\(c.factors)"),
        ("iterations", c.iterations.map { "\($0)" } ?? "until settled"),
        ("regularization", "\(c.regularization)"), ("regularization-exponent", "\(c.regularizationExponent)"),
        ("biases", "\(c.biases)"), ("solver", c.solver.rawValue), ("cg-steps", "\(c.conjugateGradientSteps)"),
        ("relaxation", "\(c.relaxation)"),
        ("precision", c.precision.rawValue),
        ("seed", "\(c.seed)"),
      ]
    }
  }
}
