import ALS
import ALSPlatform
import ArgumentParser
import Foundation

extension ALSError {
  /// The exit code that `sysexits.h` has for the kind of failure.
  var exitCode: Int32 {
    switch kind {
    case .configuration: 64
    case .data, .unknownIdentifier: 65
    case .unreadable: 66
    case .cannotCreate: 73
    case .inputOutput: 74
    }
  }
}

extension ParsableCommand {
  /// Says what the error that a command line ended with has to say, or the help that was asked for.
  ///
  /// - Returns: The exit code.
  static func conclude(_ error: any Error) -> Int32 {
    if let error = error as? ALSError {
      StandardError.report(error.message)
      return error.exitCode
    }
    if exitCode(for: error) == .failure {
      // Neither one of ours nor about arguments.
      StandardError.report(
        "failed in a way that it should not: \(error.localizedDescription) Please report it with the command line.")
      return 70
    }
    let (text, code) = (fullMessage(for: error), exitCode(for: error).rawValue)
    if text.isEmpty { return code }
    if code != 0 {
      StandardError.put(text + "\n")
      return code
    }
    do {
      try StandardOutput.write(text + "\n")
      return code
    } catch {
      return conclude(error)
    }
  }
}
