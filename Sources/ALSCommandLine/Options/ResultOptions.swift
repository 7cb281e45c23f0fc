import ArgumentParser

/// Where results go, and in which form.
struct ResultOptions: ParsableArguments {
  @Option(help: "Form of the results; json is one object per line.")
  var format: OutputFormat = .table
  @Option(name: .shortAndLong, help: "File to write; standard output when left out or -.")
  var output: String?

  var files: CommandFiles { CommandFiles(results: output) }
}
