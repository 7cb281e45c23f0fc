import ALS
import Logging
public import ALSFiles
public import ArgumentParser

/// How files of interactions are read.
struct InputOptions: ParsableArguments {
  @Option(help: "Column of the user: its name, or its number counted from 1. Guessed when left out.")
  var userColumn: Column?
  @Option(help: "Column of the item.")
  var itemColumn: Column?
  @Option(help: "Column of the rating, count or weight; without one, every value is 1.")
  var valueColumn: Column?
  @Option(help: "Column of the time: a number, or a date such as 2026-01-31T09:30:00Z.")
  var timeColumn: Column?
  @Option(
    help: "Column of the weight, 0 or more: how much a row counts. Never guessed; without one, every row counts as 1.")
  var weightColumn: Column?
  @Option(help: "Column of the type of event, such as view or purchase; goes with --event-weights.")
  var eventColumn: Column?
  @Option(
    help: "What each type of event counts: view=1,cart=5,purchase=20. Rows of a type with 0 are left out.",
    transform: EventWeights.init(argument:))
  var eventWeights: EventWeights?
  @Option(
    help: "The age at which a row counts half: 90d, or with s, m, h, w (weeks) or y (365.25 days). Needs times.",
    transform: HalfLife.init(argument:))
  var halfLife: HalfLife?
  @Option(
    help: "The date that ages are counted to. Default: the latest row of each file.", transform: Moment.init(argument:))
  var asOf: Moment?
  @Option(
    help: "Delimiter: one or two characters, or tab, comma, semicolon, pipe, space. Guessed when left out.",
    transform: DelimitedFormat.delimiter(named:))
  var delimiter: String?
  @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns. Guessed when left out.")
  var header: Bool?
  @Option(
    help:
      "What a line holds: rows (a user, an item, perhaps a value and a time) or lists (a user and all its items). Guessed when left out."
  )
  var form: DelimitedFormat.Form?
  @Option(
    help:
      "What becomes of repeated pairs: \(Duplicates.allCases.map(\.rawValue).joined(separator: ", ")). Default: sum for implicit feedback, last for explicit."
  )
  var duplicates: Duplicates?
  @Option(
    parsing: .unconditional,
    help: """
      Pairs with a smaller value are left out, after repeated ones have been merged; so are users and items that have no \
      other. Holds for all files of interactions.
      """)
  var minimumValue: Float?

  func validate() throws {
    if let minimumValue, !minimumValue.isFinite {
      throw ValidationError("--minimum-value is \(minimumValue), but it must be a finite number.")
    }
    do {
      try weighting.validate(with: format)
    } catch let error as ALSError {
      throw ValidationError(error.message)
    }
  }

  var weighting: EventWeighting {
    EventWeighting(halfLife: halfLife?.seconds, asOf: asOf?.seconds, eventWeights: eventWeights?.weights)
  }

  var format: DelimitedFormat {
    DelimitedFormat(
      userColumn: userColumn, itemColumn: itemColumn, valueColumn: valueColumn, timeColumn: timeColumn,
      weightColumn: weightColumn, eventColumn: eventColumn, delimiter: delimiter, hasHeader: header, form: form)
  }

  /// The first of the options for weights that was given.
  var weightingOption: String? {
    if weightColumn != nil { return "--weight-column" }
    if eventColumn != nil { return "--event-column" }
    return halfLife != nil ? "--half-life" : nil
  }

  /// Reads all rows of a file, whatever their values, and says on standard error how it was understood.
  func read(
    _ path: String, readsTimes: Bool = false, keepsWeightless: Bool = false, threads: Int?
  ) throws -> (events: Events, form: InputForm) {
    var reader = reader(threads: threads)
    (reader.readsTimes, reader.keepsWeightless, reader.minimumValue) = (readsTimes, keepsWeightless, nil)
    let (events, form) = try reader.readEvents(path)
    StandardError.write("\(displayName(path)): \(events.count.grouped) rows, \(form)\n")
    return (events, form)
  }

  /// The matrix of a file, with repeats treated as `feedback` usually wants it unless the user said otherwise.
  func interactions(_ path: String, feedback: Feedback, threads: Int?, quiet: Bool = false) throws -> Interactions {
    try readInteractions(path, feedback: feedback, threads: threads, quiet: quiet).interactions
  }

  /// The matrix of several files, and the number of rows that were read.
  func readInteractions(
    _ paths: [String], feedback: Feedback, threads: Int?
  ) throws -> (interactions: Interactions, rowCount: Int) {
    let (timed, rowCount) = try readTimedInteractions(paths, by: reader(threads: threads), feedback: feedback)
    return (timed.interactions, rowCount)
  }

  /// The same, with the times if `reader` reads them.
  func readTimedInteractions(
    _ paths: [String], by reader: InteractionsReader, feedback: Feedback
  ) throws -> (timed: TimedInteractions, rowCount: Int) {
    let (timed, files, removed) = try reader.readTimedInteractions(paths, duplicates: policy(for: feedback))
    say(paths, files)
    sayRemoved(removed, "pairs", of: InteractionsReader.name(of: paths))
    return (timed, files.reduce(0) { $0 + $1.rowCount })
  }

  /// Says how files were understood.
  func say(_ paths: [String], _ files: [(form: InputForm, rowCount: Int)]) {
    for (path, file) in zip(paths, files) { say(path, file) }
  }

  /// Says how a file was understood.
  private func say(_ path: String, _ file: (form: InputForm, rowCount: Int)) {
    StandardError.write(
      "\(displayName(path)): \(file.rowCount.grouped) rows, \(file.form)",
      ["input": "\(path)", "rows": .stringConvertible(file.rowCount)])
  }

  /// The same of one, with how it was understood.
  func readInteractions(
    _ path: String, feedback: Feedback, threads: Int?, quiet: Bool = false
  ) throws -> (interactions: Interactions, form: InputForm, rowCount: Int) {
    let (interactions, form, rowCount, removed) = try reader(threads: threads).readInteractions(
      path, duplicates: policy(for: feedback))
    if !quiet { say(path, (form, rowCount)) }
    sayRemoved(removed, "pairs", of: path)
    return (interactions, form, rowCount)
  }

  /// How much some files hold, without keeping it; says how they were understood.
  func extent(of paths: [String], feedback: Feedback, threads: Int?) throws -> InputExtent {
    let (extent, files) = try reader(threads: threads).extent(of: paths, duplicates: policy(for: feedback))
    say(paths, files)
    return extent
  }

  /// What reads files as the options say.
  func reader(threads: Int?) -> InteractionsReader {
    var reader = InteractionsReader(format: format, threads: threads)
    reader.minimumValue = minimumValue
    reader.weighting = weighting
    return reader
  }

  /// Says how many pairs, or rows, were left out for their values.
  func sayRemoved(_ count: Int, _ what: String, of path: String) {
    guard let minimumValue else { return }
    StandardError.write(
      "\(displayName(path)): \(count.grouped) \(what) with values below \(minimumValue) were left out",
      ["input": "\(path)", "removed": .stringConvertible(count)])
  }

  /// What becomes of repeated pairs.
  func policy(for feedback: Feedback) -> Duplicates { duplicates ?? (feedback == .implicit ? .sum : .last) }

  func displayName(_ path: String) -> String { path == "-" ? "standard input" : path }
}

extension DelimitedFormat.Form: ExpressibleByArgument {}

extension Column: ExpressibleByArgument {
  /// A name, or a number counted from 1.
  public init?(argument: String) { self.init(argument) }
}
