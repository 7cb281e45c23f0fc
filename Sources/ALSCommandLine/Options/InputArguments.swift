import ArgumentParser

/// The files of interactions that a command reads as one.
struct InputArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files of interactions, one after the other, or patterns such as 'part-*.csv'; - for standard input.",
      valueName: "input"))
  var names: [String]

  /// What they mean.
  func paths() throws -> [String] { try InputPaths(names).paths }

  /// A pattern of no file is told when it is read.
  var files: CommandFiles {
    ((try? paths()) ?? names).reduce(CommandFiles()) {
      $0 + CommandFiles(reading: ["the input": $1])
    }
  }
}
