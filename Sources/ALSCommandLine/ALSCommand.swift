import ALS
import ALSDense
import ALSPlatform
public import ArgumentParser

/// The `als` command.
public struct ALSCommand: ParsableCommand {
  /// Its subcommands.
  public static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "als",
      abstract: "Recommendations by alternating least squares: train, tune, evaluate, recommend.",
      discussion: """
        Quick start:
          als split ratings.csv --training train.csv --test test.csv
          als train train.csv --output model.safetensors
          als evaluate model.safetensors test.csv --exclude train.csv
          als recommend model.safetensors --user 42 --exclude train.csv

        Results go to standard output or --output, everything else to standard error. The exit code is 0, or 64 for \
        wrong usage, 65 for wrong data, 66 for an input that cannot be read, 71 when memory ran out, 73 and 74 for an output that \
        cannot be written, 130 and 143 when interrupted.
        """,
      version: version, subcommands: commands)
  }

  /// All of them say which files they use.
  private static var commands: [any CommandWithFiles.Type] {
    [
      Train.self, Tune.self, Evaluate.self, Compare.self, Recommend.self, Score.self, Similar.self, Explain.self,
      Update.self, Split.self, Convert.self, Info.self, Synthesize.self, Export.self, Import.self,
      Completions.self, Manual.self,
    ]
  }

  private static var version: String {
    let blas = BLASBuild.current
    let processor = "core \(blas.core), kernels \(InstructionSet.best), threads \(blas.threads)"
    return "als \(ALSVersion.current)\n\(blas.configuration)\n\(processor)"
  }

  /// A command; arguments are parsed into it.
  public init() {}

  /// Runs the command line of this process.
  public static func runAndExit() -> Never {
    StandardDescriptors.occupy()
    MemoryLimits.install()
    Interruption.install()
    MappedInputs.install()
    do {
      if let chosen = InstructionSet.chosen, InstructionSet(supported: chosen) == nil {
        let supported = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
        throw ALSError(
          .configuration,
          "\(InstructionSet.variable) is \(chosen), but this processor has \(supported). Name one of these, or unset it."
        )
      }
      var command = try parsed(
        JobFile.expanding(
          Array(CommandLine.arguments.dropFirst()), helpText: helpMessage(for: Train.self, columns: 1 << 16)))
      try (command as? any CommandWithFiles)?.files.check()
      try command.run()
      try MappedFiles.requireUnchanged()
      ProgramEnd.exit(0)
    } catch {
      ProgramEnd.exit(conclude(error))
    }
  }
}
