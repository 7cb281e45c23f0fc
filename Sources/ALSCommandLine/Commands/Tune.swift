import ALS
import ALSEvaluation
import ALSFiles
import ALSPlatform
import ALSTuning
import ArgumentParser

/// The command `als tune`.
struct Tune: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Search for the parameters whose model is best on held-out interactions.",
    discussion: """
      Holds a part of the input out, trains on the rest with one set of parameters after another, and measures. At the \
      end, the command that trains the best model is printed, and that model, trained on everything, is written. Ctrl-C \
      ends the search early and does the same with the best so far; a second Ctrl-C ends at once.

        als tune purchases.csv --budget 10m --output model.safetensors --report tuning.html
        als tune purchases.csv --trials 60 --log trials.jsonl --output model.safetensors
        als tune ratings.csv --feedback explicit --factors 8:64 --regularization 0.02:0.5 --output model.safetensors

      With --budget, trials are chosen that fit the time left, and what was measured of the last one counts if it is \
      cut off.

      A parameter is fixed (0.05) or searched (0.01:0.5). With --log, every trial is a line of JSON; --resume goes on \
      from there, also after the process was killed. With --trials the same seed gives the same trials; how far a \
      search gets in a time depends on the machine. A trial that was cut off is finished first.
      """)

  @OptionGroup var inputs: InputArguments
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors); none when left out.")
  var output: String?
  @Option(help: "Time for all trials, such as 90s, 10m or 1h30m. Default: 10m, without --trials.")
  var budget: TimeBudget?
  @Option(help: "Number of trials.")
  var trials: Int?
  @Option(
    help:
      "What is maximised, or minimised if it is an error: ndcg@20, recall@10, rmse, … Default: ndcg@20, explicit rmse.")
  var metric: String?
  @Option(help: "Share of the pairs to measure on, or a file with such pairs.")
  var validation: HeldOutPart = .fraction(0.1)
  @Option(help: "Seed of the held-out part. Default: 0.", transform: Seed.parse)
  var validationSeed: UInt64?
  @Option(help: "Iterations between measurements.")
  var validationInterval = 2
  @Option(help: "Measurements in a row without improvement that end a trial.")
  var patience = 2
  @Option(
    help: """
      What a measurement must be better by to be an improvement. Default: a tenth of the metric's standard error; 0 for \
      whatever is better.
      """)
  var minImprovement: Double?
  @Option(help: "File for the trials, one JSON object per line.")
  var log: String?
  @Flag(help: "Go on from the trials in --log.")
  var resume = false
  @Option(help: "File for a page about the search (.html).")
  var report: String?
  @OptionGroup(title: "Model") var search: SearchOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup(title: "Recommending") var memory: MemoryOptions
  @OptionGroup var threadOptions: ThreadOptions
  @Option(help: "How progress is shown on standard error while the best model is trained.")
  var progress: ProgressStyle = .auto

  var files: CommandFiles {
    inputs.files + CommandFiles(writing: ["--output": output, "--log": log, "--report": report])
      + validation.files + CommandFiles(results: nil)
  }

  func validate() throws {
    if resume, log == nil { throw ValidationError("--resume needs --log, which names the trials to go on from.") }
    for (name, value) in [
      ("--trials", trials), ("--validation-interval", validationInterval), ("--patience", patience),
    ] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), but it must be 1 or more.") }
    }
    try checkMinImprovement(minImprovement)
    if case .file = validation, validationSeed != nil {
      throw ValidationError("--validation-seed is for --validation FRACTION.")
    }
  }

  func run() throws {
    let threads = threadOptions.threads
    try search.base.validate()
    let metric = try self.metric.map { try ValidationMetric(parsing: $0) } ?? .standard(for: search.base)
    try metric.validate(for: search.base)
    if let output { try OutputPath.check(output) }
    if let report { try OutputPath.check(report) }

    let paths = try inputs.paths()
    let interactions = try inputOptions.readInteractions(paths, feedback: search.kind.feedback, threads: threads)
      .interactions
    StandardError.write("\(interactions.summary)\n")
    let heldOut = try HeldOut(part: validation, seed: validationSeed).validationSet(
      of: interactions, metric: metric, reading: inputOptions, feedback: search.kind.feedback, threads: threads)
    StandardError.write("\(heldOut.summary.text)\n")
    let tuner = try Tuner(
      heldOut, space: search.space(for: heldOut.training, threads: threads), seed: search.kind.seed,
      interval: validationInterval,
      patience: patience, minimumImprovement: minImprovement)
    StandardError.write("\(tuner.space.summary)\n")

    let (found, signal) = try searchTrials(tuner)
    guard let best = found.best(lowerIsBetter: metric.lowerIsBetter) else {
      if let signal { throw ExitCode(128 + signal) }
      throw ALSError(.data, "no trial could be trained: \(found.last?.failure ?? "there was none").")
    }
    let factors = tuner.space.factors
    let most = factors.lowerBound < factors.upperBound ? factors.upperBound : nil
    let command = CommandLineText(
      of: best.bestConfiguration, inputs: inputs.names, output: output ?? "model.safetensors", reading: inputOptions
    ).text
    StandardError.write("\(Self.summary(of: found, best: best, metric: metric, mostFactors: most))\n")
    // Whoever does not read it shall have the model all the same.
    let printing = Result { try withoutBrokenPipeSignal { try StandardOutput.write(command + "\n") } }
    if let report {
      try Report(of: found, by: tuner, input: InteractionsReader.name(of: paths), command: command).write(to: report)
      StandardError.write("\(report): \(found.count.grouped) trials\n")
    }
    if let output { try writeModel(best, metric, interactions, to: output) }
    try printing.get()
    if let signal { throw ExitCode(128 + signal) }
  }

  /// Runs the search, saying and logging every trial; the first signal ends it.
  private func searchTrials(_ tuner: Tuner) throws -> (trials: [Trial], signal: Int32?) {
    let log = try self.log.map { try TrialLog(path: $0, for: tuner, resuming: resume) }
    let earlier = log?.trials ?? []
    if resume { StandardError.write("going on from \(earlier.count.grouped) trials\n") }
    let limits = Tuner.Limits(
      trials: trials, time: budget?.duration ?? (trials == nil ? .seconds(600) : nil))
    let (found, threads) = (Shared(earlier), threadOptions.threads)
    let lowerIsBetter = tuner.validation.metric.lowerIsBetter
    let signal = try Interruption.firstCancels(saying: "ending with the best so far; once more to end at once.") {
      let ending = try tuner.search(limits: limits, resuming: earlier, threads: threads) { trial in
        try log?.append(trial)
        found.set(found.value + [trial])
        let best = found.value.best(lowerIsBetter: lowerIsBetter)
        StandardError.write("\(trial.summary(metric: tuner.validation.metric, isBest: best == trial))\n")
      }.ending
      if ending == .noTime { StandardError.write("no other trial fits the time left\n") }
    }
    return (found.value, signal)
  }

  /// Trains with the best parameters on everything.
  private func writeModel(
    _ best: Trial, _ metric: ValidationMetric, _ interactions: Interactions, to output: String
  ) throws {
    let configuration = best.bestConfiguration
    guard let point = best.best else { return }
    StandardError.write("training the best on everything for \(configuration.iterations ?? 0) iterations\n")
    let meter = ProgressMeter(
      style: progress, iterations: configuration.iterations, interactions: interactions.count)
    defer { meter.finish() }
    let model = try configuration.fit(interactions, threads: threadOptions.threads) { meter.show($0) }
    meter.finish()
    let found = ValidationRecord(
      metric: metric.description, lowerIsBetter: metric.lowerIsBetter, curve: best.curve, best: point)
    try memory.applied(to: model.refitted(after: found), having: interactions).write(to: output)
    StandardError.write("\(output): \(model.summary.text)\n")
  }

  private static func summary(
    of trials: [Trial], best: Trial, metric: ValidationMetric, mostFactors most: Int?
  ) -> String {
    let seconds = trials.reduce(0) { $0 + $1.seconds }
    let cut = trials.count(where: \.isCutOff)
    var text = "\(trials.count.grouped) trials\(cut > 0 ? ", \(cut.grouped) of them cut off," : "")"
    text += " in \(seconds.fixed(1)) s; best \(metric) "
    text += best.best?.value.fixed(5) ?? "-"
    if let interval = best.interval {
      text += " (95 %: \(interval.lowerBound.fixed(4)) to \(interval.upperBound.fixed(4)))"
    }
    text += " in trial \(best.number)"
    if let first = trials.first, first != best, let value = first.best?.value {
      text += "; the defaults had \(value.fixed(5))"
    }
    if let most, best.configuration.factorCount == most {
      text += "; the most factors were best, so more may be better (--factors LEAST:MOST)"
    }
    return text
  }
}
