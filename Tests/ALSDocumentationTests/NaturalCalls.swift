import ALS
import Foundation
import Testing

/// What somebody writes who has rows of a database, and has not read the documentation: it compiles, and means the same
/// as with an `Identifier`.
@Suite struct NaturalCalls {
  private struct SKU: RawRepresentable, IdentifierKey { let rawValue: String }

  private static let customers = (0..<12).map { _ in UUID() }
  private static let skus = ["85123A", "22423", "84879", "47566", "20725", "22720"]

  private static func model(users: [some IdentifierKey], items: [some IdentifierKey]) throws -> FactorModel {
    let pairs = users.indices.flatMap { user in items.indices.filter { ($0 * 5 + user) % 3 != 0 }.map { (user, $0) } }
    return try ImplicitALS(factors: 4, iterations: 2).fit(
      Interactions(users: pairs.map { users[$0.0] }, items: pairs.map { items[$0.1] }))
  }

  @Test func callsWithWhatCallersHave() throws {
    let model = try Self.model(users: Self.customers, items: Self.skus)
    let customer = Self.customers[3]
    let named: Identifier = .string(customer.uuidString.lowercased())
    let sku = Self.skus[1]
    let row = "x,\(sku),3".split(separator: ",")
    let best = try model.recommend(user: named, count: 4)

    // 1: a UUID, 2: its text.
    #expect(try model.recommend(user: customer, count: 4) == best)
    #expect(try model.recommend(user: customer.uuidString.lowercased(), count: 4) == best)
    // 3: an array of them, 4: a set.
    #expect(try model.recommend(users: Self.customers, count: 4)[3] == best)
    #expect(try model.recommend(users: Set(Self.customers), count: 4).count == 12)
    // 5: a score, 6: of a part of a line.
    #expect(try model.score(user: customer, item: sku) == model.score(user: named, item: Identifier(sku)))
    #expect(try model.score(user: customer, item: row[1]) == model.score(user: named, item: Identifier(sku)))
    // 7: what is alike.
    #expect(try model.similar(item: sku, count: 3).count == 3)
    // 8: a basket, 9: a basket with amounts.
    let cart = ["85123A", sku]
    #expect(try model.recommend(history: cart).knownCount == 2)
    #expect(try model.recommend(history: History(["85123A": 2, sku: 1])).knownCount == 2)
    // 10: why.
    #expect(try model.explain(item: row[1], history: cart).contributions.count == 2)
    // 11: what nobody should get, some of which was never sold.
    let blocked: Set<String> = [sku, "voucher"]
    let exclusions = try Exclusions(items: blocked, unknown: .ignore, for: model)
    #expect(exclusions.unknown == ["voucher"])
    #expect(try !model.recommend(user: customer, excluding: exclusions).contains { $0.id == Identifier(sku) })
    // 12: what there is.
    let stock = try Selection(items: Self.skus.prefix(2), of: model)
    #expect(try model.similar(item: Self.skus[2], among: stock).count == 2)
    // 13: candidates of another system.
    #expect(try model.rank(items: cart + ["new"], user: customer).unknown == ["new"])
    // 14: where somebody is, 15: whether.
    #expect(try model.index(user: customer) == model.users.index(of: customer))
    #expect(model.items.index(of: sku) == model.items.index(of: row[1]) && model.items.index(of: "new") == nil)
    // 16: a type of one's own.
    #expect(try model.similar(item: SKU(rawValue: sku), count: 3) == model.similar(item: sku, count: 3))
    // 17: a new customer, folded in and asked for.
    let folded = try model.foldIn(user: cart)
    #expect(try model.score(user: folded, item: sku).isFinite && model.recommend(user: folded, count: 1).count == 1)
    // 18: integers of any width, and a literal.
    let numbers = try Self.model(users: Array(UInt32(100)..<112), items: Array(Int16(1)...6))
    #expect(try numbers.recommend(user: Int32(103), count: 2) == numbers.recommend(user: 103, count: 2))
  }

  @Test func allUsersByAnyName() async throws {
    let model = try Self.model(users: Self.customers, items: Self.skus)
    var seen = 0
    for try await result in try model.recommendations(users: Self.customers.lazy.filter { _ in true }, count: 2) {
      #expect(result.items.count == 2)
      seen += 1
    }
    #expect(seen == 12)
  }

  @Test func identifiersOfKeys() {
    let uuid = UUID(uuidString: "E621E1F8-C36C-495A-93FC-0C247A3E6E5F")
    #expect(uuid?.identifier == "e621e1f8-c36c-495a-93fc-0c247a3e6e5f")
    #expect("007".identifier == .string("007") && Substring("7").identifier == 7 && Int8(-7).identifier == "-7")
    #expect(UInt64.max.identifier == .string("18446744073709551615") && Identifier("7").identifier == 7)
  }
}
