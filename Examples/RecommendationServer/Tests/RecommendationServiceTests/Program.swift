import Foundation

/// The program, running; ended with its last reference.
final class Program {
  struct DidNotStart: Error {
    let status: Int32
    let errors: String
  }

  let port: Int
  private let process = Process()

  /// Where the build has put the program: beside the tests.
  private static var location: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("recommendation-server")
  }

  /// Starts it with a shop's files, at any port that is free.
  convenience init(serving shop: Shop, options: [String] = []) throws {
    var arguments = [shop.files.model, "--port", "0"]
    for (option, file) in [("--interactions", shop.files.interactions), ("--titles", shop.files.titles)] {
      if let file { arguments += [option, file] }
    }
    try self.init(arguments + options)
  }

  /// Starts it, and waits until it serves or has ended.
  init(_ arguments: [String]) throws {
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = Self.location
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let match = line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\//), let port = Int(match.1) else {
      if process.isRunning { process.terminate() }
      process.waitUntilExit()
      throw DidNotStart(
        status: process.terminationStatus,
        errors: String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self))
    }
    self.port = port
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// The status after its own end; `nil` when it does not end, or a signal has ended it.
  func statusAtExit() -> Int32? {
    guard waits(until: { !process.isRunning }), process.terminationReason == .exit else { return nil }
    return process.terminationStatus
  }

  /// Head and body of the answer, on a connection of its own.
  func answer(to uri: String) -> String? {
    guard let connection = RawConnection(port: port),
      connection.send("GET \(uri) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    else { return nil }
    return connection.receiveAll()
  }

  /// Whether something comes true within 15 seconds.
  func waits(until condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(15)
    while !condition() {
      if ContinuousClock.now > deadline { return false }
      usleep(10_000)
    }
    return true
  }
}
