import ALS
import Foundation
import Synchronization
import Testing

/// The code of docs/postgresql.md, compiled and run; ``DocumentationTests`` compares the two.
@Suite struct PostgreSQLExamples {
  struct Purchase {
    let customer: UUID
    let sku: String
    let quantity: Int
    let date: Date
  }

  /// A client with the shape of PostgresNIO's, whose database has one table.
  private final class Client: Sendable {
    struct Rows: AsyncSequence {
      typealias Element = Purchase
      let purchases: [Purchase]

      func makeAsyncIterator() -> AsyncStream<Purchase>.Iterator {
        AsyncStream { stream in
          for purchase in purchases { stream.yield(purchase) }
          stream.finish()
        }.makeAsyncIterator()
      }

      func decode(
        _: (UUID, String, Int, Date).Type
      ) -> AsyncMapSequence<Rows, (UUID, String, Int, Date)> {
        map { ($0.customer, $0.sku, $0.quantity, $0.date) }
      }
    }

    let purchases: [Purchase]
    let inserted = Mutex(0)
    init(_ purchases: [Purchase]) { self.purchases = purchases }
    func query(_: String) async throws -> Rows { Rows(purchases: purchases) }
    func insert(_: String, _: any CustomStringConvertible...) async throws { inserted.withLock { $0 += 1 } }
  }

  private static func orders() -> [Purchase] {
    let customers = (0..<30).map { _ in UUID() }
    return (0..<600).map { row in
      Purchase(
        customer: customers[row * 7 % 30], sku: "\(22000 + row * row % 23)", quantity: 1 + row % 3,
        date: Date(timeIntervalSince1970: 1_700_000_000 - Double(row * 3600)))
    }
  }

  @Test func everythingInTurn() async throws {
    let orders = Self.orders()
    let client = Client(orders)

    let rows = try await client.query("SELECT customer, sku, quantity, bought_at FROM purchases")
    let purchases = try await Interactions(
      rows.decode((UUID, String, Int, Date).self), user: \.0, item: \.1, value: \.2, time: \.3)
    let model = try await ImplicitALS(factors: 16, iterations: 5).task(on: purchases).model

    let same = try Interactions(
      orders, user: \.customer, item: \.sku, value: \.quantity, time: \.date)
    let recent = try Interactions(
      orders, user: \.customer, item: \.sku, weight: { exp2($0.date.timeIntervalSinceNow / (90 * 86_400)) })

    for try await result in try model.recommendations(users: model.users, count: 10) {
      for (rank, item) in result.items.enumerated() {
        try await client.insert("recommendations", result.user.description, rank + 1, item.id.description, item.score)
      }
    }
    #expect(client.inserted.withLock(\.self) == 300 && recent.count == same.count)
    #expect(purchases.users == same.users && purchases.items == same.items)
    for user in same.users.indices {
      #expect(same.itemIndices(ofUserAt: user) == purchases.itemIndices(ofUserAt: user))
    }
  }
}
