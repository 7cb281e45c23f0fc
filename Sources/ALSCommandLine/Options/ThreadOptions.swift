import ALSPlatform
import ArgumentParser

/// How many threads a command works with.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to work with, four for each processor at most. Default: all processors.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), but it must be 1 or more.") }
  }

  /// The number that the rule of all calls makes of it.
  var count: Int { get throws { try threadCount(threads) } }
}
