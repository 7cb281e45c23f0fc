import ALS
import ALSPlatform
import ALSSparse
import Testing

/// Explanations, kept systems and variances against dense equations.
@Suite struct ExplainTests {
  private static let k = 7

  /// A row, its dense equations and the items' rows with their biases.
  private struct Sample {
    let model: FactorModel
    let row: [Double?]
    let history: History
    let reference: DenseReference
    let items: [[Double]]
    let equations: [[Double]]

    init(_ objective: ObjectiveCase, _ precision: Precision, observed: Int) throws {
      model = try objective.model(of: try FoldInTests.data(), factors: ExplainTests.k, precision)
      row = FoldInTests.row(of: 53, observed: observed, seed: UInt64(observed))
      history = try FoldInTests.history(row)
      reference = objective.reference(
        for: try TestData("user", cells: [row], itemCount: 53), mean: model.globalMean)
      items = model.itemRows
      equations = reference.system(ofUser: 0, items: items)
    }

    /// A⁻¹ of a vector.
    func solved(_ rightSide: [Double]) -> [Double] {
      reference.eliminated(zip(equations, rightSide).map { Array($0.dropLast()) + [$1] })
    }

    /// The vector that meets a user's unknowns in the score of an item.
    func features(_ item: Int) -> [Double] {
      model.hasBiases ? Array(items[item].dropLast()) + [1] : items[item]
    }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func partsAreThoseOfDenseEquations(objective: ObjectiveCase, precision: Precision) throws {
    for observed in [0, 1, Self.k - 1, Self.k, Self.k + 1, 37] {
      let sample = try Sample(objective, precision, observed: observed)
      let user = try sample.model.foldIn(user: sample.history)
      for item in [0, 7, 30, 52] {
        let why = try sample.model.explain(item: item, history: sample.history)
        let size = 1 + abs(why.score)
        #expect(abs(why.score - (try sample.model.score(user: user, item: item))) < 1e-9 * size)
        let sum = why.contributions.reduce(why.globalMean + why.userBias + why.itemBias) { $0 + $1.contribution }
        #expect(abs(sum - why.score) < 1e-12 * size)
        #expect(why.userBias == user.bias && why.itemBias == sample.model.itemBias(at: item))
        #expect(why.contributions.map(\.index).sorted() == user.entries)
        for (a, b) in zip(why.contributions, why.contributions.dropFirst()) {
          #expect(a.contribution >= b.contribution)
        }
        if observed == 0 { continue }
        let target = sample.model.itemFactors(at: item) + (sample.model.hasBiases ? [0] : [])
        let z = sample.solved(target)
        for part in why.contributions {
          let expected =
            sample.reference.weightedTarget(ofUser: 0, item: part.index, items: sample.items)
            * Self.product(z, sample.features(part.index))
          #expect(abs(part.contribution - expected) < 1e-9 * size, "\(objective), \(observed), \(part)")
          #expect(Double(part.value) == sample.row[part.index])
        }
      }
    }
  }

  @Test func usersAreExplainedByTheirInteractions() throws {
    let data = try FoldInTests.data()
    let model = try ObjectiveCase.hkv.model(of: data, factors: 5, .double)
    for user in [0, 9, 66] {
      let why = try model.explain(item: 11, user: user, in: data.interactions)
      #expect(abs(why.score - model.score(userAt: user, itemAt: 11)) < 1e-6)
    }
    #expect(throws: ALSError.self) { try model.explain(item: 11, user: "nobody", in: data.interactions) }
    #expect(throws: ALSError.self) { try model.explain(item: "nothing", history: [1]) }
    #expect(try model.explain(item: 11, history: [1, "x"]).unknown == ["x"])
  }

  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func variancesAreThoseOfDenseEquations(objective: ObjectiveCase, precision: Precision) throws {
    for observed in [1, Self.k, 37] {
      let sample = try Sample(objective, precision, observed: observed)
      let system = try sample.model.system(user: sample.history)
      let asked = [0, 7, 30, 52]
      let found = try system.variances(of: asked)
      for (item, variance) in zip(asked, found) {
        let y = sample.features(item)
        let expected = Self.product(y, sample.solved(y))
        #expect(abs(variance - expected) <= 1e-9 * expected, "\(objective), \(observed), item \(item)")
      }
    }
  }

  /// More interactions make a score surer, and nothing but regularisation holds one that nothing is known of.
  @Test func variancesFallWithWhatIsKnown() throws {
    let model = try ObjectiveCase.explicitBiased.model(of: try FoldInTests.data(), factors: 5, .double)
    var system = try model.system(user: [])
    #expect(try system.variances(of: [3]) == [.infinity])
    try system.add([4: 3])
    let before = try system.variances(of: [3])[0]
    try system.add([3: 5, 9: 1, 20: 2])
    #expect(try system.variances(of: [3])[0] < before)
  }

  /// A system to which interactions are added bit by bit is that of all of them together.
  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func deltasAddUp(objective: ObjectiveCase, precision: Precision) throws {
    let model = try objective.model(of: try FoldInTests.data(), factors: Self.k, precision)
    let parts: [History] = [
      [], [3: 2, 40: 1], ["x": 1], [7: 4], [40: 3, 3: 0.5, 22: 1], [52: 1, 0: 2, "y": 1, "x": 2],
    ]
    var (user, item) = (try model.system(user: []), try model.system(item: []))
    for count in parts.indices {
      try user.add(parts[count])
      try item.add(parts[count])
      let added = parts[...count]
      let all = try History(added.flatMap(\.identifiers), values: added.flatMap { $0.values ?? [] })
      for (kept, whole) in [(user.row, try model.foldIn(user: all)), (item.row, try model.foldIn(item: all))] {
        #expect(kept.entries == whole.entries && kept.unknown == whole.unknown)
        let size = whole.factors.reduce(abs(whole.bias)) { max($0, abs($1)) }
        for (a, b) in zip(kept.factors + [kept.bias], whole.factors + [whole.bias]) {
          #expect(abs(a - b) <= 1e-9 * size, "\(objective), part \(count)")
        }
      }
    }
    // What cannot be read changes nothing.
    let before = user.row
    #expect(throws: (any Error).self) { try user.add(History([1], values: [.nan])) }
    if !model.configuration.predictsRatings { #expect(throws: ALSError.self) { try user.add([1: 2, 2: -1]) } }
    #expect(user.row == before)
  }
}
