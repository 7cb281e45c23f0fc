import ArgumentParser

/// The command `als completions`.
struct Completions: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Print a script by which a shell completes commands, options and files.",
    discussion: """
        als completions bash > /usr/share/bash-completion/completions/als
        als completions zsh > /usr/share/zsh/vendor-completions/_als
        als completions fish > ~/.config/fish/completions/als.fish
      """)

  /// The shells that there is a script for.
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
  }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  var files: CommandFiles { CommandFiles(results: nil) }

  func run() throws {
    try StandardOutput.write(script)
  }

  /// The parser's script, which completes nothing where any text may be: there, files.
  private var script: String {
    switch shell {
    case .bash:
      ALSCommand.completionScript(for: .bash)
        .replacing("complete -o filenames -F", with: "complete -o default -o filenames -F")
    case .zsh: ALSCommand.completionScript(for: .zsh).replacing(":'\n", with: ":_files'\n")
    case .fish: ALSCommand.completionScript(for: .fish).replacing(" -rfka ''\n", with: " -rF\n")
    }
  }
}
