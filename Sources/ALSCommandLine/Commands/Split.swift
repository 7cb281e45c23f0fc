import ALS
import ALSEvaluation
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser

/// The command `als split`.
struct Split: CommandWithFiles {
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

  var files: CommandFiles {
    outputPaths.reduce(CommandFiles(reading: ["the input": input])) { files, paths in
      files + CommandFiles(writing: ["--training": paths.training, "--test": paths.test, "--fold-in": paths.foldIn])
    }
  }

  func validate() throws {
    if input == "-" {
      throw ValidationError("The input is read twice, so it cannot be standard input. Save it to a file first.")
    }
    if inputOptions.duplicates != nil {
      throw ValidationError("--duplicates is not for split: all lines of a pair are copied to the same side.")
    }
    if inputOptions.halfLife != nil {
      throw ValidationError(
        "--half-life is for the commands that read what split writes: it does not matter to which side a row goes.")
    }
    if (foldIn != nil) != (method.method == .users) {
      throw ValidationError("--fold-in FILE goes with --method users, and --method users with --fold-in FILE.")
    }
  }

  func run() throws {
    let threads = try threadOptions.count
    let outputs = try openOutputs()
    let (all, form) = try inputOptions.read(
      input, readsTimes: method.readsTimes, keepsWeightless: true, threads: threads)
    let counting = try all.withoutWeightless()
    let events = try inputOptions.minimumValue.map { try counting.removing(valuesBelow: $0) } ?? counting
    if counting.count < all.count {
      StandardError.write(
        "\(inputOptions.displayName(input)): \((all.count - counting.count).grouped) rows of weight 0 were left out\n")
    }
    inputOptions.sayRemoved(counting.count - events.count, "rows", of: input)
    let divisions = try method.divisions(of: events, threads: threads)
    // A line of a list is many rows.
    if case .delimited(let layout) = form, layout.form == .rows {
      try copyLines(layout, all, divisions, outputs)
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

  /// Copies every line that is not left out for its value or weight to the files of its part.
  private func copyLines(
    _ layout: DelimitedLayout, _ rows: Events, _ divisions: [Division], _ outputs: [PartFiles]
  ) throws {
    if let path = outputs.flatMap(\.all).map(\.path).first(where: { $0.hasSuffix(".als") }) {
      throw ALSError(
        .configuration,
        "lines are copied as lines. Name files of another kind, or convert \(input) with `als convert` first.", at: path
      )
    }
    let scanner = try RowScanner(path: input, layout: layout)
    if let header = scanner.header {
      for file in outputs.flatMap(\.all) { try header.withUnsafeBytes { try file.append(line: $0) } }
    }
    let changed = ALSError(.inputOutput, "the file has changed while it was read. Run the split again.", at: input)
    var (row, event) = (0, 0)
    try scanner.forEachRow { line in
      guard row < rows.count else { throw changed }
      defer { row += 1 }
      if let minimum = inputOptions.minimumValue, (rows.values?[row] ?? 1) < minimum { return }
      if rows.weights?[row] == 0 { return }
      for (division, files) in zip(divisions, outputs) {
        try files[division.part(ofEvent: event)]?.append(line: line)
      }
      event += 1
    }
    guard row == rows.count else { throw changed }
    for file in outputs.flatMap(\.all) { try file.commit() }
  }

  /// Where each division goes.
  private var outputPaths: [(training: String, test: String, foldIn: String?)] {
    let numbers = method.method == .folds ? (1...max(method.folds ?? SplitOptions.defaultFolds, 1)).map { $0 } : [nil]
    return numbers.map { (numbered(training, $0), numbered(test, $0), foldIn) }
  }

  /// The files of each division.
  private func openOutputs() throws -> [PartFiles] {
    try outputPaths.map { paths in
      PartFiles(
        training: try ReplacementFile(path: paths.training), test: try ReplacementFile(path: paths.test),
        foldIn: try paths.foldIn.map { try ReplacementFile(path: $0) })
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
