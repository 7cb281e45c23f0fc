import ALS
import ALSFiles
import ArgumentParser

/// The command `als train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model from a file of interactions.",
    discussion: """
      INPUT is CSV, TSV, or alike, with a user, an item and perhaps a value per line; - reads standard input. Columns, \
      delimiter and header are guessed, and the guess is printed.

        als train purchases.csv --output model.safetensors
        als train ratings.csv --feedback explicit --factors 32 --output model.safetensors

      With --checkpoint, a training that is interrupted, or killed, goes on where it was: give the same command with \
      --resume. The model is the same as without the interruption.
      """)

  @Argument(help: "File of interactions, or - for standard input.")
  var input: String
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors).")
  var output: String
  @OptionGroup(title: "Model") var training: TrainingOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup(title: "Interruption") var checkpoints: CheckpointOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var quietOption: QuietOption
  @Flag(help: "Compute the objective after each iteration.")
  var loss = false
  @Option(help: "How progress is shown on standard error; auto is a bar on a terminal and plain lines elsewhere.")
  var progress: ProgressStyle = .auto
  @Option(help: "File with options: a JSON object with their names, and \"input\". Options given here count more.")
  var config: String?
  @Option(help: "File for a log of the run, one JSON object per line.")
  var log: String?

  func run() throws {
    let threads = threadOptions.threads
    let configuration = training.configuration
    // Mistakes that need no data come to light before it is read.
    try configuration.validate()
    try OutputPath.check(output)
    try checkpoints.check()
    let log = try RunLog(path: log)
    let watch = ContinuousClock.now

    let (interactions, rowCount) = try inputOptions.countedInteractions(
      input, feedback: training.feedback, threads: threads)
    let readSeconds = (ContinuousClock.now - watch).inSeconds
    StandardError.write("\(interactions.summary)\n")
    try log.start(input: input, output: output, configuration: configuration, interactions: interactions, threads)
    try log.read(rows: rowCount, seconds: readSeconds)
    let meter = ProgressMeter(style: progress, iterations: configuration.iterations)
    let model: FactorModel
    do {
      defer { meter.finish() }
      model = try checkpoints.run { checkpointing in
        try configuration.fit(
          interactions, threads: threads, computingLoss: loss, checkpointing: checkpointing
        ) { record in
          meter.show(record)
          try log.iteration(record)
        }
      }
    } catch let error as ALSError where error.kind == .data {
      throw ALSError(.data, "\(input == "-" ? "standard input" : input): \(error.message)")
    }
    let rescued = model.history.reduce(0) { $0 + $1.rescuedRows }
    if rescued > 0 {
      StandardError.write(
        "\(rescued.grouped) rows were singular to \(model.precision) precision and solved again in double precision; "
          + "a larger --regularization avoids it.\n")
    }
    try model.write(to: output)
    try checkpoints.remove()
    let seconds = (ContinuousClock.now - watch).inSeconds
    try log.finish(seconds: seconds, rescuedRows: rescued)
    StandardError.write("\(output): \(model.summary), \(seconds.fixed(1)) s in all\n")
  }
}
