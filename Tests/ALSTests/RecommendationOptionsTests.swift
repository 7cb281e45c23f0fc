import ALS
import ALSPlatform
import ALSSparse
import Testing

/// Every option, alone and with the others, against sorting all scores.
@Suite struct RecommendationOptionsTests {
  static func item(_ index: Int) -> Identifier { .integer(Int64(index)) }

  static func expectSame(
    _ found: [Recommendation], _ expected: [(item: Int, score: Double)], _ model: FactorModel, _ comment: Comment
  ) {
    #expect(found.map(\.index) == expected.map(\.item), comment)
    for (a, b) in zip(found, expected) {
      #expect(abs(a.score - b.score) <= 1e-12 * max(1, abs(b.score)), comment)
      #expect(a.id == model.items[a.index])
    }
  }

  /// The indices drawn with probability `share`.
  static func draw(_ count: Int, _ share: Double, _ random: inout RandomGenerator) -> Set<Int> {
    Set((0..<count).filter { _ in random.nextUniform() < share })
  }

  struct Drawn {
    var reference: RecommendationReference
    var options: RecommendationOptions
    var exclusions: Exclusions
    /// What each user must not get besides, and what it may get.
    var seen: [Set<Int>]
    var own: [Set<Int>]?
    var count: Int
  }

  /// Some options at random, in the words of the library and of the reference.
  static func draw(_ model: FactorModel, _ interactions: Interactions, seed: UInt64) throws -> Drawn {
    var random = RandomGenerator(seed: seed)
    var (reference, options) = (RecommendationReference(model: model), RecommendationOptions())
    let n = model.items.count
    func chance(_ share: Double = 0.5) -> Bool { random.nextUniform() < share }
    reference.excluded = chance() ? draw(n, 0.2, &random) : []
    if chance() {
      let chosen = draw(n, [0, 0.01, 0.1, 0.3, 0.9][random.nextIndex(below: 5)], &random)
      reference.candidates = chosen
      options.candidates = try Selection(items: chosen.map(item), of: model)
    }
    var own: [Set<Int>]?
    if chance(0.3) {
      let lists = model.users.indices.map { _ in draw(n, 0.05, &random) }
      let pairs = lists.enumerated().flatMap { user, items in items.map { (user, $0) } }
      // An item and a user more that the model does not know.
      options.candidatesPerUser = try UserCandidates(
        Interactions(users: pairs.map(\.0) + [100_000], items: pairs.map(\.1) + [n + 5]), for: model)
      own = lists
    }
    if chance() {
      let scores = (0..<50).map { model.score(userAt: $0 % model.users.count, itemAt: $0 * 7 % n) }.sorted()
      // Off any score, which the reference adds up in another order.
      reference.minimumScore = scores[random.nextIndex(below: 50)] - 1e-9
      options.minimumScore = reference.minimumScore
    }
    if chance(0.4) {
      reference.penalty = [0.05, 0.5, -0.3][random.nextIndex(below: 3)]
      reference.userCounts = interactions.userCounts()
      options.popularityPenalty = try PopularityPenalty(strength: reference.penalty, for: model)
    }
    if chance(0.4) && n <= 100 {
      let pool = [nil, 1, 40][random.nextIndex(below: 3)]
      reference.diversity = (random.nextUniform(), pool)
      options.diversity = try Diversity(weight: reference.diversity?.weight ?? 0, pool: pool)
    }
    let hidesSeen = chance()
    let exclusions = try Exclusions(
      seen: hidesSeen ? interactions : nil, items: reference.excluded.map(item), for: model)
    return Drawn(
      reference: reference, options: options, exclusions: exclusions,
      seen: model.users.indices.map { hidesSeen ? Set(interactions.itemIndices(ofUserAt: $0)) : [] }, own: own,
      count: (n > 100 ? [1, 7, 12, n / 2] : [0, 1, 7, 20, n / 2, n + 3])[random.nextIndex(below: n > 100 ? 4 : 6)])
  }

  @Test(arguments: [false, true], Precision.allCases)
  func equalsSortingAllScores(explicit: Bool, precision: Precision) throws {
    for (items, density, seeds) in [(90, 0.2, 0..<40), (700, 0.03, 40..<60)] as [(Int, Double, Range<UInt64>)] {
      let (model, interactions) = try RecommendTests.model(
        users: 31, items: items, density: density, explicit: explicit, precision)
      for seed in seeds {
        let drawn = try Self.draw(model, interactions, seed: seed)
        let lists = try model.recommend(
          users: Array(model.users), count: drawn.count, excluding: drawn.exclusions, options: drawn.options,
          threads: Int(seed % 3) + 1)
        for user in model.users.indices {
          var reference = drawn.reference
          reference.excluded.formUnion(drawn.seen[user])
          reference.ownCandidates = drawn.own?[user]
          let expected = reference.best(ofUserAt: user, count: drawn.count)
          Self.expectSame(lists[user], expected, model, "seed \(seed), \(items) items, user \(user)")
        }
        let alone = try model.recommend(
          user: model.users[7], count: drawn.count, excluding: drawn.exclusions, options: drawn.options)
        #expect(alone == lists[7])
      }
    }
  }

  /// The same for somebody who is folded in.
  @Test(arguments: [false, true], Precision.allCases)
  func historiesEqualSortingAllScores(explicit: Bool, precision: Precision) throws {
    let (model, interactions) = try RecommendTests.model(
      users: 60, items: 400, density: 0.06, explicit: explicit, precision)
    for seed in 100..<130 as Range<UInt64> {
      var drawn = try Self.draw(model, interactions, seed: seed)
      drawn.options.candidatesPerUser = nil
      let row = FoldInTests.row(of: 400, observed: Int(seed % 40) + 1, seed: seed)
      let history = try FoldInTests.history(row)
      let folded = try model.foldIn(user: history)
      let (x, bias) =
        precision == .float
        ? (folded.factors.map { Double(Float($0)) }, Double(Float(folded.bias)))
        : (folded.factors, folded.bias)
      for includingHistory in [false, true] {
        var reference = drawn.reference
        if !includingHistory { reference.excluded.formUnion(row.indices.filter { row[$0] != nil }) }
        let found = try model.recommend(
          history: history, count: drawn.count, includingHistory: includingHistory, excluding: drawn.exclusions,
          options: drawn.options)
        Self.expectSame(
          found.items, reference.best(x, bias: bias, count: drawn.count), model, "seed \(seed), history")
        #expect(found.unknown.isEmpty && found.knownCount == history.count)
      }
    }
  }

  /// A user of the training data and the same history from elsewhere get the same items.
  @Test func historyOfATrainedUserGetsItsItems() throws {
    let (model, interactions) = try RecommendTests.model(explicit: false, .double)
    let seen = Exclusions(seen: interactions, for: model)
    for user in [0, 50, 149] {
      let stored = try model.recommend(user: model.users[user], count: 8, excluding: seen)
      let folded = try model.recommend(history: History(ofUserAt: user, in: interactions), count: 8)
      #expect(folded.items.map(\.id) == stored.map(\.id))
      for (a, b) in zip(folded.items, stored) { #expect(abs(a.score - b.score) < 1e-4) }
    }
  }

  @Test func coldStartIsUpToTheCaller() throws {
    let (model, interactions) = try RecommendTests.model(users: 40, items: 60, density: 0.2, explicit: false, .float)
    let known = try model.recommend(user: 5, count: 3)
    let error = #expect(throws: ALSError.self) { try model.recommend(users: [5, "nobody"] as [Identifier], count: 3) }
    #expect(error?.kind == .unknownIdentifier)
    let empty = RecommendationOptions(coldStart: .empty)
    #expect(try model.recommend(users: ["nobody", 5] as [Identifier], count: 3, options: empty) == [[], known])
    #expect(try model.recommend(history: ["x"], options: empty).items.isEmpty)
    #expect(throws: ALSError.self) { try model.recommend(history: ["x"]) }

    let counts = interactions.userCounts()
    let order = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
    let allowed = Set(order.filter { $0 % 3 != 0 })
    let popular = RecommendationOptions(
      candidates: Selection(itemsOf: model) { $0 == 1 || allowed.contains(Int($0.description) ?? -1) },
      coldStart: .popular)
    let exclusions = try Exclusions(
      seen: interactions, items: [Self.item(order.first { $0 % 3 == 1 } ?? 0)], for: model)
    let expected = order.filter { allowed.contains($0) && $0 != order.first { $0 % 3 == 1 } }
    let lists = try model.recommend(
      users: ["nobody", 5] as [Identifier], count: 9, excluding: exclusions, options: popular)
    #expect(lists[0].map(\.index) == Array(expected.prefix(9)))
    #expect(lists[0].map(\.score) == expected.prefix(9).map { Double(counts[$0]) })
    #expect(lists[1].count == 9)
    let history = try model.recommend(history: ["x", "y"], count: 9, excluding: exclusions, options: popular)
    #expect(history.items == lists[0] && history.unknown == ["x", "y"] && history.knownCount == 0)
    #expect(try model.popularItems(count: 1000).map(\.index) == order)
  }

  @Test func givenItemsAreRanked() throws {
    let (model, _) = try RecommendTests.model(users: 40, items: 60, density: 0.2, explicit: true, .float)
    let given: [Identifier] = [31, "new", 4, 59, 4, 5, "newer", 17, "new"]
    let reference = RecommendationReference(model: model, candidates: [31, 4, 59, 5, 17])
    let ranked = try model.rank(items: given, user: 9)
    Self.expectSame(ranked.items, reference.best(ofUserAt: 9, count: 5), model, "ranked")
    #expect(ranked.unknown == ["new", "newer"])
    var narrowed = RecommendationOptions()
    narrowed.candidates = try Selection(items: [4, 5, 6], of: model)
    #expect(Set(try model.rank(items: given, user: 9, options: narrowed).items.map(\.index)) == [4, 5])
    let folded = try model.foldIn(user: [31: 5, 4: 1])
    #expect(try model.rank(items: given, user: folded).items.count == 5)
    #expect(try model.rank(items: [Int](), user: 9).items.isEmpty)
  }

  @Test func whatBelongsToAnotherModelIsAnError() throws {
    let (model, interactions) = try RecommendTests.model(users: 40, items: 60, density: 0.2, explicit: false, .float)
    let (other, others) = try RecommendTests.model(users: 41, items: 61, density: 0.2, explicit: false, .float)
    let wrong = [
      RecommendationOptions(candidates: Selection(itemsOf: other) { _ in true }),
      RecommendationOptions(candidates: Selection(usersOf: model) { _ in true }),
      RecommendationOptions(candidatesPerUser: UserCandidates(others, for: other)),
      RecommendationOptions(popularityPenalty: try PopularityPenalty(strength: 1, for: other)),
    ]
    for options in wrong {
      let error = #expect(throws: ALSError.self) { try model.recommend(user: 1, options: options) }
      #expect(error?.kind == .configuration)
    }
    let exclusions = Exclusions(seen: others, for: other)
    #expect(throws: ALSError.self) { try model.recommend(user: 1, excluding: exclusions) }
    #expect(throws: ALSError.self) {
      let options = RecommendationOptions(candidatesPerUser: UserCandidates(interactions, for: model))
      return try model.recommend(history: [1], options: options)
    }
    #expect(throws: ALSError.self) { try Diversity(weight: 1.5) }
    #expect(throws: ALSError.self) { try Diversity(weight: 0.5, pool: 0) }
    #expect(throws: ALSError.self) { try PopularityPenalty(strength: .infinity, for: model) }
    let row = try RecommendTests.model(users: 9, items: 60, density: 0.5, explicit: false, .float).0.foldIn(user: [1])
    #expect(throws: ALSError.self) { try model.recommend(user: row) }
    let narrow = try ImplicitALS(factors: 2, iterations: 1).fit(interactions).foldIn(user: [1])
    #expect(throws: ALSError.self) { try model.recommend(user: narrow) }
  }

  @Test func selectionsAreSets() throws {
    let (model, _) = try RecommendTests.model(users: 70, items: 131, density: 0.2, explicit: false, .float)
    let even = Selection(itemsOf: model) { (Int($0.description) ?? 1) % 2 == 0 }
    let low = try Selection(items: (0..<65).map(Self.item), of: model)
    #expect(even.count == 66 && low.count == 65 && even.capacity == 131)
    #expect(even.intersection(low).count == 33 && even.union(low).count == 98 && even.subtracting(low).count == 33)
    #expect(even.contains(130) && !even.contains(129))
    #expect(Selection(usersOf: model) { $0 == 4 } == (try Selection(users: [4], of: model)))
    #expect(throws: ALSError.self) { try Selection(items: [131], of: model) }
  }

  /// What is true of items chooses among those of the model that have a row.
  @Test func predicatesSelect() throws {
    let (model, _) = try RecommendTests.model(explicit: false, .float)
    let known = model.items.enumerated().filter { $0.offset % 5 != 0 }
    let table = try ItemTable(
      known.reversed() + [(100_000, "gone" as Identifier)], item: \.element,
      columns: ["place": { .number(Double($0.offset)) }])
    let found = try Selection(itemsOf: model, in: table, where: ItemColumn("place") < 30 || !(ItemColumn("place") < 40))
    #expect(
      found
        == Selection(itemsOf: model) { item in
          known.contains { $0.element == item && !(30..<40).contains($0.offset) }
        })
    let all = try Selection(itemsOf: model, in: table, where: ItemPredicate("place >= 0"))
    #expect(all.count == known.count)
    let offer = try model.recommend(user: model.users[3], options: RecommendationOptions(candidates: found))
    #expect(offer.allSatisfy { found.contains($0.index) } && !offer.isEmpty)
  }
}
