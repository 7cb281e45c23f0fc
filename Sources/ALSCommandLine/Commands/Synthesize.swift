import ALS
import ALSEvaluation
import ALSPlatform
import ArgumentParser

/// The command `als synthesize`.
struct Synthesize: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Make interactions of any size, with power-law degrees and planted tastes, to measure with.",
    discussion: """
      Lines have userId, itemId, rating and timestamp; a user's items are distinct. The same seed gives the same \
      bytes. Memory does not grow with the number of interactions. The compiled form is what `als convert` would make.

        als synthesize --users 138493 --items 26744 --interactions 20000263 --output ml20.csv
        als synthesize --users 10000000 --items 1000000 --interactions 1000000000 --pairs --output billion.als
        als synthesize --users 5000 --items 2000 --interactions 300000 | als train - --output model.safetensors
      """)

  /// What is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv, tsv, compiled

    /// The format that the name of a file asks for.
    init(fileName: String?) {
      self = fileName?.hasSuffix(".als") == true ? .compiled : fileName?.hasSuffix(".tsv") == true ? .tsv : .csv
    }
  }

  @Option(help: "Number of users.")
  var users: Int
  @Option(help: "Number of items.")
  var items: Int
  @Option(help: "Number of interactions, about.")
  var interactions: Int
  @Option(help: "Number of groups of taste.")
  var groups = 40
  @Option(help: "Seed; the same one gives the same file.", transform: Seed.parse)
  var seed: UInt64 = 0
  @Option(help: "Form of the output. Default: by its name: .tsv, .als (compiled), or csv.")
  var format: Format?
  @Flag(help: "Only users and items: neither ratings nor timestamps.")
  var pairs = false
  @Option(name: .shortAndLong, help: "File to write; standard output when left out or -.")
  var output: String?
  @Option(help: "Memory to stay within while sorting for the compiled form, such as 2G or 500M. Default: 2G.")
  var memory: ByteCount?
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var messageOptions: MessageOptions

  private var path: String? { output == "-" ? nil : output }

  var files: CommandFiles {
    CommandFiles(results: output)
  }

  func validate() throws {
    if format == .compiled, path == nil {
      throw ValidationError("--format compiled needs --output FILE: it is not written from beginning to end.")
    }
    if memory != nil, (format ?? Format(fileName: path)) != .compiled {
      throw ValidationError("--memory is for the compiled form; lines are written as they are made.")
    }
  }

  func run() throws {
    let threads = try threadOptions.count
    let data = try SyntheticInteractions(
      users: users, items: items, interactions: interactions, groups: groups, seed: seed)
    let format = format ?? Format(fileName: path)
    let count: Int
    if format == .compiled, let path {
      count = try data.compile(
        to: path, pairsOnly: pairs, memory: (memory ?? .standard).bytes, threads: threads)
    } else {
      let file = try ReplacementFile(path: path ?? "-")
      count = try data.write(to: file, delimiter: format == .tsv ? "\t" : ",", pairsOnly: pairs, threads: threads)
      try file.commit()
    }
    StandardError.write("\(path ?? "standard output"): \(count.grouped) interactions\n")
  }
}
