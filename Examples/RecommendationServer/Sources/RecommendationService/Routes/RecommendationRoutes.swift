import ALS
import Foundation
import Hummingbird
import NIOCore
import NIOPosix

/// What a model is asked for.
///
/// A top-10 of a known user takes less time than handing it to another thread, and is made where its request is; so is
/// nothing else: requests share the few threads of Swift's pool, and the rest takes milliseconds.
struct RecommendationRoutes: Sendable {
  let store: ModelStore
  let limits: Limits

  func add(to router: Router<BasicRequestContext>) {
    router.get("users/:user/recommendations", use: recommendations)
    router.get("users/:user/recommendations/:item/explanation", use: explanation)
    router.post("recommendations", use: recommendationsForHistory)
    router.get("items/:item/similar", use: similarItems)
  }

  @Sendable private func recommendations(_ request: Request, _ context: BasicRequestContext) async throws -> ItemsAnswer
  {
    let user = try context.identifier("user")
    let count = try request.count(limits)
    let served = store.served
    let answer = { @Sendable in
      ItemsAnswer(try served.model.recommend(user: user, count: count, excluding: served.exclusions), in: served)
    }
    return count <= 20 ? try answer() : try await NIOThreadPool.singleton.runIfActive(answer)
  }

  @Sendable private func explanation(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> ExplanationAnswer {
    let (user, item) = try (context.identifier("user"), context.identifier("item"))
    let served = store.served
    guard let interactions = served.interactions else { throw RequestFailure.noInteractions }
    return try await NIOThreadPool.singleton.runIfActive {
      ExplanationAnswer(try served.model.explain(item: item, user: user, in: interactions), in: served)
    }
  }

  @Sendable private func recommendationsForHistory(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> HistoryItemsAnswer {
    let body = try await request.body.collect(upTo: limits.bodySize)
    let served = store.served
    return try await NIOThreadPool.singleton.runIfActive {
      let asked = try HistoryRequest(body, limits)
      let count = try limits.checked(count: asked.count ?? 10)
      let options = RecommendationOptions(coldStart: asked.popularOtherwise ? .popular : .error)
      do {
        let result = try served.model.recommend(
          history: asked.history, count: count, includingHistory: asked.includeHistory, options: options)
        return HistoryItemsAnswer(result, in: served)
      } catch let error as ALSError where error.kind == .unknownIdentifier {
        throw RequestFailure(
          .unprocessableContent, "nothing_known",
          "the model knows no item of the history. Ask with \"popularOtherwise\": true for the most popular items.")
      }
    }
  }

  @Sendable private func similarItems(_ request: Request, _ context: BasicRequestContext) async throws -> ItemsAnswer {
    let item = try context.identifier("item")
    let count = try request.count(limits)
    let served = store.served
    return try await NIOThreadPool.singleton.runIfActive {
      ItemsAnswer(try served.model.similar(item: item, count: count), in: served)
    }
  }
}

extension RequestFailure {
  /// What needs interactions, asked of a server that has none.
  static let noInteractions = RequestFailure(
    .notImplemented, "no_interactions",
    "this server was started without interactions. Start it with --interactions FILE.")
}

extension HistoryRequest {
  /// Reads a body.
  fileprivate init(_ body: ByteBuffer, _ limits: Limits) throws {
    do {
      self = try JSONDecoder().decode(
        HistoryRequest.self, from: Data(body.readableBytesView), configuration: limits)
    } catch let error as DecodingError {
      throw RequestFailure(
        .badRequest, "bad_json",
        "the body is not as it should be\(error.place). An example: {\"history\": [\"85123A\"], \"count\": 5}.")
    }
  }
}

extension DecodingError {
  /// Where and what, as far as it can be told.
  fileprivate var place: String {
    switch self {
    case .keyNotFound(let key, _): ": it has no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context): ": at \(Self.path(context)) is something else"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? ": it is not JSON" : ": at \(Self.path(context)) is something else"
    @unknown default: ""
    }
  }

  private static func path(_ context: Context) -> String {
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    return path.isEmpty ? "its top" : String(path.trimmingPrefix("."))
  }
}
