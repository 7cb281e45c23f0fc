import ALS
import ALSEvaluation
import ALSPlatform
import ArgumentParser

/// The command `als synthesize`.
struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make interactions of any size, with power-law degrees and planted tastes, to measure with.",
    discussion: """
      Lines have userId, itemId, rating and timestamp; a user's items are distinct. The same seed gives the same \
      bytes. Memory does not grow with the number of interactions.

        als synthesize --users 138493 --items 26744 --interactions 20000263 --output ml20.csv
        als synthesize --users 5000 --items 2000 --interactions 300000 | als train - --output model.safetensors
      """)

  /// Form of the lines.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv, tsv
  }

  @Option(help: "Number of users.")
  var users: Int
  @Option(help: "Number of items.")
  var items: Int
  @Option(help: "Number of interactions, about.")
  var interactions: Int
  @Option(help: "Number of groups of taste.")
  var groups = 40
  @Option(help: "Seed; the same one gives the same file.")
  var seed: UInt64 = 0
  @Option(help: "Form of the lines.")
  var format: Format = .csv
  @Option(name: .shortAndLong, help: "File to write; standard output when left out or -.")
  var output: String?
  @OptionGroup var threadOptions: ThreadOptions

  func run() throws {
    let path = output == "-" ? nil : output
    let file = try path.map { try ReplacementFile(path: $0) } ?? ReplacementFile.standardOutput()
    let data = try SyntheticInteractions(
      users: users, items: items, interactions: interactions, groups: groups, seed: seed)
    let count = try data.write(
      to: file, delimiter: format == .csv ? UInt8(ascii: ",") : UInt8(ascii: "\t"),
      threads: threadOptions.threads ?? availableProcessors)
    try file.commit()
    StandardError.write("\(path ?? "standard output"): \(count.grouped) interactions\n")
  }
}
