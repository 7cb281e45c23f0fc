import ALS
public import ArgumentParser
import Foundation
import NIOCore
public import Logging
import RecommendationService
import ServiceLifecycle

@main
struct RecommendationServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommendation-server",
    abstract: "Serve recommendations of a model over HTTP, and a page to look at them.",
    discussion: """
      The files are read again when they change. Replace them by renaming: write beside, then mv. SIGTERM or SIGINT ends \
      the server after the requests under way, or after --shutdown-timeout seconds.

        recommendation-server model.safetensors --interactions purchases.csv --titles products.csv
      """)

  @Argument(help: "Model that `als train` wrote.")
  var model: String
  @Option(help: "What users have interacted with: not recommended again, and what explains recommendations.")
  var interactions: String?
  @Option(help: "File with an item and its title per line.")
  var titles: String?
  @Option(help: "Address to listen at; 0.0.0.0 for all.")
  var host = "127.0.0.1"
  @Option(help: "Port to listen at; 0 for any that is free.")
  var port = 8080
  @Option(help: "Seconds between looks at the files.")
  var reloadInterval = 1.0
  @Option(help: "Seconds that requests under way have to finish when the server is ended.")
  var shutdownTimeout = 20.0
  @Option(help: "What to log: trace, debug, info, notice, warning, error or critical, and what is graver.")
  var logLevel = Logger.Level.notice

  func validate() throws {
    if !(0...65535).contains(port) { throw ValidationError("--port is \(port), but it must be from 0 to 65535.") }
    if !(0.01...86_400).contains(reloadInterval) {
      throw ValidationError("--reload-interval is \(reloadInterval), but it must be from 0.01 to 86400.")
    }
    if !(0.01...86_400).contains(shutdownTimeout) {
      throw ValidationError("--shutdown-timeout is \(shutdownTimeout), but it must be from 0.01 to 86400.")
    }
  }

  func run() async throws {
    var logger = Logger(label: "recommendation-server") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel
    MappedFileFailure.handle { [logger] message in
      logger.critical("\(message)")
      Foundation.exit(74)
    }
    let store = try ModelStore(ServedFiles(model: model, interactions: interactions, titles: titles))
    let host = host
    let application = recommendationApplication(
      store, address: .hostname(host, port: port), reloadInterval: .seconds(reloadInterval), logger: logger,
      // Not print: it keeps lines back when standard output is a pipe.
      onRunning: { FileHandle.standardOutput.write(Data("Serving at http://\(host):\($0)/\n".utf8)) })
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // A client that never sends the rest of its request would keep the server forever.
    configuration.maximumGracefulShutdownDuration = .seconds(shutdownTimeout)
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch let error as IOError {
      throw ALSError(
        .inputOutput,
        "cannot listen at \(host):\(port): \(String(cString: strerror(error.errnoCode))). "
          + "Choose another place with --host and --port.")
    }
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
