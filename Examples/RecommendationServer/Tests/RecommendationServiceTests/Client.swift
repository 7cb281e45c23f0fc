import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import RecommendationService

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

extension TestClientProtocol {
  func get(_ uri: String) async throws -> Answer { try await send(.get, uri, nil) }

  func post(_ body: String, to uri: String = "/recommendations") async throws -> Answer {
    try await send(.post, uri, body)
  }

  func send(_ method: HTTPRequest.Method, _ uri: String, _ body: String?) async throws -> Answer {
    let response = try await executeRequest(
      uri: uri, method: method, headers: [:], body: body.map { ByteBuffer(string: $0) })
    return Answer(
      status: response.status.code, contentType: response.headers[.contentType],
      text: String(buffer: response.body))
  }
}

/// Runs `body` against a server of `shop`: within the process, or over a real socket.
func serving(
  _ shop: Shop, over setup: TestingSetup = .router, limits: Limits = Limits(), reloadInterval: Duration = .seconds(60),
  logger: Logger = LogRecord().logger, _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
) async throws {
  let application = recommendationApplication(
    try ModelStore(shop.files), address: .hostname("127.0.0.1", port: 0), limits: limits,
    reloadInterval: reloadInterval, logger: logger)
  try await application.test(setup) { try await body($0) }
}
