import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

/// A model whose users were updated one by one shares the old one's tables, and is like one that was copied.
@Suite struct OverlayTests {
  /// 300 users, of whom a few are updated one after the other, and then all at once, which copies.
  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased], Precision.allCases)
  func oneByOneIsLikeAtOnce(objective: ObjectiveCase, precision: Precision) throws {
    let data = try TestData("many", users: 300, items: 40, density: 0.2, seed: 6)
    let base = try objective.model(of: data, factors: 5, precision).remembering(data.interactions)
    _ = try base.foldIn(item: [1: 1])
    // Twice the same user, some of them new.
    let changes: [(user: String, items: [String])] = (0..<30).map { step in
      (step % 4 == 3 ? "new \(step / 8)" : "\(step * 9)", (0..<1 + step % 5).map { "\((step * 7 + $0 * 3) % 40)" })
    }
    var shared = base
    for (user, items) in changes {
      shared = try shared.updating(
        users: Interactions(users: items.map { _ in user }, items: items, values: items.indices.map { Float($0 + 1) }))
    }
    let last = Dictionary(changes.map { ($0.user, $0.items) }, uniquingKeysWith: { $1 })
    // Everybody else once more, so that more than an eighth changes.
    let copied = try base.updating(
      users: Interactions(
        users: shared.users.indices.flatMap { user -> [String] in
          let name = shared.users[user].description
          return Array(repeating: name, count: last[name]?.count ?? data.interactions.itemIndices(ofUserAt: user).count)
        },
        items: shared.users.indices.flatMap { user -> [String] in
          last[shared.users[user].description]
            ?? data.interactions.itemIndices(ofUserAt: user).map { "\($0)" }
        },
        values: shared.users.indices.flatMap { user -> [Float] in
          let name = shared.users[user].description
          return last[name].map { $0.indices.map { Float($0 + 1) } }
            ?? data.interactions.itemIndices(ofUserAt: user).map {
              data.interactions.value(userAt: user, itemAt: $0) ?? 0
            }
        }))
    #expect(shared.users.count == 304 && Set(shared.users) == Set(copied.users))
    let scratch = try Scratch()
    try shared.write(to: scratch.path("model"))
    let loaded = try FactorModel(contentsOf: scratch.path("model"))
    #expect(loaded.users == shared.users && loaded.users.isSame(as: shared.users))
    for (index, name) in shared.users.enumerated() {
      let other = try copied.index(user: name)
      if last[name.description] != nil {
        #expect(shared.userFactors(at: index) == copied.userFactors(at: other))
        #expect(shared.userBias(at: index) == copied.userBias(at: other))
        #expect(shared.score(userAt: index, itemAt: 3) == copied.score(userAt: other, itemAt: 3))
        #expect(shared.baseline(user: name, item: 3) == copied.baseline(user: name, item: 3))
        #expect(try shared.recommend(user: name, count: 4) == copied.recommend(user: name, count: 4))
        #expect(try shared.recommend(user: name, count: 30) == copied.recommend(user: name, count: 30))
      } else {
        #expect(shared.userFactors(at: index) == base.userFactors(at: index))
      }
      #expect(shared.seenItems(ofUserAt: index) == copied.seenItems(ofUserAt: other))
      #expect(try shared.index(user: name) == index)
    }
    let everybody = Array(shared.users)
    #expect(try loaded.recommend(users: everybody, count: 5) == shared.recommend(users: everybody, count: 5))
    #expect(try loaded.similar(user: "new 0", count: 9) == shared.similar(user: "new 0", count: 9))
    #expect(loaded.vectors(of: .users, as: .cosine).values == shared.vectors(of: .users, as: .cosine).values)
    // Items are solved against the new users, whose Gram matrix is the old one's with a few rows changed.
    let (item, expected) = (
      try shared.foldIn(item: ["new 0": 2, 9: 1, 100: 3]), try loaded.foldIn(item: ["new 0": 2, 9: 1, 100: 3])
    )
    for (a, b) in zip(item.factors, expected.factors) { #expect(abs(a - b) <= 1e-10 * max(1, abs(b))) }
    // The old model is as it was, and so is a training that starts from the new one.
    #expect(base.users.count == 300 && base.users.index(of: "new 0") == nil)
  }

  @Test func warmStartsFromSharedTables() throws {
    let data = try TestData("many", users: 300, items: 40, density: 0.2, seed: 7)
    let base = try ImplicitALS(factors: 4, iterations: 2).fit(data.interactions)
    let shared = try base.updating(users: Interactions(users: [3, 900], items: [1, 2]))
    let scratch = try Scratch()
    try shared.write(to: scratch.path("model"))
    let again = ImplicitALS(factors: 4, iterations: 2)
    let fromShared = try again.fit(data.interactions, startingFrom: shared)
    let fromLoaded = try again.fit(data.interactions, startingFrom: FactorModel(contentsOf: scratch.path("model")))
    #expect(fromShared.factorBytes == fromLoaded.factorBytes)
  }

  /// Exclusions and candidates of a model with users added, from the old interactions and from a file with other rows.
  @Test func exclusionsAfterAnUpdate() throws {
    let data = try TestData("many", users: 300, items: 40, density: 0.2, seed: 8)
    let base = try ImplicitALS(factors: 4, iterations: 2).fit(data.interactions)
    let updated = try base.updating(users: Interactions(users: ["3", "new", "new"], items: ["1", "2", "39"]))
    let old = Exclusions(seen: data.interactions, for: updated)
    let best = try updated.recommend(user: 17, count: 40, excluding: old).map(\.index)
    #expect(Set(best) == Set(0..<40).subtracting(data.interactions.itemIndices(ofUserAt: 17)))
    #expect(try updated.recommend(user: "new", count: 40, excluding: old).count == 40)
    let file = try Interactions(users: ["x", "new", "17", "17", "new"], items: ["5", "2", "8", "no", "39"])
    let new = Exclusions(seen: file, for: updated)
    #expect(
      try Set(updated.recommend(user: 17, count: 40, excluding: new).map(\.index)) == Set(0..<40).subtracting([8]))
    #expect(
      try Set(updated.recommend(user: "new", count: 40, excluding: new).map(\.index))
        == Set(0..<40).subtracting([2, 39]))
    #expect(UserCandidates(file, for: updated).unknownCount == 2)
  }
}
