import ALS
import ALSPlatform
import ALSSparse
import Testing

/// The top-item engine against sorting every score.
@Suite struct RecommendTests {
  static func model(
    users: Int = 150, items: Int = 2100, density: Double = 0.02, explicit: Bool, _ precision: Precision
  ) throws -> (
    FactorModel, Interactions
  ) {
    let interactions = try TestData(
      "random", users: users, items: items, density: density, emptyUsers: [3], emptyItems: [5, 6], seed: 31
    ).interactions
    let model =
      explicit
      ? try ExplicitALS(factors: 7, iterations: 2, precision: precision).fit(interactions)
      : try ImplicitALS(factors: 7, iterations: 2, precision: precision).fit(interactions)
    return (model, interactions)
  }

  static func bruteForce(
    _ model: FactorModel, user: Int, count: Int, excluding excluded: Set<Int>
  ) -> [Recommendation] {
    let scored = model.items.indices.filter { !excluded.contains($0) }
      .map { Recommendation(id: model.items[$0], index: $0, score: model.score(userAt: user, itemAt: $0)) }
    return Array(scored.sorted { ($0.score, $1.index) > ($1.score, $0.index) }.prefix(count))
  }

  @Test(arguments: [false, true], Precision.allCases)
  func equalsSortingAllScores(explicit: Bool, precision: Precision) throws {
    let (model, interactions) = try Self.model(explicit: explicit, precision)
    let banned: [Identifier] = [0, 17, 2099]
    let exclusions = try Exclusions(seen: interactions, items: banned, for: model)
    let expected = model.users.indices.map { user in
      let excluded = Set(interactions.itemIndices(ofUserAt: user)).union([0, 17, 2099])
      return Self.bruteForce(model, user: user, count: 5000, excluding: excluded)
    }
    for (count, threads) in [(0, 2), (1, 3), (10, 1), (10, 2), (333, 2), (5000, 3)] {
      let lists = try model.recommend(users: Array(model.users), count: count, excluding: exclusions, threads: threads)
      #expect(lists == expected.map { Array($0.prefix(count)) })
    }
    // One user alone gets what it gets in a crowd.
    let alone = try model.recommend(user: 42, count: 20)
    #expect(alone == Self.bruteForce(model, user: 42, count: 20, excluding: []))
  }

  /// Identical items have identical scores: they come by index, wherever they lie in a block.
  @Test func tiesGoByIndex() throws {
    var (users, items): ([Int], [Int]) = ([], [])
    for user in 0..<70 {
      for item in 0..<300 where (item / 3 + user) % 7 == 0 {
        users.append(user)
        items.append(item)
      }
    }
    let model = try ImplicitALS(factors: 5, iterations: 3).fit(Interactions(users: users, items: items))
    for (user, best) in try model.recommend(users: Array(model.users), count: 40, threads: 2).enumerated() {
      #expect(best == Self.bruteForce(model, user: user, count: 40, excluding: []))
      for (a, b) in zip(best, best.dropFirst()) where a.score == b.score { #expect(a.index < b.index) }
    }
  }

  @Test func neverPadded() throws {
    let interactions = try Interactions(users: [1, 1, 2], items: ["a", "b", "c"])
    let model = try ImplicitALS(factors: 2, iterations: 2).fit(interactions)
    let exclusions = Exclusions(seen: interactions, for: model)
    #expect(try model.recommend(user: 1, count: 10, excluding: exclusions).map(\.id) == ["c"])
    let all = try Exclusions(items: ["a", "b", "c"], for: model)
    #expect(try model.recommend(user: 1, count: 10, excluding: all).isEmpty)
  }

  /// Exclusions may come from another file, with other users and items in it.
  @Test func exclusionsAreMatchedByIdentifier() throws {
    let model = try ImplicitALS(factors: 2, iterations: 2)
      .fit(Interactions(users: ["u", "v", "v", "w"], items: [10, 10, 20, 30]))
    let seen = try Interactions(users: ["a", "v", "v", "z"], items: [5, 20, 99, 10])
    let exclusions = Exclusions(seen: seen, for: model)
    let ofV = try model.recommend(user: "v", excluding: exclusions)
    #expect(Set(ofV.map(\.id)) == [10, 30])
    #expect(try model.recommend(user: "u", excluding: exclusions).count == 3)
  }

  @Test func unknownIdentifiersAreNamed() throws {
    let model = try ImplicitALS(factors: 2, iterations: 1).fit(Interactions(users: [1, 2], items: [1, 2]))
    let attempts: [() throws -> Void] = [
      { _ = try model.recommend(user: 7) }, { _ = try model.score(user: 7, item: 1) },
      { _ = try model.similar(user: "7") },
    ]
    for attempt in attempts {
      let error = #expect(throws: ALSError.self) { try attempt() }
      #expect(error?.kind == .unknownIdentifier)
      #expect(error?.message.hasPrefix("user 7 is not in the model") == true)
    }
    #expect(throws: ALSError.self) { try model.similar(item: "nothing") }
    #expect(throws: ALSError.self) { try Exclusions(items: [3], for: model) }
    #expect(throws: ALSError.self) { try model.recommend(user: 1, count: -1) }
  }

  @Test(arguments: Precision.allCases)
  func similarIsCosine(_ precision: Precision) throws {
    let (model, _) = try Self.model(users: 60, items: 90, density: 0.2, explicit: false, precision)
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
      func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
      return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    for item in [0, 1, 50, 89] {
      let own = model.itemFactors(at: item)
      let expected = model.items.indices.filter { $0 != item && ![5, 6].contains($0) }
        .map { ($0, cosine(own, model.itemFactors(at: $0))) }.sorted { $0.1 > $1.1 }.prefix(12)
      let similar = try model.similar(item: model.items[item], count: 12)
      #expect(similar.map(\.index) == expected.map(\.0))
      for (a, b) in zip(similar, expected) { #expect(abs(a.score - b.1) < 1e-12) }
    }
    // Items 5 and 6 and user 3 have no factors: nothing is like them.
    #expect(try model.similar(item: 5).isEmpty)
    #expect(try model.similar(user: 3).isEmpty)
    #expect(try model.similar(user: 4, count: 1000).count == 58)
  }
}
