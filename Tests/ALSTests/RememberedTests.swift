import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Models that know what their users have.
@Suite struct RememberedTests {
  private func items(_ model: FactorModel, _ user: Identifier, _ exclusions: Exclusions? = nil) throws -> [Int] {
    let best =
      try exclusions.map { try model.recommend(user: user, count: 100, excluding: $0) }
      ?? model.recommend(user: user, count: 100)
    return best.map(\.index).sorted()
  }

  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased]) func whatUsersHaveIsLeftOut(objective: ObjectiveCase) throws {
    let data = try FoldInTests.data()
    let plain = try objective.model(of: data, factors: 4, .float)
    #expect(!plain.remembersSeen && plain.seenItems(ofUserAt: 0) == nil)
    let scratch = try Scratch()
    let made = plain.remembering(data.interactions)
    try made.write(to: scratch.path("model"))
    for model in [made, try FactorModel(contentsOf: scratch.path("model"))] {
      #expect(model.remembersSeen)
      for (index, user) in model.users.enumerated() {
        let own = data.interactions.itemIndices(ofUserAt: index)
        #expect(model.seenItems(ofUserAt: index) == own)
        let rest = Set(model.items.indices).subtracting(own)
        #expect(try items(model, user) == rest.sorted())
        #expect(try items(model, user, Exclusions.none) == Array(model.items.indices))
        #expect(try items(model, user, Exclusions(items: [7], for: model)) == rest.subtracting([7]).sorted())
        #expect(
          try items(model, user, Exclusions(items: [7], remembered: false, for: model))
            == model.items.indices.filter { $0 != 7 })
      }
      let more = try Interactions(users: [1, 1, 2], items: [0, 1, 5])
      let both = Exclusions(seen: more, for: model)
      #expect(try items(model, 1, both) == items(model, 1).filter { $0 > 1 })
      // A few of many, by the search; all of a sequence, and one after the other.
      let few = try model.recommend(users: Array(model.users), count: 3)
      var each: [[Recommendation]] = []
      try model.forEachRecommendation(ofUsers: Array(model.users.indices), count: 3) { each.append($1) }
      #expect(few == each)
      for (index, best) in few.enumerated() {
        #expect(Set(best.map(\.index)).isDisjoint(with: data.interactions.itemIndices(ofUserAt: index)))
      }
    }
  }

  @Test func zerosAreNotHad() throws {
    let data = try Interactions(users: [1, 1, 2], items: [1, 2, 2], values: [0, 1, 1])
    let implicit = try ImplicitALS(factors: 2, iterations: 1).fit(data).remembering(data)
    let explicit = try ExplicitALS(factors: 2, iterations: 1).fit(data).remembering(data)
    #expect(implicit.seenItems(ofUserAt: 0) == [1] && explicit.seenItems(ofUserAt: 0) == [0, 1])
  }

  /// Few users and items are changed, so that tables are shared; and many, so that they are copied.
  @Test(arguments: [1, 40]) func updatesFollow(changed: Int) throws {
    let data = try FoldInTests.data()
    let model = try ObjectiveCase.hkv.model(of: data, factors: 4, .float).remembering(data.interactions)
    let names = (0..<changed).flatMap { [$0 + 3, $0 + 1000] }
    let news = try Interactions(users: names + names, items: names.map { _ in 1 } + names.map { _ in 9 })
    let updated = try model.updating(users: news)
    for index in updated.users.indices {
      let isChanged = index >= 3 && index < 3 + changed || index >= model.users.count
      #expect(updated.seenItems(ofUserAt: index) == (isChanged ? [1, 9] : model.seenItems(ofUserAt: index)))
    }
    #expect(try !items(updated, 1000).contains(9))
    let scratch = try Scratch()
    try updated.write(to: scratch.path("model"))
    let loaded = try FactorModel(contentsOf: scratch.path("model"))
    #expect(loaded.users.indices.allSatisfy { loaded.seenItems(ofUserAt: $0) == updated.seenItems(ofUserAt: $0) })
    // A new item, and an old one that somebody else has now.
    let withItem = try updated.updating(items: Interactions(users: [0, 1, 5], items: [500, 500, 2]))
    #expect(withItem.seenItems(ofUserAt: 0) == (updated.seenItems(ofUserAt: 0) ?? []) + [54 - 1])
    #expect(withItem.seenItems(ofUserAt: 5)?.contains(2) == true)
    let others = try model.replacingUsers(with: model.foldIn(users: news))
    #expect(others.users.indices.allSatisfy { others.seenItems(ofUserAt: $0) == [1, 9] })
  }

  @Test func pairsThatContradictTheModel() throws {
    let model = try IndexTests.model()
    let scratch = try Scratch()
    func matrix(_ users: Int, _ starts: [Int64], _ columns: [Int32]) -> CSRMatrix<Float> {
      CSRMatrix(rowCount: users, columnCount: 4, rowStarts: Buffer(starts), columns: Buffer(columns), values: nil)
    }
    for broken in [
      matrix(5, [0, 1, 2, 3, 4, 5], [0, 1, 4, 3, 2]), matrix(5, [0, 2, 2, 2, 2, 2], [1, 1]),
      matrix(5, [0, 1, 2, 1, 3, 3], [0, 1, 2]), matrix(5, [0, 1, 1, 1, 1, 9], [0, 1]),
      matrix(5, [1, 1, 1, 1, 1, 2], [0, 1]), matrix(5, [0, 0, 0, 0, 0, 1], [-1]),
    ] {
      let damaged = FactorModel(
        users: model.users, items: model.items, configuration: model.configuration, history: model.history,
        globalMean: model.globalMean, dataFingerprint: "", itemCounts: nil, seen: SeenItems(broken),
        tables: model.tables)
      try damaged.write(to: scratch.path("model"))
      let error = #expect(throws: ALSError.self) { try FactorModel(contentsOf: scratch.path("model")) }
      #expect(error?.message.contains("in the items that users have") == true, "\(error?.message ?? "")")
    }
  }
}
