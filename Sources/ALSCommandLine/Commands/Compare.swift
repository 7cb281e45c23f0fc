import ALS
import ALSEvaluation
import ALSFiles
import ArgumentParser

/// The command `als compare`.
struct Compare: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Compare how two models rank held-out items.",
    discussion: """
      Both rank the held-out items of the same users, as in als evaluate; pairs that a model does not know are left out \
      for both. The interval of the difference holds 95 % and comes from resampling users; p is how probable so large a \
      difference would be between models that are alike, from giving the users' differences random signs.

        als compare today.safetensors candidate.safetensors test.csv --exclude train.csv
      """)

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "Model file to compare it with.")
  var other: String
  @Argument(help: "File of held-out interactions, or - for standard input.")
  var test: String
  @Option(
    help: """
      File the models were trained on: what a user has there is not recommended, and popularity is counted in it.
      """)
  var exclude: String?
  @Option(help: "Metrics of rankings, separated by commas, as in als evaluate.")
  var metrics = EvaluationOptions.usualMetrics
  @OptionGroup var protocolOptions: EvaluationOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(
      reading: [
        "the model": model, "the other model": other, "the file of held-out interactions": test, "--exclude": exclude,
      ]) + results.files
  }

  func run() throws {
    let (threads, models) = (threadOptions.threads, try [model, other].map { try FactorModel(contentsOf: $0) })
    let names = EvaluationOptions.names(metrics)
    if let name = names.first(where: { RatingMetric(rawValue: $0) != nil }) {
      throw ValidationError("\(name) is an error of ratings, but rankings are compared. als evaluate measures it.")
    }
    let metrics = try protocolOptions.rankingMetrics(names, training: exclude)
    var files = EvaluationFiles(
      options: inputOptions, feedback: models[0].configuration.loss.feedback, threads: threads)
    let test = try files.read(self.test)
    let training = try exclude.map { try files.read($0) }
    let comparison: RankingComparison
    do {
      comparison = try RankingComparison(
        of: models[0], with: models[1], on: test, metrics: metrics, excluding: training,
        candidates: protocolOptions.protocol, threads: threads)
    } catch let error as ALSError where error.kind == .data {
      throw error.adding(files.hint)
    }
    say(comparison, models)
    let bootstrap = protocolOptions.bootstrap
    let writer = try ResultWriter(
      columns: ["metric", "users", "model", "other", "difference"] + (bootstrap == nil ? [] : ["low", "high", "p"]),
      format: results.format, path: results.output)
    try writer.write(
      comparison.first.scores.metrics.map { metric in
        func number(_ value: Double?) -> Cell { value.map { .number($0, digits: 4) } ?? .missing }
        let name = comparison.first.candidates.name(of: metric)
        let found = try comparison.difference(
          metric, resampling: bootstrap ?? Bootstrap(replicates: 1), threads: threads)
        // What lists have together has a value, but no user's.
        let values = (
          found?.first ?? comparison.first.scores[metric], found?.second ?? comparison.second.scores[metric]
        )
        let difference = values.0.flatMap { first in values.1.map { $0 - first } }
        return [
          .text(name), found.map { .integer($0.users) } ?? .missing, number(values.0), number(values.1),
          number(difference),
        ]
          + (bootstrap == nil
            ? []
            : [number(found?.interval.lowerBound), number(found?.interval.upperBound), number(found?.pValue)])
      })
    try writer.finish()
  }

  private func say(_ comparison: RankingComparison, _ models: [FactorModel]) {
    EvaluationNotes(comparison.first, of: models[0], hasExclusions: exclude != nil).write()
    if comparison.unsharedPairs > 0 {
      StandardError.warn(
        "\(comparison.unsharedPairs.grouped) held-out pairs are left out, whose user or item one of the models does not know"
      )
    }
    if models[0].items != models[1].items {
      StandardError.warn(
        "the models rank different items: \(models[0].items.count.grouped) and \(models[1].items.count.grouped)")
    }
  }
}
