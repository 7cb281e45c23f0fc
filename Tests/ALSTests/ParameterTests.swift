import ALS
import ALSPlatform
import ALSSparse
import Testing

/// Numbers that no call can work with: one sentence, never a trap or an error of another kind.
@Suite struct ParameterTests {
  private func expectRefused(
    saying part: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    let error = #expect(throws: ALSError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
  }

  @Test func theRuleForThreads() throws {
    #expect(try threadCount(nil) == availableProcessors)
    #expect(try threadCount(1) == 1)
    #expect(try threadCount(.max) == 4 * availableProcessors)
    #expect(throws: ALSError.self) { try threadCount(0) }
    #expect(throws: ALSError.self) { try threadCount(.min) }
  }

  /// Every call of the library that takes `threads`.
  @Test(arguments: [0, -1, Int.max]) func oneRuleForThreads(threads: Int) async throws {
    let data = try IndexTests.data()
    let (implicit, explicit) = (ImplicitALS(factors: 2, iterations: 1), ExplicitALS(factors: 2, iterations: 1))
    let model = try explicit.fit(data)
    let users = Array(model.users)
    let calls: [(name: String, body: () throws -> Void)] = [
      ("interactions", { _ = try Interactions(Events(users: [1, 2], items: [3, 4]), threads: threads) }),
      ("implicit", { _ = try implicit.fit(data, threads: threads) }),
      ("explicit", { _ = try explicit.fit(data, threads: threads) }),
      ("configuration", { _ = try ModelConfiguration.explicit(explicit).fit(data, threads: threads) }),
      ("prepare", { try model.prepare(threads: threads) }),
      ("recommend", { _ = try model.recommend(users: users, threads: threads) }),
      ("sequence", { _ = try model.recommendations(users: users, threads: threads) }),
      ("each", { try model.forEachRecommendation(ofUsers: [0], count: 1, threads: threads) { _, _ in } }),
      ("users", { _ = try model.foldIn(users: data, threads: threads) }),
      ("items", { _ = try model.foldIn(items: data, threads: threads) }),
      ("updating users", { _ = try model.updating(users: data, threads: threads) }),
      ("updating items", { _ = try model.updating(items: data, threads: threads) }),
    ]
    for (name, body) in calls {
      if threads > 0 {
        #expect(throws: Never.self, "\(name)") { try body() }
      } else {
        expectRefused(saying: "threads is \(threads), but it must be 1 or more") { try body() }
      }
    }
    for task in [implicit.task(on: data, threads: threads), explicit.task(on: data, threads: threads)] {
      if threads > 0 {
        _ = try await task.model
      } else {
        await #expect(throws: ALSError.self) { try await task.model }
      }
    }
  }

  @Test(arguments: [1e39, 1e300, .infinity, .nan, -1, 1e-60]) func parametersAreInTheRangeOfTheArithmetic(value: Double)
    throws
  {
    let data = try IndexTests.data()
    for (name, change) in [
      ("alpha", { $0.alpha = value }), ("regularization", { $0.regularization = value }),
      ("unobservedWeight", { $0.unobservedWeight = value }), ("initialScale", { $0.initialScale = value }),
    ] as [(String, (inout ImplicitALS) -> Void)] {
      var configuration = ImplicitALS(.ials(confidence: .linear), factors: 2, iterations: 1)
      change(&configuration)
      expectRefused(saying: "\(name) is \(value)") { _ = try configuration.fit(data) }
    }
    expectRefused(saying: "regularization is \(value)") {
      _ = try ExplicitALS(factors: 2, iterations: 1, regularization: value).fit(data)
    }
    #expect(throws: ALSError.self) {
      try ImplicitALS(
        .ials(
          confidence: .log, confidenceScale: value == 1e-60 ? .leastNonzeroMagnitude : value > 0 ? .infinity : value)
      )
      .validate()
    }
  }

  @Test func rowsAreInTheRangeOfTheArithmetic() throws {
    let data = try IndexTests.data()
    expectRefused(saying: "the regularization of user 0 with its 2 entries") {
      _ = try ExplicitALS(factors: 2, iterations: 1, regularizationExponent: 1e300).fit(data)
    }
    // What is found from the data: λ grows with α.
    expectRefused(saying: "regularization") {
      _ = try ImplicitALS(.ials(alpha: 3e38, confidence: .linear), factors: 2, iterations: 1).fit(data)
    }
    let model = try ImplicitALS(.ials(alpha: 1e100, confidence: .linear), factors: 2, iterations: 2, precision: .double)
      .fit(data, computingLoss: true)
    #expect(model.history.allSatisfy { $0.loss?.isFinite == true })
  }

  @Test func aHistoryWithANumberThatIsNone() throws {
    let model = try IndexTests.model()
    for value in [Float.nan, .infinity, -.infinity] {
      let histories: [History] = [[0: 1, 1: value], ["unknown": value]]
      for history in histories {
        expectRefused(saying: "is not a finite number") { _ = try model.foldIn(user: history) }
        expectRefused(saying: "is not a finite number") { _ = try model.foldIn(item: history) }
        expectRefused(saying: "is not a finite number") { _ = try model.recommend(history: history) }
        expectRefused(saying: "is not a finite number") { _ = try model.explain(item: 0, history: history) }
        expectRefused(saying: "is not a finite number") { _ = try model.system(user: history) }
      }
    }
  }

  @Test func anyCountIsAnswered() throws {
    let model = try IndexTests.model()
    #expect(try model.similar(item: 0, count: .max).count == 3)
    #expect(try model.similar(user: 0, count: .max).count == 4)
    #expect(try model.recommend(user: 0, count: .max).count == 4)
    #expect(try model.recommend(history: [0], count: .max).items.count == 3)
    #expect(try model.popularItems(count: .max).count == 4)
    #expect(
      try model.recommend(
        user: 0, count: .max, options: RecommendationOptions(diversity: Diversity(weight: 0.5, pool: .max))
      ).count == 4)
    for count in [-1, Int.min] {
      #expect(throws: ALSError.self) { try model.similar(item: 0, count: count) }
      #expect(throws: ALSError.self) { try model.recommend(user: 0, count: count) }
      #expect(throws: ALSError.self) { try model.popularItems(count: count) }
    }
  }

  @Test func thresholdsAndPenaltiesAreNumbers() throws {
    let model = try IndexTests.model()
    expectRefused(saying: "minimum score") { _ = try model.similar(item: 0, minimumScore: .nan) }
    expectRefused(saying: "minimum score") {
      _ = try model.recommend(user: 0, options: RecommendationOptions(minimumScore: .nan))
    }
    for strength in [1e300, -1e300, .nan, .infinity] {
      expectRefused(saying: "popularity penalty") { _ = try PopularityPenalty(strength: strength, for: model) }
    }
    for weight in [-0.1, 1.1, .nan] { #expect(throws: ALSError.self) { try Diversity(weight: weight) } }
  }
}
