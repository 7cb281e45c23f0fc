import ALS
import ALSFiles
import ALSSparse
import ArgumentParser

/// The command `als convert`.
struct Convert: CommandWithFiles {
  /// What is written.
  enum Form: String, CaseIterable, ExpressibleByArgument {
    case compiled, npz, mtx, csv, tsv

    var hasTimes: Bool { self != .npz && self != .mtx }

    /// The form that the name of a file asks for.
    init(fileName: String) {
      self = Form.allCases.first { fileName.hasSuffix(".\($0.rawValue)") } ?? .compiled
    }
  }

  static let configuration = CommandConfiguration(
    abstract: "Convert interactions: to the compiled form, for SciPy, to Matrix Market or to CSV.",
    discussion: """
      The compiled form is mapped into memory, so that commands start at once. It is made within --memory, also from \
      text that is larger than that. Other forms are made in memory. Times are kept where there are any, but for SciPy \
      and Matrix Market, which have none.

        als convert ratings.csv.gz --output ratings.als
        als train ratings.als --output model.safetensors
        als convert '2026-*.csv.gz' --output 2026.als
        als convert ratings.als --output ratings.npz
      """)

  @OptionGroup var inputs: InputArguments
  @Option(name: .shortAndLong, help: "File to write.")
  var output: String
  @Option(
    help: "Form of the output. Default: by its name: .npz (SciPy), .mtx (Matrix Market), .csv, .tsv, or compiled.")
  var to: Form?
  @Flag(help: "Deflate the arrays of a file for SciPy: smaller, and slower to write.")
  var compressed = false
  @Option(help: "Memory to stay within while compiling, such as 2G or 500M.")
  var memory: ByteCount = .standard
  @Option(
    name: .customLong("user-ids"),
    help: "File to write the users' identifiers to, one per line, in the order of the rows.")
  var userIDs: String?
  @Option(name: .customLong("item-ids"), help: "File to write the items' identifiers to.")
  var itemIDs: String?
  @Flag(
    help: "Leave out the times, which are kept, but for SciPy and Matrix Market, wherever there is a column of them.")
  var noTimes = false
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var messageOptions: MessageOptions

  var files: CommandFiles {
    inputs.files + CommandFiles(writing: ["--output": output, "--user-ids": userIDs, "--item-ids": itemIDs])
  }

  func validate() throws {
    if output.hasSuffix(".gz") {
      throw ValidationError(
        "\(output): gzip files are read, not written. Write to /dev/stdout with --to csv and pipe it through gzip.")
    }
    if compressed, form != .npz {
      throw ValidationError("--compressed is for SciPy's .npz; \(form.rawValue) has no compressed variant.")
    }
    if !form.hasTimes, inputOptions.timeColumn != nil {
      throw ValidationError("--time-column is for --to compiled, csv or tsv; \(form.rawValue) has no times.")
    }
    if !form.hasTimes, let option = inputOptions.weightingOption {
      throw ValidationError("\(option) is for --to compiled, csv or tsv; \(form.rawValue) has no weights.")
    }
    if noTimes, inputOptions.timeColumn != nil, inputOptions.halfLife == nil {
      throw ValidationError("--time-column and --no-times contradict each other.")
    }
  }

  private var form: Form { to ?? Form(fileName: output) }

  func run() throws {
    let (paths, duplicates) = (try inputs.paths(), inputOptions.duplicates ?? .sum)
    var reader = inputOptions.reader(threads: threadOptions.threads)
    (reader.readsTimes, reader.timesAreOptional) = (form.hasTimes && !noTimes, inputOptions.timeColumn == nil)
    if form == .compiled {
      let (summary, files, removed) = try CompiledInteractions.compile(
        paths, to: output, reader: reader, duplicates: duplicates, memory: memory.bytes)
      inputOptions.say(paths, files)
      inputOptions.sayRemoved(removed, "pairs", of: InteractionsReader.name(of: paths))
      StandardError.write(
        "\(output): \(summary.users.grouped) users × \(summary.items.grouped) items, "
          + "\(summary.interactions.grouped) interactions\(summary.hasTimes ? ", with times" : ", without times")"
          + "\(summary.weights == nil ? "" : ", with weights")\n")
      if summary.events > summary.interactions, inputOptions.duplicates == nil {
        StandardError.write("Repeated pairs were added up; --duplicates last, max or error does something else.\n")
      }
      if userIDs != nil || itemIDs != nil {
        try writeIdentifiers(try CompiledInteractions(contentsOf: output).interactions())
      }
      return
    }
    let timed = try inputOptions.readTimedInteractions(paths, by: reader, feedback: .implicit).timed
    let interactions = timed.interactions
    switch form {
    case .npz: try interactions.writeSciPy(to: output, compressed: compressed)
    case .mtx: try interactions.writeMatrixMarket(to: output)
    case .csv: try timed.writeDelimited(to: output, by: ",")
    case .tsv: try timed.writeDelimited(to: output, by: "\t")
    case .compiled: break
    }
    StandardError.write("\(output): \(interactions.summary)\n")
    if form == .mtx, userIDs == nil, itemIDs == nil {
      StandardError.write("Rows and columns are numbered; --user-ids and --item-ids write what they stand for.\n")
    }
    try writeIdentifiers(interactions)
  }

  private func writeIdentifiers(_ interactions: Interactions) throws {
    if let userIDs { try interactions.users.writeLines(to: userIDs) }
    if let itemIDs { try interactions.items.writeLines(to: itemIDs) }
  }
}
