import ALS
import ALSFiles
import ALSPlatform
import ArgumentParser
import Foundation
import Logging

/// The command `als-mpi train`.
struct DistributedTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model from a file of compiled interactions.",
    discussion: """
      INPUT is a file that `als convert` compiled, on a file system that all ranks see. Each rank reads the part of its \
      users. The first rank writes the model, the log and the progress.

        mpirun -np 8 als-mpi train purchases.compiled --output model.safetensors

      With --checkpoint, each rank saves its part beside FILE, which names the parts. When a rank dies, the job ends; the \
      same command with --resume goes on, with as many ranks or others.
      """)

  @Argument(help: "File of compiled interactions.")
  var input: String
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors).")
  var output: String
  @OptionGroup(title: "Model") var training: TrainingOptions
  @Option(help: "What should have become of repeated pairs when the file was compiled.")
  var duplicates: Duplicates?
  @OptionGroup(title: "Interruption") var checkpoints: CheckpointOptions
  @Option(help: "Threads of each rank. Default: its share of the processors.")
  var threads: Int?
  @OptionGroup var messageOptions: MessageOptions
  @Flag(help: "Compute the objective after each iteration.")
  var loss = false
  @Option(help: "How progress is shown on standard error; auto is a bar on a terminal and plain lines elsewhere.")
  var progress: ProgressStyle = .auto
  @Option(help: "File with options: a JSON object with their names, and \"input\". Options given here count more.")
  var config: String?
  @Option(help: "File for a log of the run, one JSON object per line.")
  var log: String?
  @Flag(help: "Print what the training would take, and end.")
  var dryRun = false
  @Option(help: "Number of ranks that --dry-run plans for. Default: those there are.")
  var ranks: Int?
  @OptionGroup(title: "Machines that --dry-run plans for") var network: NetworkOptions

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks is \(ranks), but it must be 1 or more.") }
    if ranks != nil, !dryRun {
      throw ValidationError("--ranks is for --dry-run; a training has the ranks that it was started with.")
    }
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), but it must be 1 or more.") }
  }

  func run(over communicator: any Communicator, ranksHere: Int) throws {
    let isFirst = communicator.rank == 0
    if !isFirst { StandardError.use(messageOptions.logFormat, level: .error) }
    let configuration = training.configuration
    try configuration.validate()
    if dryRun {
      if isFirst { try printPlan(ranks: ranks ?? communicator.count) }
      return
    }
    // What the first rank finds wrong ends the others, too.
    if isFirst {
      try OutputPath.check(output)
      try checkpoints.check()
    }
    let log = try RunLog(path: isFirst ? log : nil)
    let watch = ContinuousClock.now
    let threads = threads ?? Self.threads(ranksHere: ranksHere)

    let run = try naming(input) {
      try DistributedTraining(
        configuration, on: input, duplicates: duplicates ?? (training.feedback == .implicit ? .sum : .last),
        over: communicator, threads: threads)
    }
    let (summary, readSeconds) = (run.summary, (ContinuousClock.now - watch).inSeconds)
    StandardError.write(
      "\(input): \(summary.users.grouped) users × \(summary.items.grouped) items, \(summary.interactions.grouped) "
        + "interactions, over \(communicator.count) ranks\n")
    try log.start(
      input: input, output: output, configuration: configuration, users: summary.users, items: summary.items,
      interactions: summary.interactions, threads: threads, ranks: communicator.count)
    try log.read(rows: summary.interactions, seconds: readSeconds)

    let meter = ProgressMeter(
      style: isFirst ? progress : .none, iterations: configuration.iterations, interactions: summary.interactions)
    defer { meter.finish() }
    try naming(input) {
      try run.train(to: output, checkpointing: checkpoints.checkpointing(), computingLoss: loss) { record in
        meter.show(record)
        try log.iteration(record, interactions: summary.interactions)
        if let path = checkpoints.checkpoint {
          Interruption.remark.set("\(path) has what was reached: the same command with --resume goes on from there.")
        }
      }
    }
    meter.finish()
    let rescued = run.history.reduce(0) { $0 + $1.rescuedRows }
    let seconds = (ContinuousClock.now - watch).inSeconds
    try log.finish(seconds: seconds, rescuedRows: rescued, validation: nil)
    if rescued > 0 { StandardError.write(Train.rescueNote(rescued, training.precision), level: .warning) }
    if let settling = run.history.settling { StandardError.write("\(settling)\n") }
    StandardError.write(
      "\(output): \(training.feedback) model, \(summary.users.grouped) users × \(summary.items.grouped) items × "
        + "\(configuration.factors) factors, \(training.precision), \(seconds.fixed(1)) s in all\n")
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
    } catch let error as ALSError where error.kind == .data && !error.message.hasPrefix("/") {
      throw ALSError(.data, error.message.contains(path) ? error.message : "\(path): \(error.message)")
    }
  }
}
