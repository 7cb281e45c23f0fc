import ALS
import Testing

@Suite struct RecommendationTests {
  @Test(arguments: [1, 5, 20, 21, 1000])
  func answersAreTheLibrarys(count: Int) async throws {
    let shop = try Shop()
    let model = try shop.opened()
    let seen = try Exclusions(seen: shop.interactions(), for: model)
    try await serving(shop) { client in
      for user in ["1000", "1059"] {
        let answer = try await client.get("/users/\(user)/recommendations?count=\(count)")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json; charset=utf-8")
        let expected = try model.recommend(user: Identifier(user), count: count, excluding: seen)
        let items = try answer.decoded(Items.self).items
        #expect(!items.isEmpty && items.count <= count)
        #expect(items.map(\.id) == expected.map(\.id.description))
        #expect(items.map(\.score) == expected.map(\.score))
        #expect(items.allSatisfy { $0.title?.hasPrefix("Thing \"") == true })
      }
    }
  }

  @Test func tenWithoutACount() async throws {
    try await serving(try Shop()) { client in
      let items = try await client.get("/users/1001/recommendations").decoded(Items.self).items
      #expect(items.count == 10)
    }
  }

  @Test func whatWasBoughtDoesNotComeBack() async throws {
    let shop = try Shop()
    let interactions = try shop.interactions()
    try await serving(shop) { client in
      for user in interactions.users {
        guard case let name = user.description, !name.contains("/") else { continue }
        let items = try await client.get("/users/\(name)/recommendations?count=1000").decoded(Items.self).items
        let bought = History(ofUserAt: interactions.users.index(of: user)!, in: interactions).identifiers
        #expect(Set(items.map(\.id)).isDisjoint(with: bought.map(\.description)))
        #expect(items.count + bought.count == interactions.items.count)
      }
    }
  }

  @Test func identifiersArePercentEncoded() async throws {
    try await serving(try Shop()) { client in
      let answer = try await client.get("/users/Zo%C3%AB%2F%C3%A9%203/recommendations")
      #expect(answer.status == 200)
      let broken = try await client.get("/users/%FF%FE/recommendations")
      #expect(broken.status == 400)
      #expect(broken.errorCode == "bad_path")
    }
  }

  @Test(arguments: ["0", "-1", "1001", "1000000000", "99999999999999999999", "ten", "", "1.5"])
  func badCountsAreErrors(count: String) async throws {
    try await serving(try Shop()) { client in
      for path in ["/users/1001/recommendations", "/items/0A/similar", "/users/1001/history", "/users"] {
        let answer = try await client.get("\(path)?count=\(count)")
        #expect(answer.status == 400)
        #expect(answer.errorCode == "bad_count")
        #expect(answer.errorMessage?.contains("count is \(count)") == true)
      }
    }
  }

  @Test func unknownIdentifiersAreNotFound() async throws {
    try await serving(try Shop()) { client in
      for path in [
        "/users/nobody/recommendations", "/items/nothing/similar", "/users/nobody/history",
        "/users/nobody/recommendations/0A/explanation", "/users/1001/recommendations/nothing/explanation",
      ] {
        let answer = try await client.get(path)
        #expect(answer.status == 404)
        #expect(answer.errorCode == "unknown_identifier")
        #expect(answer.errorMessage?.contains("no") == true)
      }
    }
  }

  @Test func similarItemsAreTheLibrarys() async throws {
    let shop = try Shop()
    let expected = try shop.opened().similar(item: "0A", count: 7)
    try await serving(shop) { client in
      let items = try await client.get("/items/0A/similar?count=7").decoded(Items.self).items
      #expect(items.map(\.id) == expected.map(\.id.description))
      #expect(items.map(\.score) == expected.map(\.score))
    }
  }
}
