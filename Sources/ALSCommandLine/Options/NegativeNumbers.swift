import ArgumentParser

/// Negative numbers that are given to options as arguments of their own: `--seed -1`.
///
/// The parser of arguments takes them for options that it does not know.
enum NegativeNumbers {
  /// The arguments with such a number tied to the option before it, `--seed=-1`, so that it is read as its value.
  static func tied(_ arguments: [String]) -> [String] {
    var tied: [String] = []
    for (index, argument) in arguments.enumerated() {
      // What comes after -- is no option.
      if argument == "--" { return tied + arguments[index...] }
      if let option = tied.last, option.hasPrefix("--"), !option.contains("="), isNegative(argument) {
        tied[tied.count - 1] = "\(option)=\(argument)"
      } else {
        tied.append(argument)
      }
    }
    return tied
  }

  /// Whether it is a minus with a number, or a range, that begins with a digit or a point.
  private static func isNegative(_ argument: String) -> Bool {
    guard argument.first == "-", let next = argument.dropFirst().first else { return false }
    return next.isASCII && next.isNumber || next == "."
  }
}

extension ParsableCommand {
  /// The command that `arguments` are for, with negative numbers read as such.
  static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    do {
      return try parseAsRoot(arguments)
    } catch {
      let tied = NegativeNumbers.tied(arguments)
      // Other mistakes are told as they are.
      guard tied != arguments, message(for: error).hasPrefix("Missing value for") else { throw error }
      return try parseAsRoot(tied)
    }
  }
}
