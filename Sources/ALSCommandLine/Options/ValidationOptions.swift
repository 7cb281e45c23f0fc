import ALS
import ALSEvaluation
import ArgumentParser

/// What a training is measured on while it runs, to end it in time.
struct ValidationOptions: ParsableArguments {
  @Option(
    help: """
      Share of the pairs to hold out and measure each iteration on, such as 0.1, or a file with such pairs. The \
      training ends when the metric gets no better, and the best iteration's model is kept.
      """)
  var validation: HeldOutPart?
  @Option(help: "What is measured: ndcg@20, recall@10, rmse, … Default: ndcg@20, explicit rmse.")
  var validationMetric: String?
  @Option(help: "Measurements in a row without improvement that end the training. Default: 3.")
  var patience: Int?
  @Option(
    help: """
      What a measurement must be better by to be an improvement. Default: a tenth of the metric's standard error; 0 for \
      whatever is better.
      """)
  var minImprovement: Double?
  @Option(help: "Iterations between measurements. Default: 1.")
  var validationInterval: Int?
  @Option(help: "Seed of the held-out part. Default: 0.", transform: Seed.parse)
  var validationSeed: UInt64?
  @Flag(help: "Train anew on everything, held-out part included, for the best number of iterations.")
  var refit = false
  @Option(help: "File for a page with the learning curve (.html); needs --validation.")
  var report: String?

  func validate() throws {
    let others: [(String, Bool)] = [
      ("--validation-metric", validationMetric != nil), ("--patience", patience != nil),
      ("--min-improvement", minImprovement != nil),
      ("--validation-interval", validationInterval != nil), ("--validation-seed", validationSeed != nil),
      ("--refit", refit),
    ]
    if validation == nil, let (name, _) = others.first(where: \.1) {
      throw ValidationError("\(name) needs --validation, which says what to measure on.")
    }
    if validation == nil, report != nil {
      throw ValidationError("--report shows the learning curve, which needs --validation.")
    }
    for (name, value) in [("--patience", patience), ("--validation-interval", validationInterval)] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), but it must be 1 or more.") }
    }
    try checkMinImprovement(minImprovement)
    if case .file(let path) = validation {
      if refit {
        throw ValidationError(
          "--refit is for --validation FRACTION: \(path) is no part of the input. Join both files to train on both.")
      }
      if validationSeed != nil { throw ValidationError("--validation-seed is for --validation FRACTION.") }
    }
  }

  var files: CommandFiles { (validation?.files ?? CommandFiles()) + CommandFiles(writing: ["--report": report]) }

  /// The patience and the interval, or what is taken for them.
  var measurementsToWait: Int { patience ?? 3 }
  var iterationsBetween: Int { validationInterval ?? 1 }

  /// What can be said before the data are read.
  func check() throws {
    if let report { try OutputPath.check(report) }
  }

  /// Writes the page that was asked for.
  func writeReport(of model: ModelSummary, trainedFrom input: String) throws {
    if let report { try Report(of: model, trainedFrom: input).write(to: report) }
  }

  /// The metric, checked against what is trained.
  func metric(for configuration: ModelConfiguration) throws -> ValidationMetric {
    let metric = try validationMetric.map { try ValidationMetric(parsing: $0) } ?? .standard(for: configuration)
    try metric.validate(for: configuration)
    return metric
  }

  /// Divides `interactions`, or reads the held-out file; `nil` without `--validation`.
  func validationSet(
    of interactions: Interactions, metric: ValidationMetric, reading input: InputOptions, feedback: Feedback,
    threads: Int?
  ) throws -> ValidationSet? {
    try validation.map {
      try HeldOut(part: $0, seed: validationSeed).validationSet(
        of: interactions, metric: metric, reading: input, feedback: feedback, threads: threads)
    }
  }
}

/// Refuses what is no number from 0 on.
func checkMinImprovement(_ value: Double?) throws {
  if let value, !(value >= 0 && value.isFinite) {
    throw ValidationError("--min-improvement is \(value), but it must be 0 or more.")
  }
}

/// What is measured on, and how it is chosen.
struct HeldOut {
  let part: HeldOutPart
  let seed: UInt64?

  /// Divides `interactions`, or reads the held-out file.
  func validationSet(
    of interactions: Interactions, metric: ValidationMetric, reading input: InputOptions, feedback: Feedback,
    threads: Int?
  ) throws -> ValidationSet {
    switch part {
    case .fraction(let fraction):
      try ValidationSet(
        splitting: interactions, fraction: fraction, seed: seed ?? 0, metric: metric, threads: threads)
    case .file(let path):
      try ValidationSet(
        training: interactions, heldOut: input.interactions(path, feedback: feedback, threads: threads), metric: metric)
    }
  }
}

/// What is held out: a share of the input, or a file of its own.
enum HeldOutPart: ExpressibleByArgument, CustomStringConvertible {
  case fraction(Double)
  case file(String)

  var description: String {
    switch self {
    case .fraction(let fraction): "\(fraction)"
    case .file(let path): path
    }
  }

  var files: CommandFiles {
    if case .file(let path) = self { CommandFiles(reading: ["--validation": path]) } else { CommandFiles() }
  }

  /// A number is a share; a file of such a name can be written `./0.1`.
  init?(argument: String) {
    guard let number = Double(argument) else {
      self = .file(argument)
      return
    }
    guard number > 0, number < 1 else { return nil }
    self = .fraction(number)
  }
}
