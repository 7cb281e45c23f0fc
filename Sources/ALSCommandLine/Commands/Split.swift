import ALS
import ALSEvaluation
import ALSFiles
import ALSPlatform
import ArgumentParser

/// The command `als split`.
struct Split: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Split a file of interactions into one to train on and one to test with.",
    discussion: """
      Lines are copied as they are, with the header in every file; from other forms, lines are made, or compiled files \
      where the names end in .als. All lines of a user and an item go to the same side. docs/evaluation.md says which method answers which question.

        als split ratings.csv --training train.csv --test test.csv
        als split ratings.csv --method last --training train.csv --test test.csv
        als split ratings.csv --method time --from 2026-01-01 --training train.csv --test test.csv
        als split ratings.csv --method users --training train.csv --fold-in known.csv --test test.csv
        als split ratings.csv --method folds --folds 5 --training train.csv --test test.csv
      """)

  @Argument(help: "File of interactions. It is read twice, so it cannot be standard input.")
  var input: String
  @Option(help: "File to write the training lines to; with folds one for each: train.csv becomes train-1.csv, ….")
  var training: String
  @Option(help: "File to write the held-out lines to; with folds one for each.")
  var test: String
  @Option(help: "File to write what is known of held-out users to, for --method users.")
  var foldIn: String?
  @OptionGroup var method: SplitOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if input == "-" {
      throw ValidationError("The input is read twice, so it cannot be standard input. Save it to a file first.")
    }
    if inputOptions.duplicates != nil {
      throw ValidationError("--duplicates is not for split: all lines of a pair are copied to the same side.")
    }
    if (foldIn != nil) != (method.method == .users) {
      throw ValidationError("--fold-in FILE goes with --method users, and --method users with --fold-in FILE.")
    }
    let paths = [training, test] + (foldIn.map { [$0] } ?? [])
    if Set(paths).count < paths.count {
      throw ValidationError("--training, --test and --fold-in must name different files.")
    }
    if paths.contains(input) { throw ValidationError("\(input) is the input: name other files to write.") }
  }

  func run() throws {
    let threads = threadOptions.threads ?? availableProcessors
    let outputs = try files()
    let (events, form) = try inputOptions.read(input, readsTimes: method.readsTimes, threads: threads)
    let divisions = try method.divisions(of: events, threads: threads)
    // A line of a list is many rows.
    if case .delimited(let layout) = form, layout.form == .rows {
      try copyLines(layout, events.count, divisions, outputs)
    } else {
      try write(divisions, outputs, threads: threads)
    }
    for (division, files) in zip(divisions, outputs) {
      for part in [Division.Part.training, .foldIn, .test] {
        if let file = files[part] {
          StandardError.write("\(file.path): \(division.count(of: part).grouped) rows\n")
        }
      }
    }
    let left = divisions.reduce(0) { $0 + $1.count(of: .neither) }
    if left > 0 {
      StandardError.write(
        "\(left.grouped) rows are in neither file: after the cut, but their user had the item before it\n")
    }
  }

  /// Writes the parts of what was not lines.
  private func write(_ divisions: [Division], _ outputs: [PartFiles], threads: Int) throws {
    for (division, files) in zip(divisions, outputs) {
      for part in Division.Part.allCases {
        guard let file = files[part] else { continue }
        try division.events(in: part, threads: threads).write(
          to: file.path, memory: ByteCount.standard.bytes, threads: threads)
      }
    }
  }

  /// Copies every line to the files of its part.
  private func copyLines(
    _ layout: DelimitedLayout, _ count: Int, _ divisions: [Division], _ outputs: [PartFiles]
  ) throws {
    if let path = outputs.flatMap(\.all).map(\.path).first(where: { $0.hasSuffix(".als") }) {
      throw ALSError(
        .configuration,
        "\(path): lines are copied as lines. Name files of another kind, or convert \(input) with `als convert` first.")
    }
    let scanner = try RowScanner(path: input, layout: layout)
    if let header = scanner.header {
      for file in outputs.flatMap(\.all) { try header.withUnsafeBytes { try file.append(line: $0) } }
    }
    let changed = ALSError(.inputOutput, "\(input): the file has changed while it was read. Run the split again.")
    var row = 0
    try scanner.forEachRow { line in
      guard row < count else { throw changed }
      for (division, files) in zip(divisions, outputs) {
        try files[division.part(ofEvent: row)]?.append(line: line)
      }
      row += 1
    }
    guard row == count else { throw changed }
    for file in outputs.flatMap(\.all) { try file.commit() }
  }

  /// The files of each division.
  private func files() throws -> [PartFiles] {
    let numbers = method.method == .folds ? (1...max(method.folds ?? SplitOptions.defaultFolds, 1)).map { $0 } : [nil]
    return try numbers.map { number in
      PartFiles(
        training: try ReplacementFile(path: numbered(training, number)),
        test: try ReplacementFile(path: numbered(test, number)),
        foldIn: try foldIn.map { try ReplacementFile(path: $0) })
    }
  }
}

/// `train.csv` with a number: `train-3.csv`.
private func numbered(_ path: String, _ number: Int?) -> String {
  guard let number else { return path }
  let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
  guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "\(path)-\(number)" }
  return "\(path[..<dot])-\(number)\(path[dot...])"
}

/// Where the lines of each part go.
private struct PartFiles {
  let training: ReplacementFile
  let test: ReplacementFile
  let foldIn: ReplacementFile?

  var all: [ReplacementFile] { [training, test] + (foldIn.map { [$0] } ?? []) }

  subscript(part: Division.Part) -> ReplacementFile? {
    switch part {
    case .training: training
    case .test: test
    case .foldIn: foldIn
    case .neither: nil
    }
  }
}

extension ReplacementFile {
  fileprivate func append(line: UnsafeRawBufferPointer) throws {
    try append(line)
    try append("\n")
  }
}
