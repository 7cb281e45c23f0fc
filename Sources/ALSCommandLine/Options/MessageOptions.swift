import ArgumentParser
import Logging

/// What is said on standard error, and how.
struct MessageOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false
  @Option(help: "Form of what is said on standard error; json is one object per line.")
  var logFormat: MessageFormat = .text

  func validate() throws {
    StandardError.use(logFormat, level: quiet ? .error : .info)
  }
}

extension MessageFormat: ExpressibleByArgument {}
