import ALS
import Hummingbird
import NIOPosix

/// Who there is, and what they have done; for the page.
struct UserRoutes: Sendable {
  let store: ModelStore
  let limits: Limits

  func add(to router: Router<BasicRequestContext>) {
    router.get("users", use: users)
    router.get("users/:user/history", use: history)
  }

  /// Some users to try, from all parts of the model.
  struct UsersAnswer: ResponseEncodable {
    let users: [String]
    let total: Int
  }

  @Sendable private func users(_ request: Request, _ context: BasicRequestContext) throws -> UsersAnswer {
    let count = try request.count(limits)
    let users = store.served.model.users
    let shown = min(count, users.count)
    return UsersAnswer(
      users: (0..<shown).map { users[(2 * $0 + 1) * users.count / (2 * shown)].description }, total: users.count)
  }

  /// A user's items, the largest values first.
  struct HistoryAnswer: ResponseEncodable {
    struct Entry: Encodable {
      let id: String
      let title: String?
      let value: Float
    }
    let items: [Entry]
    let total: Int
  }

  @Sendable private func history(_ request: Request, _ context: BasicRequestContext) async throws -> HistoryAnswer {
    let user = try context.identifier("user")
    let count = try request.count(limits)
    let served = store.served
    guard let interactions = served.interactions else { throw RequestFailure.noInteractions }
    guard let index = interactions.users.index(of: user) else {
      throw RequestFailure(.notFound, "unknown_identifier", "user \(user) has no interactions.")
    }
    return try await NIOThreadPool.singleton.runIfActive {
      let history = History(ofUserAt: index, in: interactions)
      let values = history.values ?? Array(repeating: 1, count: history.count)
      let order = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
      return HistoryAnswer(
        items: order.prefix(count).map {
          let id = history.identifiers[$0]
          return HistoryAnswer.Entry(id: id.description, title: served.title(of: id), value: values[$0])
        }, total: history.count)
    }
  }
}
