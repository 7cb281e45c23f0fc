import ALS
import ALSEvaluation
import ALSFiles
import ArgumentParser

/// The command `als evaluate`.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on held-out interactions.",
    discussion: """
      Implicit models are measured by how they rank the held-out items in the full catalogue, next to recommending \
      the most popular items to everybody; explicit models by the error of the predicted ratings.

        als evaluate model.safetensors test.csv --exclude train.csv --metrics ndcg@10,recall@20
      """)

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "File of held-out interactions, or - for standard input.")
  var test: String
  @Option(help: "File the model was trained on: what a user has there is not recommended.")
  var exclude: String?
  @Option(
    help: """
      Metrics, separated by commas: \(RankingMetric.Kind.allCases.map { "\($0.rawValue)@K" }.joined(separator: ", ")); \
      \(RatingMetric.allCases.map(\.rawValue).joined(separator: ", ")) for explicit models. Default: \
      ndcg@10,recall@10,precision@10,map@10, or rmse,mae.
      """)
  var metrics: String?
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    let names = metrics.map { $0.split(separator: ",").map { $0.trimming(" ") } }
    if model.configuration.isExplicit, names.map({ $0.allSatisfy { RatingMetric(rawValue: $0) != nil } }) ?? true {
      try measureRatings(model, (names ?? RatingMetric.allCases.map(\.rawValue)).compactMap(RatingMetric.init))
    } else {
      let defaults = ["ndcg@10", "recall@10", "precision@10", "map@10"]
      try measureRanking(model, (names ?? defaults).map { try RankingMetric(parsing: $0) })
    }
  }

  private func measureRatings(_ model: FactorModel, _ metrics: [RatingMetric]) throws {
    let test = try inputOptions.interactions(self.test, feedback: .explicit, threads: threadOptions.threads)
    let evaluation = try RatingEvaluation(of: model, on: test, threads: threadOptions.threads)
    var note = "\(evaluation.errors.count.grouped) ratings"
    if evaluation.unknownPairs > 0 {
      note +=
        ", \(evaluation.unknownPairs.grouped) of them with a user or item that the model does not know, "
        + "predicted by the mean and the bias of the other"
    }
    StandardError.write(note + "\n")
    let writer = try ResultWriter(columns: ["metric", "model"], format: results.format, path: results.output)
    try writer.write(
      metrics.map { [.text($0.rawValue), evaluation.errors[$0].map { .number($0, digits: 4) } ?? .missing] })
    try writer.finish()
  }

  private func measureRanking(_ model: FactorModel, _ metrics: [RankingMetric]) throws {
    let threads = threadOptions.threads
    let feedback: Feedback = model.configuration.isExplicit ? .explicit : .implicit
    let test = try inputOptions.interactions(self.test, feedback: feedback, threads: threads)
    let training = try exclude.map { try inputOptions.interactions($0, feedback: feedback, threads: threads) }
    let evaluation = try RankingEvaluation(of: model, on: test, metrics: metrics, excluding: training, threads: threads)
    var note =
      "\(evaluation.scores.users.count.grouped) users with \(evaluation.pairs.grouped) held-out items, "
      + "ranked among all \(model.items.count.grouped)"
    if evaluation.unknownPairs > 0 {
      note += "; \(evaluation.unknownPairs.grouped) pairs left out, whose user or item the model does not know"
    }
    if training == nil { note += "; nothing is excluded (--exclude takes the training file)" }
    StandardError.write(note + "\n")

    let popularity = try training.map {
      try RankingEvaluation(
        ofPopularityIn: $0, comparedWith: model, on: test, metrics: metrics, threads: threads)
    }
    let writer = try ResultWriter(
      columns: ["metric", "model"] + (popularity == nil ? [] : ["popularity"]), format: results.format,
      path: results.output)
    try writer.write(
      metrics.map { metric in
        [.text(metric.description)]
          + [evaluation, popularity].compactMap { $0 }.map { evaluation -> Cell in
            evaluation.scores[metric].map { .number($0, digits: 4) } ?? .missing
          }
      })
    try writer.finish()
  }
}
