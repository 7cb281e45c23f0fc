import ALS

extension Report {
  /// The learning curve of one training.
  init(of model: ModelSummary, trainedFrom input: String) {
    let validation = model.validation
    self.init(
      title: "Training of \(input == "-" ? "standard input" : input)", subtitle: model.text,
      metric: validation?.metric ?? "", lowerIsBetter: validation?.lowerIsBetter ?? false)
    if let validation {
      curves = [
        Curve(label: validation.metric, kind: .best, points: validation.curve.map { [Double($0.iteration), $0.value] })
      ]
      tiles = [
        Tile(label: "best \(validation.metric)", value: validation.best.value.significant(4)),
        Tile(
          label: "after iteration", value: "\(validation.best.iteration)",
          note: "of \(validation.curve.last?.iteration ?? 0)"),
        Tile(
          label: "the model", value: validation.isRefitted ? "refitted" : "best iteration",
          note: validation.isRefitted ? "trained anew on everything" : "trained without the held-out part"),
      ]
    }
    loss = model.history.compactMap { record in record.loss.map { [Double(record.iteration), $0] } }
    facts =
      model.configuration.optionTexts.map { [$0.name, $0.value] } + [["data fingerprint", model.dataFingerprint]]
  }
}
