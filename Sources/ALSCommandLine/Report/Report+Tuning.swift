import ALS
import ALSEvaluation
import ALSTuning

extension Report {
  /// The trials of a search.
  init(of trials: [Trial], by tuner: Tuner, input: String, command: String) {
    let metric = tuner.validation.metric
    self.init(
      title: "Tuning on \(input == "-" ? "standard input" : input)", subtitle: tuner.validation.summary.text,
      metric: metric.description, lowerIsBetter: metric.lowerIsBetter, command: command)
    let chosen = trials.best(lowerIsBetter: metric.lowerIsBetter)
    best = chosen?.number
    let continued = Set(trials.compactMap(\.continues))
    let leaves = trials.filter { !continued.contains($0.number) }
    curves = leaves.map { trial in
      Curve(
        label: "trial \(trial.number), \(trial.stage.rawValue)",
        kind: trial.number == best ? .best : trial.stage == .defaults ? .defaults : .other,
        points: trial.curve.map { [Double($0.iteration), $0.value] })
    }
    let columns = tuner.space.reportColumns(factors: Set(trials.map(\.configuration.factorCount)).sorted())
    axes = columns.map(\.axis)
    self.trials = trials.map { trial in
      Row(
        number: trial.number, stage: trial.stage.rawValue,
        iterations: trial.best?.iteration ?? trial.configuration.iterations ?? 0, value: trial.best?.value,
        lower: trial.interval?.lowerBound, upper: trial.interval?.upperBound, seconds: trial.seconds,
        parameters: columns.map { $0.value(trial.configuration) }, isContinued: continued.contains(trial.number),
        isCutOff: trial.isCutOff)
    }
    tiles = Self.tiles(trials, chosen, metric)
    facts = (chosen?.bestConfiguration.optionTexts ?? []).map { [$0.name, $0.value] }
  }

  private static func tiles(_ trials: [Trial], _ chosen: Trial?, _ metric: ValidationMetric) -> [Tile] {
    var tiles: [Tile] = []
    if let chosen, let best = chosen.best {
      let interval = chosen.interval.map { "95 %: \($0.lowerBound.fixed(4)) – \($0.upperBound.fixed(4))" }
      tiles.append(
        Tile(label: "best \(metric)", value: best.value.significant(4), note: interval ?? "trial \(chosen.number)"))
      if let first = trials.first, let value = first.best?.value {
        let change = 100 * (best.value / value - 1)
        tiles.append(
          Tile(
            label: "defaults", value: value.significant(4),
            note: first == chosen ? "nothing better was found" : "best is \(change < 0 ? "" : "+")\(change.fixed(1)) %")
        )
      }
      tiles.append(
        Tile(label: "factors", value: "\(chosen.configuration.factorCount)", note: "\(best.iteration) iterations"))
    }
    let seconds = trials.reduce(0) { $0 + $1.seconds }
    tiles.append(Tile(label: "trials", value: "\(trials.count)", note: "\(seconds.fixed(seconds < 100 ? 1 : 0)) s"))
    return tiles
  }
}

extension SearchSpace {
  /// The parameters that trials differ in.
  fileprivate func reportColumns(
    factors trials: [Int]
  ) -> [(axis: Report.Axis, value: (ModelConfiguration) -> Report.Value)] {
    var columns: [(axis: Report.Axis, value: (ModelConfiguration) -> Report.Value)] = []
    func add(
      _ name: String, _ range: ClosedRange<Double>, isLogarithmic: Bool = true,
      _ value: @escaping (ModelConfiguration) -> Double
    ) {
      guard range.lowerBound < range.upperBound else { return }
      columns.append((Report.Axis(name: name, isLogarithmic: isLogarithmic), { .number(value($0)) }))
    }
    if trials.count > 1 {
      columns.append((Report.Axis(name: "factors", categories: trials.map { "\($0)" }), { .text("\($0.factorCount)") }))
    }
    add("regularization", regularization) { $0.regularization ?? 0 }
    add("regularization-exponent", regularizationExponent, isLogarithmic: false) {
      $0.regularizationExponent
    }
    if base.predictsRatings {
      if let biasRegularization {
        add("regularization-biases", biasRegularization) {
          ExplicitLoss($0.loss)?.biasRegularization ?? $0.regularization ?? 0
        }
      }
      if let firstFactorShare {
        add("first-factor-share", firstFactorShare) { ExplicitLoss($0.loss)?.firstFactorShare ?? 1 }
      }
      if biases.count > 1 {
        columns.append(
          (
            Report.Axis(name: "biases", categories: ["yes", "no"]),
            { .text($0.hasBiases ? "yes" : "no") }
          ))
      }
      return columns
    }
    add("unobserved-weight", unobservedWeight) { ImplicitLoss($0.loss)?.unobservedWeight ?? 1 }
    add("user-degree-exponent", userDegreeExponent, isLogarithmic: false) {
      ImplicitLoss($0.loss)?.userDegreeExponent ?? 0
    }
    add("item-degree-exponent", itemDegreeExponent, isLogarithmic: false) {
      ImplicitLoss($0.loss)?.itemDegreeExponent ?? 0
    }
    // With a fixed mean weight, α follows from the shape.
    add("alpha", alpha) { ImplicitLoss($0.loss)?.alpha ?? 1 }
    if confidences.count > 1 {
      columns.append(
        (
          Report.Axis(name: "confidence", categories: confidences.map(\.shape.rawValue)),
          { .text(ImplicitLoss($0.loss)?.confidence?.rawValue ?? "") }
        ))
    }
    return columns
  }
}
