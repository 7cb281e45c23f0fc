public import ALS

extension EarlyStopping {
  /// Stops when the metric of `validation` gets no better.
  ///
  ///     let validation = try ValidationSet(splitting: interactions, fraction: 0.1, metric: .ranking(.init(.ndcg, at: 20)))
  ///     let model = try ImplicitALS(iterations: 50).fit(validation.training, stopping: EarlyStopping(on: validation))
  ///
  /// - Parameters:
  ///   - validation: What is measured, and on what; the model must be trained on its `training`.
  ///   - patience: How many measurements in a row may be no better than the best, ≥ 1.
  ///   - interval: How many iterations lie between measurements, ≥ 1.
  ///   - minimumImprovement: What a measurement must be better by; see ``EarlyStopping/minimumImprovement``.
  ///   - threads: How many threads measure; all processors when `nil`.
  public init(
    on validation: ValidationSet, patience: Int = 3, interval: Int = 1, minimumImprovement: Double? = nil,
    threads: Int? = nil
  ) {
    self.init(
      measuring: validation.metric.description, lowerIsBetter: validation.metric.lowerIsBetter, patience: patience,
      interval: interval, minimumImprovement: minimumImprovement,
      by: { model in
        let measurement = try validation.measurement(of: model, threads: threads)
        return Measurement(measurement.value, standardError: measurement.standardError)
      })
  }
}
