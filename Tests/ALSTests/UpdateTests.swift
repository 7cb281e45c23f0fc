import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

/// Models with users and items added or replaced, and trainings from an older model.
@Suite struct UpdateTests {
  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased], Precision.allCases)
  func usersAreAddedAndReplaced(objective: ObjectiveCase, precision: Precision) throws {
    let data = try FoldInTests.data()
    let model = try objective.model(of: data, factors: 5, precision)
    // User 5 changes; 200 and "a" are new, with an item that the model does not know.
    let news = try Interactions(
      users: ["a", "a", "5", "5", "200", "200"], items: ["3", "40", "7", "52", "1", "new"], values: [1, 2, 3, 4, 5, 6])
    let updated = try model.updating(users: news)
    #expect(updated.users.count == model.users.count + 2 && updated.items == model.items)
    for user in model.users.indices where user != 5 {
      #expect(updated.users[user] == model.users[user])
      #expect(updated.userFactors(at: user) == model.userFactors(at: user))
      #expect(updated.userBias(at: user) == model.userBias(at: user))
    }
    func rounded(_ x: Double) -> Double { precision == .float ? Double(Float(x)) : x }
    for (name, history) in [("a", [3: 1, 40: 2]), ("5", [7: 3, 52: 4]), ("200", [1: 5])] as [(Identifier, History)] {
      let index = try updated.index(user: name)
      let folded = try model.foldIn(user: history)
      #expect(updated.userFactors(at: index) == folded.factors.map(rounded))
      #expect(updated.userBias(at: index) == rounded(folded.bias))
      let best = try updated.recommend(user: name, count: 4)
      #expect(best == (try model.recommend(user: folded, count: 4, includingHistory: true)))
    }
    // The old model is as it was.
    #expect(throws: ALSError.self) { try model.index(user: "a") }
    // Exclusions of the old model do not know the new users.
    let old = Exclusions(seen: data.interactions, for: model)
    #expect(throws: ALSError.self) { try updated.recommend(user: "a", excluding: old) }
    #expect(try model.updating(users: Interactions(users: [5], items: [7])).users == model.users)
  }

  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased], Precision.allCases)
  func itemsAreAddedAndReplaced(objective: ObjectiveCase, precision: Precision) throws {
    let model = try objective.model(of: try FoldInTests.data(), factors: 5, precision)
    _ = try model.recommend(user: 1)
    let news = try Interactions(users: [1, 2, 9, 1, 60], items: [99, 99, 99, 3, 3], values: [5, 4, 5, 1, 2])
    let updated = try model.updating(items: news)
    #expect(updated.items.count == model.items.count + 1 && updated.users == model.users)
    #expect(updated.interactionCount(ofItemAt: 53) == 3 && updated.interactionCount(ofItemAt: 3) == 2)
    #expect(updated.interactionCount(ofItemAt: 4) == model.interactionCount(ofItemAt: 4))
    for item in model.items.indices where item != 3 {
      #expect(updated.itemFactors(at: item) == model.itemFactors(at: item))
    }
    for user in [0, 1, 66] {
      let name = Identifier.integer(Int64(user))
      let reference = RecommendationReference(model: updated)
      RecommendationOptionsTests.expectSame(
        try updated.recommend(user: name, count: 54), reference.best(ofUserAt: user, count: 54), updated, "\(user)")
    }
    // The new item takes part in fold-in, whose Gram matrix is another now.
    #expect(try updated.foldIn(user: [99, 4]).entries == [4, 53])
    let rows = try objective.model(of: try FoldInTests.data(), factors: 6, precision).foldIn(items: news)
    #expect(throws: ALSError.self) { try model.updating(rows) }
  }

  @Test func updatedModelsAreWrittenAndRead() throws {
    let model = try ObjectiveCase.hkv.model(of: try FoldInTests.data(), factors: 5, .float)
    let updated = try model.updating(users: Interactions(users: ["z", "a", "b"], items: ["1", "2", "3"]))
    let scratch = try Scratch()
    do {
      let path = scratch.path("model.safetensors")
      try updated.write(to: path)
      let loaded = try FactorModel(contentsOf: path)
      #expect(loaded.users == updated.users)
      for user in ["z", "b", 17, 66] as [Identifier] {
        #expect(try loaded.recommend(user: user) == updated.recommend(user: user))
      }
    }
  }

  /// Starting from yesterday's model, fewer iterations reach the same objective, with users and items come and gone.
  @Test(arguments: Solver.ofAnySign, [ObjectiveCase.hkv, .ialsLinear, .explicitBiased])
  func warmStartsNeedFewerIterations(solver: Solver, objective: ObjectiveCase) throws {
    let old = try TestData("old", users: 120, items: 80, density: 0.15, seed: 3)
    let cells = old.cells.enumerated().map { user, row -> [Double?] in
      // Users below 5 are gone, item 0 too; two more users and items.
      user < 5 ? row.map { _ in nil } : row.enumerated().map { $0.offset == 0 ? nil : $0.element }
    }
    let more = FoldInTests.row(of: 82, observed: 30, seed: 1)
    let new = try TestData(
      "new", cells: cells.map { $0 + [nil, $0[3]] } + [more, more.reversed()], itemCount: 82)
    func losses(_ iterations: Int, from start: FactorModel?) throws -> [Double] {
      var configuration = objective.configuration(factors: 6)
      (configuration.iterations, configuration.solver, configuration.precision) = (iterations, solver, .double)
      return try configuration.fit(new.interactions, startingFrom: start, computingLoss: true).history
        .compactMap(\.loss)
    }
    let start = try objective.model(of: old, factors: 6, iterations: 30, .float)
    let (cold, warm) = (try losses(6, from: nil), try losses(2, from: start))
    #expect(warm[0] < cold[1], "\(cold), \(warm)")
    #expect(warm[1] <= cold[5] * 1.001, "\(cold), \(warm)")
    #expect(throws: ALSError.self) {
      try ImplicitALS(factors: 7).fit(new.interactions, startingFrom: start)
    }
  }

  @Test func identifiersAreAppended() throws {
    func table(_ names: [Identifier]) throws -> Identifiers { try Identifiers.indexing(names).table }
    let (integers, positions) = try table([30, 10, 20]).appending(table([5, 20, 40]))
    #expect(Array(integers) == [10, 20, 30, 5, 40] && positions == [3, 1, 4])
    let (mixed, places) = integers.appending(try table(["b", "10", "007"]))
    #expect(mixed.count == 7 && places.sorted() == [0, 5, 6])
    for (index, name) in mixed.enumerated() { #expect(mixed.index(of: name) == index) }
    #expect(mixed.index(of: 10) == 0 && mixed.index(of: 40) == 4 && mixed.index(of: 7) == nil)
    let (strings, _) = mixed.appending(["zz", "a", "zz"])
    #expect(strings.count == 9)
    for (index, name) in strings.enumerated() { #expect(strings.index(of: name) == index) }
    #expect(strings.appending([10, "a"]).positions == [0, 8])
  }
}
