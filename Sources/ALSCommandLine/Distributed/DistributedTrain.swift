import ALS
import ALSDistributedTraining
import ALSEvaluation
import ALSFiles
import ALSPlatform
import ArgumentParser
import Foundation
import Logging

/// The command `als-mpi train`.
struct DistributedTrain: CommandWithFiles {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model from a file of compiled interactions.",
    discussion: """
      INPUT is a file that `als convert` compiled, on a file system that all ranks see. Each rank reads the part of its \
      users. The first rank writes the model, the log, the report and the progress. Options are those of als train; \
      --threads are those of each rank, by default its share of its machine's processors, and columns and delimiter are \
      those of a file that --validation names. What is left open follows from the rules of `als train --choose formula`, and \
      there are \(ImplicitALS().any.definition.defaults.factors) factors.

        mpirun -np 8 als-mpi train purchases.compiled --remember-seen --output model.safetensors
        mpirun -np 8 als-mpi train purchases.compiled --validation 0.1 --refit --output model.safetensors

      With --checkpoint, each rank saves its part beside FILE, which names the parts. When a rank dies, the job ends; the \
      same command with --resume goes on, with as many ranks or others.
      """)

  @Argument(help: "File of compiled interactions.")
  var input: String
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors).")
  var output: String
  @OptionGroup(title: "Model") var training: TrainingOptions
  @OptionGroup(title: "Validation") var validation: ValidationOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup(title: "Interruption") var checkpoints: CheckpointOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var messageOptions: MessageOptions
  @OptionGroup(title: "Recommending") var memory: MemoryOptions
  @Flag(help: "Print what the training would take, and end.")
  var dryRun = false
  @Option(help: "Number of ranks that --dry-run plans for. Default: those there are.")
  var ranks: Int?
  @OptionGroup(title: "Machines that --dry-run plans for") var network: NetworkOptions
  @OptionGroup var runOptions: RunOptions

  var files: CommandFiles {
    CommandFiles(reading: ["the input": input], writing: ["--output": output]) + validation.files + checkpoints.files
      + runOptions.files
  }

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks is \(ranks), but it must be 1 or more.") }
    if ranks != nil, !dryRun {
      throw ValidationError("--ranks is for --dry-run; a training has the ranks that it was started with.")
    }
    if inputOptions.minimumValue != nil {
      throw ValidationError("--minimum-value is for `als convert`, which makes the file without such pairs.")
    }
    if let option = inputOptions.weightingOption {
      throw ValidationError("\(option) is for `als convert`, which makes the file with such weights.")
    }
    if case .file = validation.validation { return }
    if inputOptions.format != DelimitedFormat() {
      throw ValidationError(
        "Columns, delimiter and header are for a file that --validation names; compiled interactions have none.")
    }
  }

  func run(over communicator: any Communicator, ranksHere: Int) throws {
    let isFirst = communicator.rank == 0
    // What the first rank finds wrong ends the others, too.
    if isFirst { try files.check() }
    if !isFirst { StandardError.use(messageOptions.logFormat, level: .error) }
    let configuration = training.configuration
    try configuration.validate()
    let validation = try distributedValidation(configuration)
    if dryRun {
      if isFirst { try printPlan(ranks: ranks ?? communicator.count) }
      return
    }
    if isFirst {
      try OutputPath.check(output)
      try self.validation.check()
      try checkpoints.check()
    }
    let journal = try RunJournal(runOptions, isSilent: !isFirst)
    let threads = threadOptions.threads ?? Self.threads(ranksHere: ranksHere)

    let run = try naming(input) {
      try DistributedTraining(
        configuration, on: input, duplicates: inputOptions.policy(for: training.feedback), validation: validation,
        over: communicator, threads: threads)
    }
    let summary = run.summary
    StandardError.write(
      "\(input): \(summary.users.grouped) users × \(summary.items.grouped) items, \(summary.interactions.grouped) "
        + "interactions, over \(communicator.count) ranks\n")
    if let notice = try run.unusedValues() { StandardError.write(notice) }
    if let heldOut = run.heldOutSummary { StandardError.write("\(heldOut.text)\n") }
    try journal.log.start(
      input: input, output: output, configuration: configuration, users: summary.users, items: summary.items,
      interactions: summary.interactions, validation: run.heldOutSummary, threads: threads, ranks: communicator.count)
    journal.log.read(rows: summary.interactions, seconds: journal.seconds)

    try naming(input) {
      try journal.following(
        iterations: configuration.iterations, interactions: run.heldOutSummary?.training ?? summary.interactions,
        metric: validation?.metric.description
      ) { progress in
        try run.train(checkpointing: checkpoints.checkpointing(), computingLoss: runOptions.loss) { record in
          try progress(record)
          sayWhatIsSaved()
        }
      }
      if self.validation.refit, let found = run.validation {
        StandardError.write("\(found.refitNotice)\n")
        try journal.following(iterations: found.best.iteration, interactions: summary.interactions, metric: nil) {
          try run.refit(
            checkpointing: checkpoints.checkpointing(refitting: true), computingLoss: runOptions.loss, progress: $0)
        }
      }
      try MappedFiles.requireUnchanged()
      try run.write(to: output, rememberingSeen: memory.rememberSeen)
    }
    if isFirst { try self.validation.writeReport(of: run.model, trainedFrom: input) }
    for path in checkpoints.paths { try run.removeCheckpoint(path) }
    try journal.finish(run.model, in: output, mostIterations: configuration.iterations)
  }

  private func sayWhatIsSaved() {
    guard let path = checkpoints.checkpoint else { return }
    Interruption.remark.set("\(path) has what was reached: the same command with --resume goes on from there.")
  }

  /// What the training is measured on; the first rank reads a file of it.
  private func distributedValidation(_ configuration: ModelConfiguration) throws -> DistributedValidation? {
    let metric = try validation.metric(for: configuration)
    return validation.validation.map { part in
      let pairs: DistributedValidation.Pairs =
        switch part {
        case .fraction(let fraction): .fraction(fraction, seed: validation.validationSeed ?? 0)
        case .file(let path):
          .other { [inputOptions, feedback = training.feedback, threads = threadOptions.threads] in
            try inputOptions.interactions(path, feedback: feedback, threads: threads)
          }
        }
      return DistributedValidation(
        on: pairs, metric: metric, patience: validation.measurementsToWait, interval: validation.iterationsBetween,
        minimumImprovement: validation.minImprovement)
    }
  }

  /// The threads of a rank: the processors that it is bound to, or else its share of all.
  private static func threads(ranksHere: Int) -> Int {
    let (usable, all) = (availableProcessors, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return usable < all ? usable : max(1, usable / ranksHere)
  }

  /// Errors in data name their file.
  private func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ALSError where error.kind == .data {
      throw error.at(path)
    }
  }
}
