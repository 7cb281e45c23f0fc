import ALSPlatform
public import ALSSparse

extension ALSConfiguration {
  /// The configuration with everything that it leaves open.
  ///
  /// - Parameters:
  ///   - interactions: What is going to be trained on.
  ///   - choosing: How to choose.
  ///   - threads: All processors when `nil`; at most 64.
  ///   - progress: Called on the calling thread after each short training; what it throws ends the race.
  /// - Returns: The configuration, and how it was found, `nil` where no race was run.
  /// - Throws: `ALSError` when a parameter or a value is out of its range, or with ``Choosing/none`` one is left open;
  ///   `CancellationError`.
  public func chosen(
    for interactions: Interactions, by choosing: Choosing = .race(), threads: Int? = nil,
    progress: @escaping (Choice.Heat) throws -> Void = { _ in }
  ) throws -> (configuration: Self, choice: Choice?) {
    try chosen(
      for: interactions, by: choosing, threads: threads, cancellation: CancellationFlag(), progress: progress)
  }

  func chosen(
    for interactions: Interactions, by choosing: Choosing, threads: Int?, cancellation: CancellationFlag,
    progress: @escaping (Choice.Heat) throws -> Void
  ) throws -> (configuration: Self, choice: Choice?) {
    let configuration = any.closed
    try configuration.validate()
    if configuration.isResolved { return (try resolved(by: nil, for: interactions), nil) }
    switch choosing {
    case .none:
      throw ALSError(
        .configuration,
        "nothing is to be chosen, but not all is given. Give the number of factors and the regularization, "
          + "and of implicit feedback the unobserved weight.")
    case .formula: return (try resolved(by: nil, for: interactions), nil)
    case .race(let mostFactors):
      let threads = try EngineThreads.count(threads)
      let data =
        configuration.predictsRatings
        ? nil : RaceData(of: try configuration.reading(interactions), seed: seed, threads: threads)
      let choice = try data.map {
        try Race(configuration, $0, threads: threads, cancellation: cancellation, progress: progress)
          .run(mostFactors: mostFactors)
      }
      return (try resolved(by: choice, for: interactions), choice)
    }
  }

  /// The configuration with everything that it leaves open: as a race found it, where there was one, and by the rules that
  /// follow from `interactions`.
  package func resolved(by choice: Choice?, for interactions: Interactions) throws -> Self {
    var (copy, open, multiples) = (self, any.closed, RuleMultiples())
    if let choice {
      let best = choice.heats[choice.best]
      multiples = RuleMultiples(
        regularization: choice.regularizationMultiple, unobservedWeight: choice.unobservedWeightMultiple)
      open.factors = factors ?? best.factors
      if let loss = ImplicitLoss(open.loss) { open.loss = loss.filling(best.weights).any }
    }
    let found = try open.training(on: interactions, times: multiples).configuration
    (copy.factors, copy.regularization) = (found.factors, found.regularization)
    copy.loss = Loss(found.loss) ?? loss
    return copy
  }
}
