import ALS
public import ALSPlatform
public import ArgumentParser
import Foundation

/// The `als-mpi` command: what `als` does, by several processes.
public struct DistributedCommand: ParsableCommand {
  /// How a rank comes to its end.
  public enum Ending: Sendable {
    /// All ranks do, with this exit code.
    case together(Int32)
    /// The others wait for this one, which cannot go on: end them, too.
    case alone(Int32)
  }

  static let name = "als-mpi"

  /// Its subcommands.
  public static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: name,
      abstract: "Train on more data than one machine holds: over MPI, users divided over ranks.",
      discussion: """
        Quick start:
          als convert purchases.csv --output purchases.compiled
          mpirun -np 8 als-mpi train purchases.compiled --output model.safetensors

        Everything but training is for `als`, which reads the same model files. Exit codes are those of `als`.
        """,
      version: ALSVersion.current, subcommands: [DistributedTrain.self, DistributedPlan.self])
  }

  /// A command; arguments are parsed into it.
  public init() {}

  /// What a program does before anything else, of MPI too.
  public static func prepare() { StandardDescriptors.occupy() }

  /// Says why there are no ranks at all.
  public static func report(_ error: any Error) { StandardError.put("\(name): \(error)\n") }

  /// Runs the command line of this rank, of `ranksHere` on this machine.
  public static func run(_ arguments: [String], over communicator: any Communicator, ranksHere: Int) -> Ending {
    let isFirst = communicator.rank == 0
    StandardError.program.set(name)
    MemoryLimits.install()
    Interruption.install(isSilent: !isFirst)
    MappedInputs.install()
    do {
      var command = try parsed(
        JobFile.expanding(arguments, helpText: helpMessage(for: DistributedTrain.self, columns: 1 << 16)))
      if let train = command as? DistributedTrain {
        try train.run(over: communicator, ranksHere: ranksHere)
        try MappedFiles.requireUnchanged()
      } else if isFirst {
        try command.run()
      }
      return .together(0)
    } catch let error as ALSError {
      report(error.message, communicator)
      return .alone(error.exitCode)
    } catch  where [.success, .validationFailure].contains(exitCode(for: error)) {
      // Every rank has the same arguments, so all end alike and one says why.
      return .together(isFirst ? conclude(error) : exitCode(for: error).rawValue)
    } catch {
      report("failed in a way that it should not: \(error.localizedDescription) Please report it.", communicator)
      return .alone(70)
    }
  }

  /// Says why this rank ends the job; what is wrong in all ranks, the first one says alone.
  private static func report(_ message: String, _ communicator: any Communicator) {
    if communicator.rank > 0 { Thread.sleep(forTimeInterval: 0.5) }
    UnfinishedFiles.removeAll()
    let place = communicator.count > 1 ? "rank \(communicator.rank) on \(ProcessInfo.processInfo.hostName): " : ""
    StandardError.report("\(place)\(message)")
  }
}
