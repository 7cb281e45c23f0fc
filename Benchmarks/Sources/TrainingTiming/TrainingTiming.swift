import ALS
import ALSFiles
import ArgumentParser

/// Seconds per iteration where the library is linked by another package, which gives the compiler no flags.
@main
struct TrainingTiming: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training-timing",
    abstract: "Train on a file with the comparison's parameters, and print the seconds of each iteration.")

  @Argument(help: "File of interactions.")
  var input: String
  @Option(help: "Number of factors.")
  var factors = 64
  @Option(help: "Number of iterations.")
  var iterations = 10
  @Option(help: "Threads to work with. Default: all processors.")
  var threads: Int?

  func run() throws {
    let interactions = try Interactions(contentsOf: input)
    let configuration = ImplicitALS(
      .hkv(alpha: 10, confidence: .linear), factors: factors, iterations: iterations, regularization: 0.05)
    _ = try configuration.fit(interactions, threads: threads) { record in
      // The last one has the exact solve of the users in it.
      if record.iteration > 1 && record.iteration < iterations { print(record.seconds) }
    }
  }
}
