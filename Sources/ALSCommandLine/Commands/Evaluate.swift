import ALS
import ALSEvaluation
import ALSFiles
import ArgumentParser

/// The command `als evaluate`.
struct Evaluate: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on held-out interactions.",
    discussion: """
      Implicit models are measured by how they rank the held-out items in the full catalogue, next to recommending \
      the most popular items to everybody; explicit models by the error of the predicted ratings. Intervals hold 95 % \
      and come from resampling users. docs/evaluation.md has protocols and metrics.

        als evaluate model.safetensors test.csv --exclude train.csv --metrics ndcg@10,recall@20,coverage@20
        als evaluate model.safetensors test.csv --exclude train.csv --groups 4 --format json
        als evaluate model.safetensors test.csv --exclude train.csv --fold-in known.csv
      """)

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "File of held-out interactions, or - for standard input.")
  var test: String
  @Option(
    help: """
      File the model was trained on: what a user has there is not recommended, and popularity and activity are counted \
      in it.
      """)
  var exclude: String?
  @Option(
    help: """
      File of what is known of users that were held out (als split --method users): each is folded in from it, and what \
      is in it is not recommended.
      """)
  var foldIn: String?
  @Option(
    help: """
      Metrics, separated by commas: \(RankingMetric.Kind.allCases.map { $0.hasCutoff ? "\($0.rawValue)@K" : $0.rawValue }.joined(separator: ", ")); \
      \(RatingMetric.allCases.map(\.rawValue).joined(separator: ", ")) for explicit models. Default: \
      \(EvaluationOptions.usualMetrics), or rmse,mae.
      """)
  var metrics: String?
  @Option(help: "Measure by user activity and by item popularity as well, in this many groups each.")
  var groups = 0
  @OptionGroup var protocolOptions: EvaluationOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(
      reading: [
        "the model": model, "the file of held-out interactions": test, "--exclude": exclude, "--fold-in": foldIn,
      ]) + results.files
  }

  func validate() throws {
    if groups < 0 { throw ValidationError("--groups is \(groups), but it must be 0 or more.") }
    if groups > 0, exclude == nil {
      throw ValidationError(
        "--groups counts activity and popularity in the training file: give it with --exclude FILE.")
    }
  }

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    let names = metrics.map(EvaluationOptions.names)
    let ratingMetrics = (names ?? RatingMetric.allCases.map(\.rawValue)).compactMap(RatingMetric.init)
    let measuresRatings =
      model.configuration.predictsRatings && ratingMetrics.count == names?.count ?? ratingMetrics.count
    if let names, model.configuration.predictsRatings, !measuresRatings, !ratingMetrics.isEmpty {
      let rankings = names.filter { RatingMetric(rawValue: $0) == nil }
      throw ValidationError(
        "Rankings and errors of ratings are measured by themselves, on different pairs: give "
          + "--metrics \(rankings.joined(separator: ",")) in one command and "
          + "--metrics \(ratingMetrics.map(\.rawValue).joined(separator: ",")) in another.")
    }
    let rankingMetrics = try measuresRatings ? [] : parsedRankingMetrics(names, of: model)
    if measuresRatings, protocolOptions.candidates != nil {
      throw ValidationError("--candidates is for rankings, but rmse and mae are errors of predicted ratings.")
    }
    var files = EvaluationFiles(
      options: inputOptions, feedback: model.configuration.loss.feedback,
      threads: threadOptions.threads)
    let test = try files.read(self.test)
    let training = try exclude.map { try files.read($0) }
    let known = try foldIn.map { try files.read($0) }
    let subject = try known.map { try fold($0, into: model) } ?? model
    do {
      try measuresRatings
        ? measureRatings(subject, test, training: training, known: known, ratingMetrics)
        : measureRanking(subject, test, training: training, known: known, rankingMetrics)
    } catch let error as ALSError where error.kind == .data {
      throw error.adding(files.hint)
    }
  }

  private func parsedRankingMetrics(_ names: [String]?, of model: FactorModel) throws -> [RankingMetric] {
    if let name = names?.first(where: { RatingMetric(rawValue: $0) != nil }), !model.configuration.predictsRatings {
      throw ValidationError("\(name) is for explicit models, but this one is implicit: its scores are no ratings.")
    }
    return try protocolOptions.rankingMetrics(
      names ?? EvaluationOptions.names(EvaluationOptions.usualMetrics), training: exclude)
  }

  /// The model with the users of `known`, folded in, and no others.
  private func fold(_ known: Interactions, into model: FactorModel) throws -> FactorModel {
    let folded = try model.foldIn(users: known, threads: threadOptions.threads)
    StandardError.write("\(folded.count.grouped) users folded in\n")
    let trained = known.users.count { model.users.index(of: $0) != nil }
    if trained > 0 {
      StandardError.warn(
        "\(trained.grouped) of them were in training. Held-out users are those of whom training has nothing")
    }
    if folded.unknownCount > 0 {
      StandardError.warn("\(folded.unknownCount.grouped) of their pairs not used, whose item the model does not know")
    }
    return try model.replacingUsers(with: folded)
  }

  private func measureRatings(
    _ model: FactorModel, _ test: Interactions, training: Interactions?, known: Interactions?, _ metrics: [RatingMetric]
  ) throws {
    let threads = threadOptions.threads
    let evaluation = try RatingEvaluation(
      of: model, on: test, training: training, groups: groups,
      threads: threads)
    let intervals = try protocolOptions.bootstrap.map { try evaluation.intervals($0, threads: threads) }
    StandardError.write("\(evaluation.errors.count.grouped) ratings\n")
    if evaluation.unknownPairs > 0 {
      StandardError.warn(
        "\(evaluation.unknownPairs.grouped) of them with a user or item that the model does not know, "
          + "predicted by the mean and the bias of the other")
    }
    var table = EvaluationTable(hasIntervals: intervals != nil, hasGroups: groups > 0)
    for metric in metrics {
      table.add(metric.rawValue, pairs: evaluation.errors.count, evaluation.errors[metric], intervals?[metric])
    }
    for group in evaluation.groups {
      for metric in metrics {
        table.add(
          metric.rawValue, (group.key, group.range), pairs: group.errors.count, group.errors[metric])
      }
    }
    try table.write(results)
  }

  private func measureRanking(
    _ model: FactorModel, _ test: Interactions, training: Interactions?, known: Interactions?,
    _ metrics: [RankingMetric]
  ) throws {
    let threads = threadOptions.threads
    let evaluation = try RankingEvaluation(
      of: model, on: test, metrics: metrics, excluding: known ?? training, popularityIn: training,
      candidates: protocolOptions.protocol, groups: groups, threads: threads)
    EvaluationNotes(evaluation, of: model, hasExclusions: (known ?? training) != nil).write()
    let popularity = try training.map {
      try RankingEvaluation(
        ofPopularityIn: $0, comparedWith: model, on: test, metrics: metrics, excluding: known ?? $0,
        candidates: protocolOptions.protocol, groups: groups, threads: threads)
    }
    var table = EvaluationTable(
      hasIntervals: protocolOptions.bootstrap != nil, hasGroups: groups > 0, hasPopularity: popularity != nil)
    func add(
      _ group: (RankingGroup.Key, ClosedRange<Int>)?, _ pairs: Int, _ scores: RankingScores, _ baseline: RankingScores?
    ) throws {
      let intervals = try protocolOptions.bootstrap.map { try scores.intervals($0, threads: threads) }
      for metric in scores.metrics {
        table.add(
          evaluation.candidates.name(of: metric), group, users: scores.users.count, pairs: pairs, scores[metric],
          intervals?[metric], popularity: baseline?[metric])
      }
    }
    try add(nil, evaluation.pairs, evaluation.scores, popularity?.scores)
    for (index, group) in evaluation.groups.enumerated() {
      try add((group.key, group.range), group.pairs, group.scores, popularity?.groups[index].scores)
    }
    try table.write(results)
  }
}
