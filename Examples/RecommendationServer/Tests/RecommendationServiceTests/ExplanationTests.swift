import ALS
import Testing

@Suite struct ExplanationTests {
  struct Explained: Decodable {
    struct Part: Decodable {
      let id: String
      let title: String?
      let value: Double
      let contribution: Double
    }
    let score, globalMean, userBias, itemBias: Double
    let contributions: [Part]
  }

  @Test func partsAddUpToTheScoreThatIsServed() async throws {
    let shop = try Shop()
    let interactions = try shop.interactions()
    try await serving(shop) { client in
      for user in ["1000", "1017", "1059"] {
        let bought = History(ofUserAt: interactions.users.index(of: Identifier(user))!, in: interactions)
        let best = try await client.get("/users/\(user)/recommendations?count=3").decoded(Items.self).items
        for item in best {
          let path = "/users/\(user)/recommendations/\(item.id)/explanation"
          let why = try await client.get(path).decoded(Explained.self)
          #expect(Set(why.contributions.map(\.id)) == Set(bought.identifiers.map(\.description)))
          #expect(why.contributions.allSatisfy { $0.title != nil && $0.value >= 1 })
          let sum = why.contributions.reduce(why.globalMean + why.userBias + why.itemBias) { $0 + $1.contribution }
          #expect(abs(sum - why.score) < 1e-9)
          // The last half-sweep of training is exact to 1e-4.
          #expect(abs(why.score - (item.score ?? .nan)) < 1e-3)
        }
      }
    }
  }

  @Test func withoutInteractionsThereIsNothingToExplainWith() async throws {
    try await serving(try Shop(withInteractions: false)) { client in
      #expect(try await client.get("/users/1000/recommendations").status == 200)
      for path in ["/users/1000/recommendations/0A/explanation", "/users/1000/history"] {
        let answer = try await client.get(path)
        #expect(answer.status == 501)
        #expect(answer.errorCode == "no_interactions")
      }
    }
  }
}
