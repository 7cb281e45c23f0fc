public import ALS
import ALSPlatform

/// A metric that a training is stopped by, or parameters are chosen by: of rankings, or of predicted ratings.
public enum ValidationMetric: Hashable, Sendable {
  /// How held-out items are ranked in the full catalogue.
  case ranking(RankingMetric)
  /// How far held-out ratings are from predicted ones; for explicit models.
  case rating(RatingMetric)

  /// `rmse` for explicit models, `ndcg@20` for implicit ones.
  public static func standard(for configuration: ModelConfiguration) -> ValidationMetric {
    configuration.predictsRatings ? .rating(.rmse) : .ranking(RankingMetric(.ndcg, at: 20))
  }

  /// Whether a smaller value is better, as of an error.
  public var lowerIsBetter: Bool {
    switch self {
    case .ranking: false
    case .rating: true
    }
  }

  /// Throws an error when models of `configuration` do not have this metric, or it says nothing about accuracy.
  public func validate(for configuration: ModelConfiguration) throws {
    switch self {
    case .rating(let metric):
      if configuration.predictsRatings { return }
      throw ALSError(
        .configuration,
        "\(metric.rawValue) is for explicit ratings, but the model is implicit. Choose a metric of rankings, such as "
          + "ndcg@20.")
    case .ranking(let metric):
      if metric.kind.isAccuracy { return }
      throw ALSError(
        .configuration,
        "\(metric) does not say how right a model is, so nothing can be chosen by it. Choose a metric of accuracy, such "
          + "as ndcg@20.")
    }
  }
}

extension ValidationMetric: LosslessStringConvertible {
  /// As on the command line: `ndcg@20`, `rmse`.
  public var description: String {
    switch self {
    case .ranking(let metric): metric.description
    case .rating(let metric): metric.rawValue
    }
  }

  /// The metric that `description` names, or `nil`; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let metric = try? ValidationMetric(parsing: description) else { return nil }
    self = metric
  }

  /// The metric that `text` names, such as `ndcg@20` or `rmse`.
  ///
  /// - Throws: `ALSError` that lists the known names, or says what a cutoff looks like.
  public init(parsing text: String) throws {
    if let metric = RatingMetric(rawValue: text.lowercased()) {
      self = .rating(metric)
    } else {
      self = .ranking(try RankingMetric(parsing: text))
    }
  }
}
