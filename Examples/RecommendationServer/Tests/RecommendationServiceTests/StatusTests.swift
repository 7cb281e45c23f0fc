import Foundation
import RecommendationService
import Testing

@Suite struct StatusTests {
  struct Health: Decodable {
    let status: String
    let users, items, factors, generation: Int
    let refused: String?
  }

  @Test func health() async throws {
    try await serving(try Shop(factors: 5)) { client in
      let health = try await client.get("/health").decoded(Health.self)
      #expect(health.status == "ok")
      #expect((health.users, health.items, health.factors) == (Shop.userCount, Shop.itemCount, 5))
      #expect(health.generation == 1)
      #expect(health.refused == nil)
    }
  }

  @Test func metricsCountWhatHappened() async throws {
    try await serving(try Shop()) { client in
      for _ in 0..<3 { _ = try await client.get("/users/1001/recommendations") }
      _ = try await client.get("/users/nobody/recommendations")
      _ = try await client.get("/no/such/path")
      let answer = try await client.get("/metrics")
      #expect(answer.contentType?.hasPrefix("text/plain; version=0.0.4") == true)
      let name = "http_request_duration_seconds"
      let route = #"method="GET",route="/users/{user}/recommendations""#
      #expect(answer.text.contains("\n\(name)_count{\(route),status=\"200\"} 3\n"))
      #expect(answer.text.contains("\n\(name)_bucket{\(route),status=\"200\",le=\"+Inf\"} 3\n"))
      #expect(answer.text.contains("\n\(name)_count{\(route),status=\"404\"} 1\n"))
      #expect(answer.text.contains("\n\(name)_count{method=\"GET\",route=\"NotFound\",status=\"404\"} 1\n"))
      #expect(answer.text.contains("\nals_model_users \(Shop.userCount)\n"))
      #expect(answer.text.contains("\nhttp_requests_under_way 1\n"))
    }
  }

  /// Every line is a comment or a sample of a metric that a comment has announced, and buckets do not fall.
  @Test func metricsAreWellFormed() async throws {
    try await serving(try Shop()) { client in
      _ = try await client.get("/users/1001/recommendations")
      let text = try await client.get("/metrics").text
      #expect(text.hasSuffix("\n"))
      var announced: Set<Substring> = []
      var last: (series: Substring, value: Double) = ("", 0)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if line.hasPrefix("# TYPE ") { announced.insert(words[2]) }
        if line.hasPrefix("#") { continue }
        let value = try #require(Double(words[words.count - 1]))
        let name = line.prefix { $0 != "{" && $0 != " " }
        let suffix = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) } ?? ""
        #expect(announced.contains(name) || announced.contains(name.dropLast(suffix.count)), "\(line)")
        let series = line.prefix { $0 != " " }.components(separatedBy: ",le=")[0]
        if suffix == "_bucket", series[...] == last.series { #expect(value >= last.value) }
        last = (series[...], value)
      }
    }
  }

  @Test func silentConnectionsAreClosed() async throws {
    var limits = Limits()
    limits.idleTime = .milliseconds(100)
    try await serving(try Shop(), limits: limits) { client in
      for start in [
        "", "GET /health HTTP/1.1\r\nHo", "POST /recommendations HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{",
      ] {
        let connection = try #require(RawConnection(port: client.port))
        #expect(connection.send(start))
        #expect(connection.receiveAll() != nil, "\(start)")
      }
    }
  }

  @Test func unknownRoutesAreJSON() async throws {
    try await serving(try Shop()) { client in
      for (method, path) in [("GET", "/nowhere"), ("POST", "/users/1001/recommendations"), ("DELETE", "/health")] {
        let answer = try await client.send(method, path)
        #expect(answer.status == 404)
        #expect(answer.errorCode == "no_such_route")
      }
    }
  }

  @Test func thePageAndItsParts() async throws {
    try await serving(try Shop()) { client in
      let page = try await client.get("/")
      #expect(page.status == 200)
      #expect(page.contentType == "text/html; charset=utf-8")
      for part in ["/page.css", "/page.js"] {
        #expect(page.text.contains("\"\(part)\""))
        #expect(try await client.get(part).status == 200)
      }
      #expect(!page.text.contains("http:") && !page.text.contains("https:"))
    }
  }

  @Test func usersToTry() async throws {
    struct Users: Decodable {
      let users: [String]
      let total: Int
    }
    try await serving(try Shop()) { client in
      let some = try await client.get("/users?count=7").decoded(Users.self)
      #expect(Set(some.users).count == 7)
      #expect(some.total == Shop.userCount)
      #expect(try await client.get("/users?count=1000").decoded(Users.self).users.count == Shop.userCount)
    }
  }
}
