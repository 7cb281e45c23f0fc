import ALS
import ALSPlatform

/// A model measured on a validation set.
package struct ValidationMeasurement: Sendable {
  private enum Evaluation {
    case ranking(RankingMetric, RankingScores)
    case rating(RatingMetric, RatingEvaluation)
  }

  /// The value of the metric.
  package let value: Double
  /// Its standard error, as far as it depends on who the users are; `nil` when that cannot be told.
  package let standardError: Double?
  private let evaluation: Evaluation

  init(of model: FactorModel, on set: ValidationSet, threads: Int?) throws {
    try set.metric.validate(for: model.configuration)
    let value: Double?
    switch set.metric {
    case .ranking(let metric):
      let scores = try RankingEvaluation(
        of: model, on: set.heldOut, metrics: [metric], excluding: set.training, threads: threads
      ).scores
      (value, evaluation) = (scores[metric], .ranking(metric, scores))
    case .rating(let metric):
      let ratings = try RatingEvaluation(of: model, on: set.heldOut, threads: threads)
      (value, evaluation) = (ratings.errors[metric], .rating(metric, ratings))
    }
    guard let value else { throw ALSError(.data, "the held-out interactions have no \(set.metric).") }
    self.value = value
    switch evaluation {
    case .ranking(let metric, let scores):
      standardError = scores.samplingError(metric, around: value).ofRatio(weight: Double(scores.total(metric).count))
    case .rating(let metric, let ratings):
      standardError = ratings.samplingError(metric, around: metric.ratio(ofValue: value))
        .ofRatio(weight: Double(ratings.errors.count)).flatMap { metric.standardError(ofRatio: $0, value: value) }
    }
  }

  /// The 95 % interval of the value, from resampling users.
  package func interval(threads: Int?) throws -> ClosedRange<Double>? {
    switch evaluation {
    case .ranking(let metric, let scores): try scores.intervals(threads: threads)[metric]
    case .rating(let metric, let ratings): try ratings.intervals(threads: threads)[metric]
    }
  }
}
