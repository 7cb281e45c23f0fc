import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Users and items of whom features are known, and perhaps nothing else, through every door.
@Suite struct ColdStartTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Three tastes, each of a brand and a country; some users and items have done nothing.
  private static func purchases() throws -> Interactions {
    var random = RandomGenerator(seed: 4)
    var (users, items): ([String], [String]) = ([], [])
    for user in 0..<60 {
      for _ in 0..<8 {
        let taste = random.nextUniform() < 0.85 ? user % 3 : random.nextIndex(below: 3)
        users.append("u\(user)")
        items.append("i\(3 * random.nextIndex(below: 12) + taste)")
      }
    }
    return try Interactions(users: users, items: items, duplicates: .max)
  }

  private static func attributes(_ side: Side, _ numbers: Range<Int>) -> [Identifier: [String: FeatureValue]] {
    var attributes: [Identifier: [String: FeatureValue]] = [:]
    for number in numbers {
      attributes[Identifier("\(side == .users ? "u" : "i")\(number)")] =
        side == .users
        ? ["country": ["FR", "DE", "IT"][number % 3], "age": .number(Double(20 + number))]
        : ["brand": ["Acme", "Bolt", "Cork"][number % 3], "new": true]
    }
    return attributes
  }

  private static func features(_ side: Side) -> Features { Features(attributes(side, 0..<(side == .users ? 66 : 42))) }

  private static func model(_ precision: Precision = .double, _ loss: ImplicitLoss = .ials(unobservedWeight: 0.1))
    throws
    -> FactorModel
  {
    try ImplicitALS(
      loss, factors: 4, iterations: 30, regularization: 0.05, featureRegularization: 1, precision: precision
    ).fit(purchases(), userFeatures: features(.users), itemFeatures: features(.items))
  }

  private static func number(_ id: Identifier) -> Int { Int(id.description.dropFirst()) ?? -1 }

  private func near(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
  }

  private func prior(_ learned: LearnedFeatures, _ names: [String]) throws -> [Double] {
    let rows = try names.map { try #require(learned.space.names.index(of: Identifier($0))) }
    return rows.map(learned.weights(ofFeatureAt:)).reduce([0, 0, 0, 0]) { zip($0, $1).map { $0 + $1 } }
  }

  @Test(arguments: [Precision.float, .double]) func everyDoorGivesTheSame(_ precision: Precision) throws {
    let model = try Self.model(precision)
    let tolerance = precision == .float ? 1e-5 : 1e-12
    #expect(model.users.count == 66 && model.items.count == 42)
    let itemFeatures = try #require(model.itemFeatures)
    let expected = try prior(itemFeatures, ["brand=Bolt", "new"])
    let cold = try model.index(item: "i40")
    #expect(near(model.itemFactors(at: cold), expected, tolerance))
    #expect(model.interactionCount(ofItemAt: cold) == 0)
    let attributes: [String: FeatureValue] = ["brand": "Bolt", "new": true]
    #expect(near(try model.foldIn(item: [], features: attributes).factors, expected, 1e-12))
    let space = itemFeatures.space
    let many = try model.foldIn(itemFeatures: Features(["x": attributes], in: space))
    #expect(near(many.factors(at: 0), expected, tolerance))
    let updated = try model.updating(itemFeatures: Features(["x": attributes], in: space))
    #expect(updated.items.count == 43 && near(updated.itemFactors(at: 42), expected, tolerance))
    #expect(try abs(updated.score(user: "u1", item: "x") - model.score(user: "u1", item: "i40")) <= tolerance)
    #expect(try updated.similar(item: "x", count: 1).first.map { abs($0.score - 1) < 1e-6 } == true)
    #expect(try model.similar(item: "i40", count: 5).count { Self.number($0.id) % 3 == 1 } >= 4)

    // A user of Germany likes Bolt, also what nobody has had yet.
    let new = try model.foldIn(user: [], features: ["country": "DE", "age": 30])
    #expect(!new.isEmpty && new.hasFeatures)
    let best = try model.recommend(user: new, count: 14)
    let bolts = best.filter { Self.number($0.id) % 3 == 1 }
    #expect(bolts.count >= 12 && best.contains { $0.id == "i40" })
    #expect(
      try model.recommend(user: "u64", count: 5).map(\.id)
        == model.recommend(
          user: model.foldIn(user: [], features: ["country": "DE", "age": 84]), count: 5
        ).map(\.id))

    // A history moves the factors.
    let both = try model.foldIn(user: ["i0", "i3"], features: ["country": "DE", "age": 30])
    #expect(!near(both.factors, new.factors, 1e-3) && both.entries.count == 2)
    let rows = try model.foldIn(
      userFeatures: Features(["y": ["country": "DE", "age": 30]], in: try #require(model.userFeatures).space),
      interactions: try Interactions(users: ["y", "y"], items: ["i0", "i3"]))
    #expect(near(rows.factors(at: 0), both.factors, tolerance))
  }

  /// Neither cells nor counts of those without interactions have a part in anybody else's factors.
  @Test(arguments: [Precision.float, .double])
  func trainingUsersAreFoldedInAgain(_ precision: Precision) throws {
    for exponent in [0, 0.5] {
      let model = try Self.model(
        precision,
        ImplicitLoss(
          objective: .ials, unobservedWeight: 0.1, userDegreeExponent: exponent, itemDegreeExponent: exponent))
      let rows = try model.foldIn(users: Self.purchases())
      for row in 0..<rows.count {
        let stored = model.userFactors(at: try model.index(user: rows.identifiers[row]))
        #expect(near(rows.factors(at: row), stored, precision == .float ? 1e-4 : 1e-8))
      }
      let plain = try ImplicitALS(
        .ials(unobservedWeight: 0.1), factors: 4, iterations: 3, regularization: 0.05, precision: precision
      ).fit(Self.purchases())
      #expect(plain.userFeatures == nil && plain.items.count == 36)
    }
  }

  @Test func interactionsMakeAColdItemAWarmOne() throws {
    let model = try Self.model()
    let history = try Interactions(users: ["u1", "u4", "u7"], items: ["i40", "i40", "i40"])
    let updated = try model.updating(items: history)
    let index = try updated.index(item: "i40")
    let alone = try model.foldIn(item: ["u1", "u4", "u7"], features: ["brand": "Bolt", "new": true])
    #expect(updated.items.count == 42 && near(updated.itemFactors(at: index), alone.factors, 1e-12))
    // It is one of those that users are solved against.
    let before = try model.foldIn(user: ["i1"]).factors
    #expect(!near(try updated.foldIn(user: ["i1"]).factors, before, 1e-9))
    let more = try model.updating(itemFeatures: Features(["n": ["brand": "Bolt"]], in: model.itemFeatures?.space))
    #expect(near(try more.foldIn(user: ["i1"]).factors, before, 1e-12))
    let users = try model.updating(
      userFeatures: Features(["n": ["country": "IT"], "u64": ["country": "IT"]], in: model.userFeatures?.space))
    #expect(
      try users.users.count == 67 && near(users.foldIn(item: ["u1"]).factors, model.foldIn(item: ["u1"]).factors, 1e-12)
    )
    #expect(users.userFactors(at: try users.index(user: "u64")) == users.userFactors(at: 66))
  }

  @Test func scoresAreExplainedByFeatures() throws {
    let model = try Self.model()
    let features: [String: FeatureValue] = ["country": "DE", "age": 30]
    for history: History in [[], ["i0", "i3"]] {
      let why = try model.explain(item: "i40", history: history, features: features)
      let score = try model.score(user: model.foldIn(user: history, features: features), item: "i40")
      #expect(abs(why.score - score) < 1e-12 && why.userFeatures.count == 2)
      #expect(abs(why.itemFeatures.reduce(0) { $0 + $1.contribution } - score) < 1e-12)
      #expect(Set(why.itemFeatures.map(\.name)) == ["brand=Bolt", "new"])
    }
    let known = try model.explain(item: "i1", user: "u1", in: Self.purchases())
    #expect(try abs(known.score - model.score(user: "u1", item: "i1")) < 1e-8)
    #expect(known.userFeatures.count == 2 && known.itemFeatures.isEmpty && !known.contributions.isEmpty)
    let cold = try model.explain(item: "i1", user: "u64", in: Self.purchases())
    #expect(try abs(cold.score - model.score(user: "u64", item: "i1")) < 1e-12)

    let parities: [Int: [String: FeatureValue]] = Dictionary(
      uniqueKeysWithValues: (0..<9).map { ($0, ["even": .amount(Double(1 - $0 % 2))]) })
    let ratings = try ExplicitALS(factors: 3, iterations: 5, regularization: 0.4, precision: .double).fit(
      Interactions(
        users: Self.purchases().users.indices.flatMap { [$0, $0] },
        items: Self.purchases().users.indices.flatMap { [$0 % 7, 7] },
        values: (0..<120).map { Float($0 % 5) }),
      itemFeatures: Features(parities))
    let history: History = [0: 4, 7: 1]
    let why = try ratings.explain(item: 8, history: history)
    #expect(try abs(why.score - ratings.score(user: ratings.foldIn(user: history), item: 8)) < 1e-12)
    #expect(ratings.itemBias(at: try ratings.index(item: 8)) != 0)
    let sum = why.itemFeatures.reduce(why.globalMean + why.userBias) { $0 + $1.contribution }
    #expect(abs(sum - why.score) < 1e-12)
  }

  @Test func unknownFeaturesAreNamed() throws {
    let model = try Self.model()
    let row = try model.foldIn(user: [], features: ["country": "PL", "shoe": 40])
    #expect(row.isEmpty && row.unknownFeatures == ["country=PL", "shoe"])
    #expect(throws: ALSError.self) { try model.recommend(user: row) }
    #expect(throws: ALSError.self) { try model.foldIn(userFeatures: ["a": ["country": "FR"]]) }
    let plain = try ImplicitALS(factors: 2, iterations: 1, regularization: 0.1).fit(
      Self.purchases(), choosing: .formula)
    let error = #expect(throws: ALSError.self) { try plain.foldIn(user: [], features: ["country": "FR"]) }
    #expect(error?.message == "the model knows no features of users. Train it with userFeatures (--user-features).")
  }

  @Test(arguments: [Precision.float, .double]) func filesKeepEverything(_ precision: Precision) throws {
    let model = try Self.model(precision)
    let path = scratch.path("m.safetensors")
    try model.write(to: path)
    let read = try FactorModel(contentsOf: path)
    #expect(read.users == model.users && read.items == model.items)
    #expect(read.userRows == model.userRows && read.itemRows == model.itemRows)
    for (own, other) in [(model.userFeatures, read.userFeatures), (model.itemFeatures, read.itemFeatures)] {
      let (own, other) = (try #require(own), try #require(other))
      #expect(own.space.names == other.space.names && own.features.entities == other.features.entities)
      for feature in own.space.names.indices {
        #expect(own.weights(ofFeatureAt: feature) == other.weights(ofFeatureAt: feature))
        #expect(own.space.transformation(ofFeatureAt: feature) == other.space.transformation(ofFeatureAt: feature))
      }
    }
    let features: [String: FeatureValue] = ["country": "IT", "age": 44]
    #expect(
      try read.foldIn(user: ["i2"], features: features).factors
        == model.foldIn(user: ["i2"], features: features).factors)
    #expect(try read.foldIn(user: ["i2"]).factors == model.foldIn(user: ["i2"]).factors)
    let again = scratch.path("n.safetensors")
    try read.write(to: again)
    #expect(FileManager.default.contents(atPath: path) == FileManager.default.contents(atPath: again))
  }

  struct Stop: Error {}

  @Test(arguments: [Precision.float, .double], [false, true])
  func checkpointsGoOnWithTheSameBytes(_ precision: Precision, _ stops: Bool) throws {
    let configuration = ImplicitALS(
      .ials(unobservedWeight: 0.1), factors: 4, iterations: 6, regularization: 0.05, precision: precision)
    let stopping = EarlyStopping(metric: "made up", patience: 3) { model in
      [0.0, 1, 3, 2, 2, 1, 0][model.configuration.iterations ?? 0] + 1e-3 * abs(model.score(userAt: 65, itemAt: 41))
    }
    func fit(_ path: String?, threads: Int, _ progress: (IterationRecord) throws -> Void = { _ in }) throws -> [UInt64]
    {
      let model = try configuration.fit(
        Self.purchases(), userFeatures: Self.features(.users), itemFeatures: Self.features(.items), threads: threads,
        computingLoss: true, stopping: stops ? stopping : nil,
        checkpointing: path.map { Checkpointing(path: $0) }, progress: progress)
      return (model.userRows + model.itemRows).joined().map(\.bitPattern)
        + (model.userFeatures?.weights(ofFeatureAt: 0) ?? []).map(\.bitPattern)
        + model.history.map { $0.loss?.bitPattern ?? 0 }
    }
    let (whole, path) = (try fit(nil, threads: 1), scratch.path("checkpoint"))
    for stop in 1..<5 {
      #expect(throws: Stop.self) { try fit(path, threads: 2) { if $0.iteration == stop { throw Stop() } } }
      #expect(try fit(path, threads: 3) == whole, "\(stop)")
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(throws: Stop.self) { try fit(path, threads: 2) { _ in throw Stop() } }
    let error = #expect(throws: ALSError.self) {
      try configuration.fit(
        Self.purchases(), userFeatures: Self.features(.users), stopping: stops ? stopping : nil,
        checkpointing: Checkpointing(path: path))
    }
    #expect(error?.message.contains("other data") == true)
  }

  /// A model trained on features starts another.
  @Test func modelsStartFromModels() throws {
    let model = try Self.model()
    let more = try ImplicitALS(
      .ials(unobservedWeight: 0.1), factors: 4, iterations: 1, regularization: 0.05, precision: .double
    ).fit(
      Self.purchases(), userFeatures: Self.features(.users), itemFeatures: Self.features(.items), startingFrom: model)
    let scores = [(0, 0), (5, 41), (64, 40)].map {
      (model.score(userAt: $0, itemAt: $1), more.score(userAt: $0, itemAt: $1))
    }
    #expect(scores.allSatisfy { abs($0.0 - $0.1) < 0.05 })
  }
}
