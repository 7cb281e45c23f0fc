import ALS
import RecommendationService
import Testing

@Suite struct HistoryTests {
  @Test func answersAreTheLibrarys() async throws {
    let shop = try Shop()
    let history: History = ["0A": 1, "20001": 3, "2A": 1, "never sold": 1]
    let expected = try shop.opened().recommend(history: history, count: 4)
    try await serving(shop) { client in
      let answer = try await client.post(
        #"{"history": ["0A", {"item": 20001, "value": 3}, {"item": "2A"}, "never sold"], "count": 4}"#)
      #expect(answer.status == 200)
      let result = try answer.decoded(Items.self)
      #expect(result.items.map(\.id) == expected.items.map(\.id.description))
      #expect(result.items.map(\.score) == expected.items.map(\.score))
      #expect(result.unknown == ["never sold"])
      #expect(result.knownCount == 3)
      #expect(Set(result.items.map(\.id)).isDisjoint(with: ["0A", "20001", "2A"]))
    }
  }

  @Test func historyMayComeBack() async throws {
    try await serving(try Shop()) { client in
      let body = #"{"history": ["0A"], "count": 1000, "includeHistory": true}"#
      let items = try await client.post(body).decoded(Items.self).items
      #expect(items.count == Shop.itemCount)
      #expect(items.contains { $0.id == "0A" })
    }
  }

  @Test(arguments: [
    ("", "bad_json"), ("{", "bad_json"), ("[]", "bad_json"), ("null", "bad_json"), ("{}", "bad_json"),
    (#"{"history": "0A"}"#, "bad_json"), (#"{"history": [null]}"#, "bad_json"), (#"{"history": [[]]}"#, "bad_json"),
    (#"{"history": [{"value": 2}]}"#, "bad_json"), (#"{"history": ["0A"], "count": "5"}"#, "bad_json"),
    (#"{"history": [{"item": "0A", "value": "two"}]}"#, "bad_json"), (#"{"history": ["0A"]"#, "bad_json"),
    (#"{"history": [{"item": "0A", "value": 1e300}]}"#, "bad_json"),
    (#"{"history": [{"item": "0A", "value": -1}]}"#, "bad_request"),
    (#"{"history": ["0A"], "count": 0}"#, "bad_count"), (#"{"history": ["0A"], "count": 1000000000}"#, "bad_count"),
  ])
  func malformedRequests(body: String, code: String) async throws {
    try await serving(try Shop()) { client in
      let answer = try await client.post(body)
      #expect(answer.status == 400)
      #expect(answer.errorCode == code, "\(answer.text)")
    }
  }

  @Test(arguments: ["[]", #"["never sold"]"#])
  func historiesWithoutAKnownItem(history: String) async throws {
    let shop = try Shop()
    let popular = try shop.opened().popularItems(count: 3)
    try await serving(shop) { client in
      let refused = try await client.post(#"{"history": \#(history)}"#)
      #expect(refused.status == 422)
      #expect(refused.errorCode == "nothing_known")
      let answer = try await client.post(#"{"history": \#(history), "count": 3, "popularOtherwise": true}"#)
      let found = try answer.decoded(Items.self)
      #expect(found.items.map(\.id) == popular.map(\.id.description))
      // Numbers of users are no scores.
      #expect(found.kind == "popular" && found.items.allSatisfy { $0.score == nil })
      #expect(found.items.map(\.users) == popular.map { Int($0.score) })
    }
  }

  @Test func hugeHistories() async throws {
    try await serving(try Shop()) { client in
      // Below the limit of the body, above that of the history.
      let long = try await client.post(
        #"{"history": [\#(repeatElement("\"0A\"", count: 100_000).joined(separator: ","))]}"#)
      #expect(long.status == 413)
      #expect(long.errorCode == "history_too_long")
      let longest = repeatElement("\"0A\"", count: Limits().historyLength).joined(separator: ",")
      #expect(try await client.post(#"{"history": [\#(longest)]}"#).status == 200)
    }
    try await serving(try Shop()) { client in
      let entries = repeatElement(#"{"item": "0A", "value": 1}"#, count: 100_000).joined(separator: ",")
      let large = try await client.post(#"{"history": [\#(entries)]}"#)
      #expect(large.status == 413)
      #expect(large.errorCode == "body_too_large")
    }
  }

  /// As many items as anybody could want are answered where the limits allow them.
  @Test func hugeHistoriesWithinTheLimits() async throws {
    let shop = try Shop()
    var limits = Limits()
    limits.historyLength = 100_000
    limits.bodySize = 1 << 22
    let names = (0..<100_000).map { $0 % 3 == 0 ? "nothing \($0)" : Shop.item($0 % Shop.itemCount) }
    let expected = try shop.opened().recommend(
      history: History(names.map { Identifier($0) }), count: 5, includingHistory: true)
    try await serving(shop, limits: limits) { client in
      let list = names.map { "\"\($0)\"" }.joined(separator: ",")
      let answer = try await client.post(#"{"history": [\#(list)], "count": 5, "includeHistory": true}"#)
      #expect(answer.status == 200)
      let result = try answer.decoded(Items.self)
      #expect(result.items.map(\.id) == expected.items.map(\.id.description))
      #expect(result.items.map(\.score) == expected.items.map(\.score))
      #expect(result.knownCount == expected.knownCount)
      #expect(result.unknown?.count == expected.unknown.count)
    }
  }
}
