import ALS
import ALSPlatform
import ALSSparse
import Testing

/// The objective at the factors of a model; `WeightedLossTests` has it for every kind of weight.
@Suite struct ModelLossTests {
  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func isThatOfTheLastIteration(objective: ObjectiveCase, precision: Precision) throws {
    let cells = try TestData("random", users: 40, items: 31, density: 0.4, seed: 6)
    let data = cells.interactions
    let model = try objective.model(of: cells, factors: 5, precision)
    let tables = Side.allCases.map { side in
      model.identifiers(of: side).indices.map { index in
        model.factors(of: side, at: index)
          + (model.hasBiases ? [side == .users ? model.userBias(at: index) : model.itemBias(at: index)] : [])
      }
    }
    let expected = objective.reference(for: cells).value(tables[0], tables[1])
    let loss = try model.loss(on: data)
    #expect(abs(loss - expected) <= 1e-5 * abs(expected), "\(loss), \(expected)")
    for threads in [1, 2, 5] { #expect(try model.loss(on: data, threads: threads) == loss) }
  }

  /// A part of the interactions, in which users and items have other positions.
  @Test func ofSomeInteractions() throws {
    let users = [7, 7, 3, 3, 5], items = [1, 2, 2, 4, 1]
    let model = try ImplicitALS(
      .hkv(alpha: 1, confidence: .binary), factors: 2, iterations: 2, regularization: 0.1, regularizationExponent: 0
    ).fit(Interactions(users: users, items: items))
    let some = try Interactions(users: [5, 7], items: [1, 2])
    var expected = 0.0
    for user in model.users {
      for item in model.items {
        let score = try model.score(user: user, item: item)
        let isThere = (user, item) == (5, 1) || (user, item) == (7, 2)
        expected += isThere ? 2 * (1 - score) * (1 - score) : score * score
      }
    }
    for side in Side.allCases {
      for index in model.identifiers(of: side).indices {
        for factor in model.factors(of: side, at: index) { expected += 0.1 * factor * factor }
      }
    }
    let loss = try model.loss(on: some)
    #expect(abs(loss - expected) < 1e-5 * expected, "\(loss), \(expected)")
    let strangers = try Interactions(users: [5, 6], items: [1, 2])
    let error = #expect(throws: ALSError.self) { try model.loss(on: strangers) }
    #expect(error?.message.contains("does not know: 1,") == true && error?.message.contains("user 6") == true)
  }

  /// Of repeated ratings the last one counts, also where the interactions are of some of the users.
  @Test func ofRepeatedRatings() throws {
    let model = try ExplicitALS(factors: 2, iterations: 2, regularization: 0.1).fit(
      Interactions(users: [7, 7, 3, 3, 5], items: [1, 2, 2, 4, 1], values: [5, 3, 4, 1, 2]))
    let repeated = try Interactions(users: [5, 5, 7], items: [1, 2, 1], values: [1, 3, 4])
    let twice = try Interactions(users: [5, 5, 5, 7], items: [1, 1, 2, 1], values: [4, 1, 3, 4])
    #expect(try model.loss(on: twice) == model.loss(on: repeated))
  }
}
