import ALS
import ALSEvaluation
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser
import Logging

/// The command `als train`.
struct Train: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Train a model from a file of interactions.",
    discussion: """
      INPUT is CSV, TSV, or alike, with a user, an item and perhaps a value per line; - reads standard input. Columns, \
      delimiter and header are guessed for each file, and the guess is printed. Several files are read in the order given, those \
      of a pattern in that of their names.

        als train purchases.csv --remember-seen --output model.safetensors
        als train ratings.csv --feedback explicit --factors 32 --output model.safetensors
        als train '2026-*.csv.gz' today.csv --remember-seen --output model.safetensors
        als train purchases.csv --validation 0.1 --refit --output model.safetensors

      With --validation, the number of iterations is found on a held-out part: --iterations is the most there may be \
      (\(ModelConfiguration.mostIterations) when left out), and the model is the best iteration's, trained without that part. With --refit, it is then \
      trained anew on everything for as many iterations.

      With --dry-run, the memory and the disk that the training would take are printed, and nothing is trained; the \
      exit code says whether it fits.

      With --checkpoint, a training that is interrupted, or killed, goes on where it was: give the same command with \
      --resume. The model is the same as without the interruption.
      """)

  @OptionGroup var inputs: InputArguments
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors).")
  var output: String
  @OptionGroup(title: "Model") var training: TrainingOptions
  @OptionGroup(title: "Features") var featureOptions: FeatureOptions
  @Option(
    help:
      "λ of the weights of features, in units of the mean λ of those that have some. Default: \(Int(ModelConfiguration.defaultFeatureRegularization))."
  )
  var featureRegularization: Double?
  @Option(
    help:
      "Share of a row's λ, above 0 and at most 1, that draws it to what its features say. Default: \(ModelConfiguration.defaultFeatureWeight)."
  )
  var featureWeight: Double?
  @OptionGroup(title: "Choosing") var choosing: ChoosingOptions
  @OptionGroup(title: "Validation") var validation: ValidationOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup(title: "Interruption") var checkpoints: CheckpointOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var messageOptions: MessageOptions
  @OptionGroup(title: "Recommending") var memory: MemoryOptions
  @Flag(help: "Print what memory and disk the training would take, and fail if it cannot fit.")
  var dryRun = false
  @OptionGroup var runOptions: RunOptions

  var files: CommandFiles {
    inputs.files + CommandFiles(writing: ["--output": output]) + featureOptions.files + validation.files
      + checkpoints.files + runOptions.files
  }

  func run() throws {
    let threads = threadOptions.threads
    var open = training.configuration
    open.take(\.featureRegularization, featureRegularization)
    open.take(\.featureWeight, featureWeight)
    // Mistakes that need no data come to light before it is read.
    try open.validate()
    let metric = try validation.metric(for: open)
    try OutputPath.check(output)
    try validation.check()
    try checkpoints.check()
    let journal = try RunJournal(runOptions)
    if dryRun { return try plan(open, journal.log) }

    let paths = try inputs.paths()
    let input = InteractionsReader.name(of: paths)
    let (interactions, rowCount) = try inputOptions.readInteractions(
      paths, feedback: training.feedback, threads: threads)
    let readSeconds = journal.seconds
    StandardError.write("\(interactions.summary)\n")
    let features = try Sides { try featureOptions.read($0) }
    for side in Side.allCases {
      if let notice = features[side]?.coverageNotice(side, of: interactions.identifiers(of: side)) {
        StandardError.write("\(notice)\n")
      }
    }
    let heldOut = try validation.validationSet(
      of: interactions, metric: metric, reading: inputOptions, feedback: training.feedback, threads: threads)
    if let heldOut { StandardError.write("\(heldOut.summary.text)\n") }
    try journal.log.start(
      input: paths.joined(separator: ", "), output: output, configuration: open, users: interactions.users.count,
      items: interactions.items.count, interactions: interactions.count, validation: heldOut?.summary, threads: threads)
    journal.log.read(rows: rowCount, seconds: readSeconds)
    let (chosen, choice) = try chosen(open, for: heldOut?.training ?? interactions, from: input, journal)
    if let notice = UnusedValues(of: interactions.byUser, by: chosen)?.notice(minimumValue: "--minimum-value") {
      StandardError.write(notice)
    }
    var model = try fit(chosen, heldOut?.training ?? interactions, from: input, features, stopping: heldOut, journal)
    if validation.refit, let found = model.validation {
      var configuration = try open.resolved(by: choice, for: interactions)
      configuration.iterations = found.best.iteration
      StandardError.write("\(found.refitNotice)\n")
      model = try fit(
        configuration, interactions, from: input, features, stopping: nil, refitting: true, journal
      ).refitted(
        after: found)
    }
    try MappedFiles.requireUnchanged()
    try memory.applied(to: model.chosen(by: choice), having: interactions).write(to: output)
    try validation.writeReport(of: model.summary, trainedFrom: input)
    try checkpoints.remove()
    try journal.finish(model.summary, in: output, mostIterations: open.iterations)
  }

  /// Chooses what `configuration` leaves open, and says so.
  private func chosen(
    _ configuration: ModelConfiguration, for interactions: Interactions, from input: String, _ journal: RunJournal
  ) throws -> (ModelConfiguration, Choice?) {
    do {
      let found = try configuration.chosen(
        for: interactions, by: choosing.choosing, threads: threadOptions.threads
      ) { journal.log.heat($0) }
      if let choice = found.choice {
        StandardError.write("\(choice.summary)\n")
        journal.log.choice(choice)
      }
      return found
    } catch let error as ALSError where error.kind == .data {
      throw error.at(input)
    }
  }

  /// Trains once, showing and logging every iteration.
  private func fit(
    _ configuration: ModelConfiguration, _ interactions: Interactions, from input: String,
    _ features: Sides<Features?>, stopping heldOut: ValidationSet?,
    refitting: Bool = false, _ journal: RunJournal
  ) throws -> FactorModel {
    let stopping = heldOut.map {
      EarlyStopping(
        on: $0, patience: validation.measurementsToWait, interval: validation.iterationsBetween,
        minimumImprovement: validation.minImprovement, threads: threadOptions.threads)
    }
    do {
      return try journal.following(
        iterations: configuration.iterations, interactions: interactions.count, metric: heldOut?.metric.description
      ) { progress in
        try checkpoints.run(refitting: refitting) { checkpointing in
          try configuration.fit(
            interactions, userFeatures: features.users, itemFeatures: features.items, choosing: .none,
            threads: threadOptions.threads, computingLoss: runOptions.loss,
            stopping: stopping,
            checkpointing: checkpointing, progress: progress)
        }
      }
    } catch let error as ALSError where error.kind == .data {
      throw error.at(input)
    }
  }
}
