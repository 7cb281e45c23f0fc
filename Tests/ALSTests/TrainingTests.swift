import ALS
import ALSPlatform
import ALSSparse
import Testing

@Suite struct TrainingTests {
  /// Even users like even items, odd ones odd items; one cell each is held out and must come back on top.
  @Test(arguments: Precision.allCases)
  func checkerboardIsCompleted(_ precision: Precision) throws {
    var (users, items): ([Int], [Int]) = ([], [])
    for user in 0..<20 {
      for item in 0..<20 where (user + item) % 2 == 0 && item != user {
        users.append(user)
        items.append(item)
      }
    }
    let interactions = try Interactions(users: users, items: items)
    for objective in ImplicitLoss.Objective.allCases {
      let model = try ImplicitALS(
        ImplicitLoss(objective: objective, unobservedWeight: 0.1), factors: 2, iterations: 10, precision: precision
      )
      .fit(interactions)
      let exclusions = Exclusions(seen: interactions, for: model)
      for user in 0..<20 {
        let best = try model.recommend(user: user, count: 1, excluding: exclusions)
        #expect(best.map(\.id) == [.integer(Int64(user))])
      }
    }
  }

  /// With k = 1, one observed cell and no unobserved weight, the user's factor has a closed form.
  @Test func singleCellHasItsClosedForm() throws {
    let interactions = try Interactions(users: [1], items: [1], values: [3])
    let configuration = ImplicitALS(
      .ials(unobservedWeight: 0, alpha: 2, confidence: .linear), factors: 1, iterations: 1, regularization: 0.5,
      regularizationExponent: 0, precision: .double)
    let model = try configuration.fit(interactions)
    let (x, y) = (model.userFactors(at: 0)[0], model.itemFactors(at: 0)[0])
    // Users are solved last: 6y(xy − 1) + 0.5x = 0.
    #expect(abs(x - 6 * y / (6 * y * y + 0.5)) < 1e-15)
  }

  @Test func explicitPredictsAnAdditiveTableWithBiasesAlone() throws {
    var (users, items, values): ([Int], [Int], [Float]) = ([], [], [])
    for user in 0..<12 {
      for item in 0..<9 where (user * item) % 5 != 4 {
        users.append(user)
        items.append(item)
        values.append(3 + Float(user % 4) * 0.5 - Float(item % 3) * 0.25)
      }
    }
    let ratings = try Interactions(users: users, items: items, values: values)
    let model = try ExplicitALS(factors: 2, iterations: 60, regularization: 1e-4, precision: .double).fit(ratings)
    for user in 0..<12 {
      for item in 0..<9 {
        let expected = 3 + Double(user % 4) * 0.5 - Double(item % 3) * 0.25
        #expect(abs(model.score(userAt: user, itemAt: item) - expected) < 0.02)
      }
    }
  }

  /// Without regularisation and with fewer entries than factors, every system is singular.
  @Test(arguments: Precision.allCases)
  func singularRowsAreRescuedAndCounted(_ precision: Precision) throws {
    let data = try TestData("sparse", users: 15, items: 12, density: 0.3, seed: 21)
    let model = try ExplicitALS(
      ExplicitLoss(biases: false), factors: 8, iterations: 2, regularization: 0, solver: .cholesky, precision: precision
    )
    .fit(data.interactions)
    #expect(model.history.allSatisfy { $0.rescuedRows > 0 })
    for user in model.users.indices { #expect(model.userFactors(at: user).allSatisfy { $0.isFinite }) }
    for (u, row) in data.cells.enumerated() {
      for (i, value) in row.enumerated() {
        guard let value, row.compactMap({ $0 }).count < 8 else { continue }
        // The items were solved last and fit their ratings in the least-squares sense only: stay within the scale.
        #expect(abs(model.score(userAt: u, itemAt: i) - value) < 5)
      }
    }
  }

  /// λ small against what 32 bits resolve: the rescue must give what double precision gives.
  @Test func rescuedRowsSolveTheirEquations() throws {
    let data = try TestData("tall", users: 40, items: 12, density: 0.45, seed: 22)
    let configuration = ExplicitALS(ExplicitLoss(biases: false), factors: 8, regularization: 1e-9, solver: .cholesky)
    let trainer = try configuration.training(on: data.interactions).trainer(Float.self, threads: 1)
    let report = try trainer.solve(.users)
    // Fewer entries than factors, but too many for the dual form, which needs no rescue.
    let singular = data.interactions.itemCounts().count { (4..<8).contains($0) }
    #expect(report.rescuedRows >= singular && singular > 10)
    let reference = DenseReference(
      loss: .explicit(biases: false), lambda: 1e-9, exponent: 1, cells: data.cells, itemCount: 12)
    let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
    for user in 0..<40 {
      let (gradient, size) = reference.halfGradient(ofUser: user, users, items)
      for f in 0..<8 { #expect(abs(gradient[f]) <= 64 * Double(Float.ulpOfOne) * (size.max() ?? 0)) }
    }
  }

  @Test func zerosAreAbsentInImplicitFeedback() throws {
    let with = try Interactions(users: [1, 1, 2, 2, 3], items: [1, 2, 2, 3, 1], values: [2, 0, 1, 1, 0])
    let without = try Interactions(
      Events(
        users: with.users, items: with.items, userIndices: Buffer([0, 1, 1]), itemIndices: Buffer([0, 1, 2]),
        values: Buffer([2, 1, 1]), times: nil))
    let configuration = ImplicitALS(factors: 2, iterations: 3)
    let (a, b) = (try configuration.fit(with), try configuration.fit(without))
    #expect(a.factorBytes == b.factorBytes)
    #expect(a.userFactors(at: 2) == [0, 0])
  }

  @Test func negativeImplicitValueIsNamed() throws {
    let interactions = try Interactions(users: ["ann", "bob"], items: ["tea", "rice"], values: [1, -2])
    let error = #expect(throws: ALSError.self) { try ImplicitALS().fit(interactions) }
    #expect(error?.kind == .data)
    #expect(error?.message.contains("user bob, item rice: value -2.0 is negative") == true)
  }

  @Test func nothingToLearnFromIsAnError() throws {
    let none = try Interactions(users: [Int](), items: [Int]())
    #expect(throws: ALSError.self) { try ImplicitALS().fit(none) }
    #expect(throws: ALSError.self) { try ExplicitALS().fit(none) }
  }

  @Test func parametersOutOfRangeAreNamed() throws {
    let bad: [(String, ImplicitALS)] = [
      ("factors is 0", ImplicitALS(factors: 0)),
      ("iterations is 0", ImplicitALS(iterations: 0)),
      ("regularization is -1.0", ImplicitALS(regularization: -1)),
      ("regularization is nan", ImplicitALS(regularization: .nan)),
      ("regularizationExponent is -0.5", ImplicitALS(regularizationExponent: -0.5)),
      ("unobservedWeight is -1.0", ImplicitALS(.ials(unobservedWeight: -1))),
      ("unobservedWeight is 2.0", ImplicitALS(.hkv(unobservedWeight: 2))),
      ("alpha is 0.0", ImplicitALS(.ials(alpha: 0))),
      ("confidenceScale is 0.0", ImplicitALS(.ials(confidenceScale: 0))),
      ("initialScale is inf", ImplicitALS(initialScale: .infinity)),
      ("relaxation is 0.5", ImplicitALS(relaxation: 0.5)),
      ("relaxation is 2.0", ImplicitALS(relaxation: 2)),
    ]
    for (message, configuration) in bad {
      let error = #expect(throws: ALSError.self) { try configuration.validate() }
      #expect(error?.kind == .configuration)
      #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }
    #expect(throws: ALSError.self) { try ExplicitALS(factors: 20_000).validate() }
    let one = try Interactions(users: [1], items: [1])
    #expect(throws: ALSError.self) { try ImplicitALS().fit(one, threads: 0) }
  }

  @Test func progressIsToldAndCanEndTheTraining() throws {
    struct Enough: Error {}
    let interactions = try TestData("random", users: 20, items: 20, density: 0.4, seed: 1).interactions
    var seen: [Int] = []
    #expect(throws: Enough.self) {
      try ImplicitALS(factors: 2, iterations: 9).fit(interactions) { record in
        seen.append(record.iteration)
        if record.iteration == 3 { throw Enough() }
      }
    }
    #expect(seen == [1, 2, 3])
  }

  @Test func cancelledTaskStopsTraining() async throws {
    let interactions = try SameBytesTests.unevenInteractions()
    let task = Task {
      try ImplicitALS(factors: 32, iterations: 1_000_000).fit(interactions, threads: 2)
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
