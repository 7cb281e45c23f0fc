import ArgumentParser

/// The command `als manual`.
struct Manual: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Print the manual page: what --help says of all commands.",
    discussion: """
        als manual > als.1 && man ./als.1
      """)

  var files: CommandFiles { CommandFiles(results: nil) }

  func run() throws {
    try StandardOutput.write(ManualPage(of: ALSCommand.self).text)
  }
}
