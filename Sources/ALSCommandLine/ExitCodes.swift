import ALS
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
  static func exit(withCode code: Int32) -> Never { exit(withError: ExitCode(code)) }
}
