import ALS
import ALSSparse
import ALSTestSupport
import Testing

/// What was made for a model is refused by another one, even where both have as many users and items.
@Suite struct IdentityTests {
  private static func data(_ first: Int) throws -> Interactions {
    try Interactions(
      users: [0, 0, 1, 1, 2, 3, 3, 4].map { $0 + first }, items: [0, 1, 1, 2, 3, 0, 2, 3].map { $0 + first },
      values: [1, 2, 3, 4, 5, 1, 2, 3])
  }

  private func expectRefused(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
    let error = #expect(throws: ALSError.self, sourceLocation: sourceLocation, performing: body)
    #expect(error?.kind == .configuration, sourceLocation: sourceLocation)
    #expect(
      error?.message.contains("this one") == true || error?.message.contains("this model") == true,
      "\(error?.message ?? "")", sourceLocation: sourceLocation)
  }

  @Test func otherUsersAndItems() throws {
    let data = try Self.data(0)
    let configuration = ExplicitALS(factors: 2, iterations: 1)
    let (own, other) = (try configuration.fit(data), try configuration.fit(Self.data(1)))
    let scratch = try Scratch()
    try own.write(to: scratch.path("model"))
    // The same model, but nothing of it is in the same memory.
    let model = try FactorModel(contentsOf: scratch.path("model"))
    for exclusions in [Exclusions(seen: data, for: own), try Exclusions(items: [1], for: own)] {
      #expect(throws: Never.self) { try model.recommend(user: 1, excluding: exclusions) }
      expectRefused { _ = try other.recommend(user: 1, excluding: exclusions) }
      expectRefused { _ = try other.recommend(history: [1], excluding: exclusions) }
      expectRefused { _ = try other.popularItems(excluding: exclusions) }
      expectRefused { try other.forEachRecommendation(ofUsers: [0], count: 1, excluding: exclusions) { _, _ in } }
    }
    // New users have seen nothing that exclusions of the old ones know; of items alone, users do not matter.
    let updated = try model.updating(users: Interactions(users: [99], items: [1]))
    expectRefused { _ = try updated.recommend(user: 99, excluding: Exclusions(seen: data, for: own)) }
    #expect(throws: Never.self) { try updated.recommend(user: 99, excluding: Exclusions(items: [1], for: own)) }

    let selection = try Selection(items: [1, 2], of: own)
    #expect(throws: Never.self) { try model.similar(item: 1, among: selection) }
    expectRefused { _ = try other.similar(item: 1, among: selection) }
    expectRefused { _ = try other.popularItems(among: selection) }
    expectRefused { _ = try other.recommend(user: 1, options: RecommendationOptions(candidates: selection)) }
    expectRefused { _ = try other.similar(user: 1, among: Selection(users: [1, 2], of: own)) }
    let candidates = UserCandidates(data, for: own)
    #expect(throws: Never.self) {
      try model.recommend(user: 1, options: RecommendationOptions(candidatesPerUser: candidates))
    }
    expectRefused { _ = try other.recommend(user: 1, options: RecommendationOptions(candidatesPerUser: candidates)) }
  }

  @Test func selectionsOfDifferentModelsAreNotCombined() async {
    await #expect(processExitsWith: .failure) {
      let configuration = ExplicitALS(factors: 2, iterations: 1)
      let models = try (0..<2).map { try configuration.fit(IdentityTests.data($0)) }
      _ = try Selection(items: [1], of: models[0]).union(Selection(items: [1], of: models[1]))
    }
  }

  /// Factors of trainings that began elsewhere have nothing to do with each other.
  @Test(arguments: [(1, 0), (0, 1)]) func rowsOfOtherModels(first: Int, seed: UInt64) throws {
    let data = try Self.data(0)
    let own = try ExplicitALS(factors: 2, iterations: 1).fit(data)
    let other = try ExplicitALS(factors: 2, iterations: 1, seed: seed).fit(Self.data(first))
    let scratch = try Scratch()
    try own.write(to: scratch.path("model"))
    let model = try FactorModel(contentsOf: scratch.path("model"))
    let (user, users, items) = (
      try own.foldIn(user: [1: 3]), try own.foldIn(users: data), try own.foldIn(items: data)
    )
    #expect(try model.foldIn(user: [1: 3]) == user)
    #expect(throws: Never.self) {
      _ = try model.recommend(user: user)
      _ = try model.score(user: user, item: 1)
      _ = try model.rank(items: [1, 2], user: user)
      _ = try model.updating(users)
      _ = try model.updating(items)
      _ = try model.replacingUsers(with: users)
    }
    expectRefused { _ = try other.recommend(user: user) }
    expectRefused { _ = try other.score(user: user, item: 1) }
    expectRefused { _ = try other.rank(items: [1, 2], user: user) }
    expectRefused { _ = try other.updating(users) }
    expectRefused { _ = try other.updating(items) }
    expectRefused { _ = try other.replacingUsers(with: users) }
    // An item is no user.
    expectRefused { _ = try own.recommend(user: try own.foldIn(item: [1: 3])) }
    #expect(throws: ALSError.self) { try own.replacingUsers(with: items) }
    // Other users do not matter, other items do.
    let updated = try own.updating(users: Interactions(users: [99], items: [1]))
    #expect(throws: Never.self) { try updated.recommend(user: user) }
    expectRefused { _ = try own.updating(items: Interactions(users: [1], items: [99])).recommend(user: user) }
  }
}
