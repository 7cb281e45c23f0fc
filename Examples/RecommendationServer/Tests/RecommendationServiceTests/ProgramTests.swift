import Foundation
import HummingbirdTesting
import NIOCore
import Testing

/// The program itself, over a socket.
@Suite struct ProgramTests {
  /// Where the build has put the program: beside the tests.
  private static var program: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("recommendation-server")
  }

  private func start(_ arguments: [String]) throws -> (process: Process, output: FileHandle, errors: FileHandle) {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output.fileHandleForReading, errors.fileHandleForReading)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func servesUntilASignal(signal: Int32) async throws {
    let shop = try Shop()
    let (process, output, _) = try start([
      shop.files.model, "--interactions", shop.files.interactions!, "--titles", shop.files.titles!, "--port", "0",
    ])
    defer { if process.isRunning { process.terminate() } }
    let line = String(decoding: output.availableData, as: UTF8.self)
    let port = try #require(line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\//).flatMap { Int($0.1) })
    try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
      let response = try await client.get("/users/1001/recommendations?count=3")
      #expect(response.status == .ok)
      let body = try #require(response.body)
      #expect(try JSONDecoder().decode(Items.self, from: Data(body.readableBytesView)).items.count == 3)
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
  }

  @Test func filesThatAreNotThere() throws {
    let (process, _, errors) = try start(["no-such.safetensors", "--port", "0"])
    process.waitUntilExit()
    #expect(process.terminationStatus != 0)
    #expect(String(decoding: errors.availableData, as: UTF8.self).contains("no-such.safetensors"))
  }
}
