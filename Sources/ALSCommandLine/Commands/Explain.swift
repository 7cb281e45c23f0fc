import ALS
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser

/// The command `als explain`.
struct Explain: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Explain a recommendation by the user's own interactions.",
    discussion: """
      The parts add up to the score: what each interaction contributes, and in models of ratings the mean and the biases.

        als explain model.safetensors --user 42 --item 85123A --interactions train.csv --titles products.csv
        als explain model.safetensors --user new --item 85123A --user-features new.csv

      In models with features, so do those of the user. Of an item without interactions, the same score is explained once more, \
      by the features of the item.
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "The user.")
  var user: String
  @Option(help: "The item whose score is explained.")
  var item: String
  @Option(
    help:
      "File of interactions, usually the training file, with all that the user has done; needless in models with features of users."
  )
  var interactions: String?
  @Option(help: "Interactions to list, those that contribute most.")
  var count = 10
  @OptionGroup(title: "New users and items") var featureOptions: FeatureOptions
  @OptionGroup(title: "Titles") var titleOptions: TitleOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(reading: ["the model": model, "--interactions": interactions]) + featureOptions.files
      + titleOptions.files + results.files
  }

  func validate() throws {
    if count < 1 { throw ValidationError("--count is \(count), but it must be 1 or more.") }
  }

  func run() throws {
    let model = try featureOptions.updated(FactorModel(contentsOf: self.model), threads: threadOptions.threads)
    let titles = try titleOptions.read()
    let feedback = model.configuration.loss.feedback
    if interactions == nil, model.userFeatures == nil {
      throw ALSError(
        .configuration,
        "the model knows no features of users, so that nothing explains without --interactions. Name them.")
    }
    let interactions =
      try interactions.map {
        try inputOptions.interactions($0, feedback: feedback, threads: threadOptions.threads, quiet: true)
      } ?? Interactions(users: [String](), items: [String]())
    let why = try model.explain(item: item, user: user, in: interactions)
    if !why.unknown.isEmpty {
      StandardError.write(
        "\(why.unknown.count) of the user's items are not in the model and have no part in the score.\n")
    }
    let writer = try ResultWriter(
      columns: ExplanationRows.columns(titles: titles != nil), format: results.format, path: results.output)
    try writer.write(ExplanationRows(model: model, titles: titles).rows(of: why, listing: count))
    try writer.finish()
  }
}
