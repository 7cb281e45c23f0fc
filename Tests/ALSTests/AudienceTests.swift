import ALS
import ALSSparse
import Testing

/// Users for items against sorting all scores.
@Suite struct AudienceTests {
  private static func bruteForce(
    _ model: FactorModel, item: Int, among users: some Sequence<Int>, count: Int, minimum: Double = -.infinity
  ) -> [Recommendation] {
    let scored = users.map {
      Recommendation(id: model.users[$0], index: $0, score: model.score(userAt: $0, itemAt: item))
    }
    return Array(
      scored.filter { $0.score >= minimum }.sorted { ($0.score, $1.index) > ($1.score, $0.index) }.prefix(count))
  }

  @Test(arguments: [false, true], Precision.allCases)
  func equalsSortingAllScores(explicit: Bool, precision: Precision) throws {
    let (model, interactions) = try RecommendTests.model(
      users: 300, items: 40, density: 0.05, explicit: explicit, precision)
    let exclusions = try Exclusions(seen: interactions, items: [7] as [Identifier], for: model)
    let even = Selection(usersOf: model) { (Int($0.description) ?? 1) % 2 == 0 }
    let few = try Selection(users: [4, 8, 15, 16, 23, 42] as [Identifier], of: model)
    let owners = model.items.indices.map { item in
      Set(model.users.indices.filter { interactions.itemIndices(ofUserAt: $0).contains(item) })
    }
    func users(_ item: Int, _ selection: Selection?, _ excludes: Bool) -> [Int] {
      if excludes, model.items[item] == 7 { return [] }
      return model.users.indices.filter {
        selection?.contains($0) ?? true && !(excludes && owners[item].contains($0))
      }
    }
    let items = Array(model.items)
    for (count, threads) in [(0, 1), (1, 2), (10, 1), (10, 3), (200, 2), (1000, 2)] {
      for selection in [nil, even, few] {
        for (excludes, given) in [(true, exclusions), (false, Exclusions.none)] {
          let lists = try model.recommendUsers(
            forItems: items, count: count, excluding: given, among: selection, threads: threads)
          #expect(
            lists
              == items.indices.map {
                Self.bruteForce(model, item: $0, among: users($0, selection, excludes), count: count)
              })
        }
      }
    }
    // One alone gets what it gets in a crowd.
    for item in [0, 20, 39] {
      let least = model.score(userAt: 5, itemAt: item) - 1e-9
      let alone = try model.recommendUsers(
        forItem: model.items[item], count: 20, excluding: exclusions, minimumScore: least)
      #expect(
        alone == Self.bruteForce(model, item: item, among: users(item, nil, true), count: 20, minimum: least))
    }
  }

  /// Who has an item is known of the model itself, and of users that came later.
  @Test func whatIsRememberedIsLeftOut() throws {
    let (trained, interactions) = try RecommendTests.model(
      users: 300, items: 90, density: 0.05, explicit: false, .float)
    let model = trained.remembering(interactions)
    let item = try #require(model.items.indices.max { interactions.userCount($0) < interactions.userCount($1) })
    func expected(_ model: FactorModel) -> [Recommendation] {
      let users = model.users.indices.filter { !(model.seenItems(ofUserAt: $0)?.contains(item) ?? false) }
      return Self.bruteForce(model, item: item, among: users, count: 1000)
    }
    let before = try model.recommendUsers(forItem: model.items[item], count: 1000)
    #expect(before == expected(model) && before.count == 300 - interactions.userCount(item))
    let updated = try model.updating(
      users: Interactions(users: [before[0].id, "new", "new"], items: [model.items[item], model.items[item], 3]))
    let after = try updated.recommendUsers(forItem: model.items[item], count: 1000)
    #expect(after == expected(updated))
    #expect(!after.contains { $0.id == before[0].id || $0.id == "new" })
    #expect(try updated.recommendUsers(forItem: model.items[item], count: 1000, excluding: .none).count == 301)
    // The other way round nothing has changed.
    #expect(
      try model.recommend(user: before[0].id).allSatisfy {
        !(model.seenItems(ofUserAt: before[0].index) ?? []).contains($0.index)
      })
  }

  @Test func misuseIsAnError() throws {
    let (model, _) = try RecommendTests.model(users: 30, items: 40, density: 0.1, explicit: false, .float)
    let (other, seen) = try RecommendTests.model(users: 31, items: 40, density: 0.1, explicit: false, .float)
    let attempts: [() throws -> [Recommendation]] = [
      { try model.recommendUsers(forItem: 4000) }, { try model.recommendUsers(forItem: 1, count: -1) },
      { try model.recommendUsers(forItem: 1, excluding: Exclusions(seen: seen, for: other)) },
      { try model.recommendUsers(forItem: 1, among: Selection(usersOf: other) { _ in true }) },
      { try model.recommendUsers(forItem: 1, among: Selection(itemsOf: model) { _ in true }) },
      { try model.recommendUsers(forItem: 1, minimumScore: .nan) },
      { try model.recommendUsers(forItems: [1], threads: 0)[0] },
    ]
    for attempt in attempts { #expect(throws: ALSError.self) { _ = try attempt() } }
    #expect(try model.recommendUsers(forItems: [Int]()).isEmpty)
  }
}

extension Interactions {
  /// How many users have the item at `index`.
  fileprivate func userCount(_ index: Int) -> Int { users.indices.count { itemIndices(ofUserAt: $0).contains(index) } }
}
