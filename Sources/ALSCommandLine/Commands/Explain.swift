import ALS
import ALSFiles
import ArgumentParser

/// The command `als explain`.
struct Explain: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Explain a recommendation by the user's own interactions.",
    discussion: """
      The parts add up to the score: what each interaction contributes, and in models of ratings the mean and the biases.

        als explain model.safetensors --user 42 --item 85123A --interactions train.csv --titles products.csv
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "The user.")
  var user: String
  @Option(help: "The item whose score is explained.")
  var item: String
  @Option(help: "File of interactions, usually the training file, with all that the user has done.")
  var interactions: String
  @Option(help: "Interactions to list, those that contribute most.")
  var count = 10
  @OptionGroup(title: "Titles") var titleOptions: TitleOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(reading: ["the model": model, "--interactions": interactions]) + titleOptions.files + results.files
  }

  func validate() throws {
    if count < 1 { throw ValidationError("--count is \(count), but it must be 1 or more.") }
  }

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    let titles = try titleOptions.read()
    let feedback = model.configuration.loss.feedback
    let interactions = try inputOptions.interactions(
      self.interactions, feedback: feedback, threads: threadOptions.threads, quiet: true)
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
