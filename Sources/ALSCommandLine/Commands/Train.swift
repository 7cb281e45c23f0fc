import ALS
import ALSEvaluation
import ALSFiles
import ArgumentParser
import Logging

/// The command `als train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model from a file of interactions.",
    discussion: """
      INPUT is CSV, TSV, or alike, with a user, an item and perhaps a value per line; - reads standard input. Columns, \
      delimiter and header are guessed, and the guess is printed.

        als train purchases.csv --output model.safetensors
        als train ratings.csv --feedback explicit --factors 32 --output model.safetensors
        als train purchases.csv --validation 0.1 --refit --output model.safetensors

      With --validation, the number of iterations is found on a held-out part: --iterations is the most there may be \
      (\(ModelConfiguration.mostIterations) when left out), and the model is the best iteration's, trained without that part. With --refit, it is then \
      trained anew on everything for as many iterations.

      With --dry-run, the memory and the disk that the training would take are printed, and nothing is trained; the \
      exit code says whether it fits.

      With --checkpoint, a training that is interrupted, or killed, goes on where it was: give the same command with \
      --resume. The model is the same as without the interruption.
      """)

  @Argument(help: "File of interactions, or - for standard input.")
  var input: String
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors).")
  var output: String
  @OptionGroup(title: "Model") var training: TrainingOptions
  @OptionGroup(title: "Validation") var validation: ValidationOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup(title: "Interruption") var checkpoints: CheckpointOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var messageOptions: MessageOptions
  @Flag(help: "Print what memory and disk the training would take, and fail if it cannot fit.")
  var dryRun = false
  @Flag(help: "Compute the objective after each iteration.")
  var loss = false
  @Option(help: "How progress is shown on standard error; auto is a bar on a terminal and plain lines elsewhere.")
  var progress: ProgressStyle = .auto
  @Option(help: "File with options: a JSON object with their names, and \"input\". Options given here count more.")
  var config: String?
  @Option(help: "File for a log of the run, one JSON object per line.")
  var log: String?
  @Option(help: "File for a page with the learning curve (.html); needs --validation.")
  var report: String?

  func validate() throws {
    if report != nil, validation.validation == nil {
      throw ValidationError("--report shows the learning curve, which needs --validation.")
    }
  }

  func run() throws {
    let threads = threadOptions.threads
    var configuration = training.configuration
    // Mistakes that need no data come to light before it is read.
    try configuration.validate()
    let metric = try validation.metric(for: configuration)
    try OutputPath.check(output)
    if let report { try OutputPath.check(report) }
    try checkpoints.check()
    let log = try RunLog(path: log)
    if dryRun { return try plan(configuration, log) }
    let watch = ContinuousClock.now

    let (interactions, rowCount) = try inputOptions.countedInteractions(
      input, feedback: training.feedback, threads: threads)
    let readSeconds = (ContinuousClock.now - watch).inSeconds
    StandardError.write("\(interactions.summary)\n")
    let heldOut = try validation.validationSet(
      of: interactions, metric: metric, reading: inputOptions, feedback: training.feedback, threads: threads)
    if let heldOut { StandardError.write("\(heldOut.summary)\n") }
    try log.start(
      input: input, output: output, configuration: configuration, interactions: interactions, validation: heldOut,
      threads)
    try log.read(rows: rowCount, seconds: readSeconds)
    var model = try fit(configuration, heldOut?.training ?? interactions, stopping: heldOut, log)
    if validation.refit, let found = model.validation {
      configuration.iterations = found.best.iteration
      StandardError.write("training on everything for \(found.best.iteration) iterations\n")
      model = try fit(configuration, interactions, stopping: nil, refitting: true, log).refitted(after: found)
    }
    let rescued = model.history.reduce(0) { $0 + $1.rescuedRows }
    if rescued > 0 {
      StandardError.write(
        Self.rescueNote(rescued, model.precision), level: .warning, ["rescuedRows": .stringConvertible(rescued)])
    }
    try model.write(to: output)
    if let report { try Report(of: model, trainedFrom: input).write(to: report) }
    try checkpoints.remove()
    let seconds = (ContinuousClock.now - watch).inSeconds
    try log.finish(seconds: seconds, rescuedRows: rescued, validation: model.validation)
    if let found = model.validation {
      StandardError.write(
        "\(found.summary(mostIterations: configuration.iterations ?? ModelConfiguration.mostIterations))\n")
    }
    if let settling = model.settling { StandardError.write("\(settling)\n") }
    StandardError.write(
      "\(output): \(model.summary), \(seconds.fixed(1)) s in all",
      [
        "output": "\(output)", "users": .stringConvertible(model.users.count),
        "items": .stringConvertible(model.items.count), "seconds": .stringConvertible(seconds),
        "peakBytes": .stringConvertible(peakMemory()),
      ])
  }

  static func rescueNote(_ count: Int, _ precision: Precision) -> String {
    "\(count.grouped) rows were singular to \(precision) precision and solved again in double precision; "
      + "a larger --regularization avoids it."
  }

  /// Trains once, showing and logging every iteration.
  private func fit(
    _ configuration: ModelConfiguration, _ interactions: Interactions, stopping heldOut: ValidationSet?,
    refitting: Bool = false, _ log: RunLog
  ) throws -> FactorModel {
    let meter = ProgressMeter(
      style: progress, iterations: configuration.iterations, interactions: interactions.count,
      metric: heldOut?.metric.description)
    defer { meter.finish() }
    let stopping = heldOut.map {
      EarlyStopping(
        on: $0, patience: validation.patience ?? 3, interval: validation.validationInterval ?? 1,
        threads: threadOptions.threads)
    }
    do {
      return try checkpoints.run(refitting: refitting) { checkpointing in
        try configuration.fit(
          interactions, threads: threadOptions.threads, computingLoss: loss, stopping: stopping,
          checkpointing: checkpointing
        ) { record in
          meter.show(record)
          try log.iteration(record, interactions: interactions.count)
        }
      }
    } catch let error as ALSError where error.kind == .data && !checkpoints.names(in: error.message) {
      throw ALSError(.data, "\(input == "-" ? "standard input" : input): \(error.message)")
    }
  }
}
