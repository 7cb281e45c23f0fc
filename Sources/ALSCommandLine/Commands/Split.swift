import ALS
import ALSEvaluation
import ALSFiles
import ALSPlatform
import ArgumentParser

/// The command `als split`.
struct Split: ParsableCommand {
  /// Which interactions are held out.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case randomPerUser = "random-per-user"
    case random
    case last
  }

  static let configuration = CommandConfiguration(
    abstract: "Split a file of interactions into one to train on and one to test with.",
    discussion: """
      Lines are copied as they are, with the header in both files. All lines of a user and an item go to the same \
      side.

        als split ratings.csv --training train.csv --test test.csv
        als split ratings.csv --method last --training train.csv --test test.csv
      """)

  @Argument(help: "File of interactions. It is read twice, so it cannot be standard input.")
  var input: String
  @Option(help: "File to write the training lines to.")
  var training: String
  @Option(help: "File to write the held-out lines to.")
  var test: String
  @Option(
    help: """
      random-per-user holds out a share of each user's items, random a share of all pairs, last each user's latest \
      items by time.
      """)
  var method: Method = .randomPerUser
  @Option(help: "Share held out by the random methods. Default: 0.2.")
  var fraction: Double?
  @Option(help: "Items of each user held out by last. Default: 1.")
  var count: Int?
  @Option(help: "Seed of the random methods.")
  var seed: UInt64 = 0
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if input == "-" {
      throw ValidationError("The input is read twice, so it cannot be standard input. Save it to a file first.")
    }
    if method == .last, fraction != nil { throw ValidationError("--fraction is for the random methods.") }
    if method != .last, count != nil { throw ValidationError("--count is for --method last.") }
    if training == test { throw ValidationError("--training and --test name the same file.") }
    if inputOptions.duplicates != nil {
      throw ValidationError("--duplicates is not for split: all lines of a pair are copied to the same side.")
    }
  }

  func run() throws {
    let holdOut: HoldOut =
      switch method {
      case .randomPerUser: .randomPerUser(fraction: fraction ?? 0.2, seed: seed)
      case .random: .random(fraction: fraction ?? 0.2, seed: seed)
      case .last: .lastByTime(count: count ?? 1)
      }
    let threads = threadOptions.threads ?? availableProcessors
    let trainingFile = try ReplacementFile(path: training)
    let testFile = try ReplacementFile(path: test)
    let (events, form) = try inputOptions.read(input, readsTimes: method == .last, threads: threads)
    guard case .delimited(let layout) = form else {
      throw ALSError(.data, "\(input): has no lines to split (\(form)). Convert it with `als convert --to csv` first.")
    }
    let isHeldOut = try events.testMask(holdOut, threads: threads)
    let scanner = try RowScanner(path: input, layout: layout)
    if let header = scanner.header {
      for file in [trainingFile, testFile] { try header.withUnsafeBytes { try file.append(line: $0) } }
    }
    let changed = ALSError(.inputOutput, "\(input): the file has changed while it was read. Run the split again.")
    var (row, held) = (0, 0)
    try scanner.forEachRow { line in
      guard row < isHeldOut.count else { throw changed }
      try (isHeldOut[row] ? testFile : trainingFile).append(line: line)
      held += isHeldOut[row] ? 1 : 0
      row += 1
    }
    guard row == isHeldOut.count else { throw changed }
    try trainingFile.commit()
    try testFile.commit()
    StandardError.write("\(training): \((row - held).grouped) rows\n\(test): \(held.grouped) rows\n")
  }
}

extension ReplacementFile {
  fileprivate func append(line: UnsafeRawBufferPointer) throws {
    try append(line)
    try append("\n")
  }
}
