import ArgumentParser

/// What a training computes and tells on its way.
struct RunOptions: ParsableArguments {
  @Flag(help: "Compute the objective after each iteration.")
  var loss = false
  @Option(help: "How progress is shown on standard error; auto is a bar on a terminal and plain lines elsewhere.")
  var progress: ProgressStyle = .auto
  @Option(help: "File with options: a JSON object with their names, and \"input\". Options given here count more.")
  var config: String?
  @Option(help: "File for a log of the run, one JSON object per line.")
  var log: String?

  var files: CommandFiles { CommandFiles(reading: ["--config": config], writing: ["--log": log]) }
}
