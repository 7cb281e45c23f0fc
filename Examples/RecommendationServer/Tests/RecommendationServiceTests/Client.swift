import Foundation
import FoundationNetworking
import Logging
import RecommendationService
import ServiceLifecycle

/// What the server answered, with its JSON read.
struct Answer: Sendable {
  let status: Int
  let contentType: String?
  let text: String

  func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  /// The code of a JSON error; `nil` when this is none.
  var errorCode: String? { (try? decoded(Failure.self))?.error.code }
  var errorMessage: String? { (try? decoded(Failure.self))?.error.message }

  private struct Failure: Decodable {
    struct Content: Decodable { let code, message: String }
    let error: Content
  }
}

struct Items: Decodable, Equatable {
  struct Item: Decodable, Equatable {
    let id: String
    let title: String?
    let score: Double?
    let users: Int?
  }
  let kind: String?
  let items: [Item]
  let generation: Int
  let unknown: [String]?
  let knownCount: Int?
}

/// Requests to a server on this machine.
struct Client: Sendable {
  let port: Int
  private let session = URLSession(configuration: .ephemeral)

  init(port: Int) { self.port = port }

  func get(_ uri: String) async throws -> Answer { try await send("GET", uri) }

  func post(_ body: String, to uri: String = "/recommendations") async throws -> Answer {
    try await send("POST", uri, body)
  }

  func send(_ method: String, _ uri: String, _ body: String? = nil) async throws -> Answer {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(uri)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    return Answer(
      status: response.statusCode, contentType: response.value(forHTTPHeaderField: "Content-Type"),
      text: String(decoding: data, as: UTF8.self))
  }
}

/// Runs `body` against a server of `shop`, at any port that is free.
func serving(
  _ shop: Shop, limits: Limits = Limits(), reloadInterval: Duration = .seconds(60), logger: Logger = LogRecord().logger,
  _ body: @escaping @Sendable (Client) async throws -> Void
) async throws {
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let application = recommendationApplication(
    try ModelStore(shop.files), address: .hostname("127.0.0.1", port: 0), limits: limits,
    reloadInterval: reloadInterval, logger: logger, onRunning: { port.yield($0) })
  let service = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
  try await withThrowingTaskGroup { group in
    group.addTask {
      // A server that cannot start ends the wait for its port.
      defer { port.finish() }
      try await service.run()
    }
    guard let running = await ports.first(where: { _ in true }) else {
      try await group.waitForAll()
      throw URLError(.cannotConnectToHost)
    }
    try await body(Client(port: running))
    await service.triggerGracefulShutdown()
    try await group.waitForAll()
  }
}
