import ALS
import ALSTestSupport
import Testing

/// Models of factors in memory.
@Suite struct GivenFactorsTests {
  /// The rows of a side, in the order of the model.
  private static func rows(_ model: FactorModel, _ side: Side) -> [[Double]] {
    model.identifiers(of: side).indices.map { model.factors(of: side, at: $0) }
  }

  /// A model made of the parts of a trained one does what that does, to the bit, also after it was written and read.
  @Test(arguments: [ObjectiveCase.hkv, .explicitBiased, .explicitPlain], Precision.allCases)
  func partsMakeTheModel(objective: ObjectiveCase, precision: Precision) throws {
    let scratch = try Scratch()
    let model = try objective.model(of: try FoldInTests.data(), factors: 5, precision)
    let (users, items) = (Self.rows(model, .users), Self.rows(model, .items))
    var biases: (users: [Double]?, items: [Double]?) = (nil, nil)
    if model.hasBiases {
      biases.users = users.indices.map { model.userBias(at: $0) }
      biases.items = items.indices.map { model.itemBias(at: $0) }
    }
    let nested = try FactorModel(
      userFactors: users, itemFactors: items, users: model.users, items: model.items, userBiases: biases.users,
      itemBiases: biases.items, configuration: model.configuration, globalMean: model.globalMean)
    let flat = try FactorModel(
      userFactors: users.flatMap { $0 }, itemFactors: items.flatMap { $0 }, users: model.users,
      items: model.items, userBiases: biases.users, itemBiases: biases.items, configuration: model.configuration,
      globalMean: model.globalMean)
    try flat.write(to: scratch.path("m.safetensors"))
    for given in [nested, flat, try FactorModel(contentsOf: scratch.path("m.safetensors"))] {
      #expect(given.factorBytes == model.factorBytes && given.users == model.users && given.items == model.items)
      #expect(given.configuration.factors == 5 && given.globalMean == model.globalMean)
      for user in [0, 9, 66] {
        #expect(try given.recommend(user: model.users[user]) == model.recommend(user: model.users[user]))
      }
      #expect(try given.similar(item: model.items[3]) == model.similar(item: model.items[3]))
      #expect(try given.foldIn(user: [1: 2, 5: 1]) == model.foldIn(user: [1: 2, 5: 1]))
      #expect(throws: ALSError.self) { try given.popularItems() }
    }
  }

  /// Identifiers come in any order and of any kind, numbers in any type.
  @Test func everyKind() throws {
    let model = try FactorModel(
      userFactors: [1, 2, 3, 4, 5, 6] as [Float], itemFactors: [1, 0, 0, 1, 1, 1, 2, 0] as [Float],
      users: ["b", "a", "7"], items: [30, 10, 20, 5] as Set<Int>)
    #expect(model.users.elementsEqual(["b", "a", 7] as [Identifier]) && model.factorCount == 2)
    #expect(model.precision == .float)
    #expect(try model.score(user: 7, item: model.items[2]) == 11)
    let none: [[Double]] = []
    #expect(try FactorModel(userFactors: [[1.5]], itemFactors: [[2]], users: [1], items: [2]).factorCount == 1)
    #expect(throws: ALSError.self) {
      try FactorModel(userFactors: none, itemFactors: none, users: [Int](), items: [Int]())
    }
  }

  @Test func misuseIsAnError() throws {
    let two: [[Float]] = [[1, 2], [3, 4]]
    let ratings = ModelConfiguration.explicit(ExplicitALS(regularization: 1))
    func model(
      _ users: [[Float]], _ items: [[Float]], _ names: [Identifier] = [1, 2], biases: ([Float]?, [Float]?) = (nil, nil),
      with configuration: ModelConfiguration = .implicit(ImplicitALS(.hkv())), mean: Double = 0
    ) throws -> FactorModel {
      try FactorModel(
        userFactors: users, itemFactors: items, users: names, items: ["x", "y"], userBiases: biases.0,
        itemBiases: biases.1, configuration: configuration, globalMean: mean)
    }
    let attempts: [(String, () throws -> FactorModel)] = [
      ("userFactors: row 1 has 1 numbers, but row 0 has 2", { try model([[1, 2], [3]], two) }),
      ("do not fit together", { try model(two, [[1], [2]]) }),
      ("userFactors: has 2 rows for 3 identifiers", { try model(two, two, [1, 2, 3]) }),
      ("userFactors: the identifier 1 is there twice, at rows 0 and 1", { try model(two, two, [1, "1"]) }),
      ("itemFactors: row 1, of y, has the number nan", { try model(two, [[1, 2], [3, .nan]]) }),
      ("userFactors: row 0, of 1, has the number inf", { try model([[1, .infinity], [3, 4]], two) }),
      ("biases, but the configuration has none", { try model(two, two, biases: ([1, 2], [1, 2])) }),
      ("biases of users but none of items", { try model(two, two, biases: ([1, 2], nil), with: ratings) }),
      ("no biases, but the configuration has", { try model(two, two, with: ratings) }),
      ("2 rows for 1 biases", { try model(two, two, biases: ([1, 2], [1]), with: ratings) }),
      (
        "itemFactors: row 1, of y, has the bias nan",
        { try model(two, two, biases: ([1, 2], [1, .nan]), with: ratings) }
      ),
      ("the mean rating is 3", { try model(two, two, mean: 3) }),
      ("the mean rating is nan", { try model(two, two, biases: ([1, 2], [1, 2]), with: ratings, mean: .nan) }),
      ("cannot be found from data", { try model(two, two, with: .implicit(ImplicitALS())) }),
      ("popularity of items", { try model(two, two, with: .implicit(ImplicitALS(.hkv(confidence: .bm25)))) }),
      (
        "popularity of items",
        { try model(two, two, with: .implicit(ImplicitALS(ImplicitLoss(objective: .hkv, userDegreeExponent: 0.5)))) }
      ),
      (
        "userFactors: 3 numbers cannot be divided over 2",
        { try FactorModel(userFactors: [1, 2, 3], itemFactors: [1.0], users: [1, 2], items: [1]) }
      ),
    ]
    for (reason, attempt) in attempts {
      let error = #expect(throws: ALSError.self, "\(reason)") { _ = try attempt() }
      #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
  }
}
