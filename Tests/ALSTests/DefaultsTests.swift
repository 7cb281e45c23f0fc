import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// What is chosen from the data when a configuration leaves it open.
@Suite struct DefaultsTests {
  /// Noise in which the most active users and popular items have three times as much as the least.
  private static func noise(seed: UInt64, users: Int = 600, items: Int = 500, density: Double = 0.02) throws -> TestData
  {
    var random = RandomGenerator(seed: seed)
    func shares(_ count: Int) -> [Double] { (0..<count).map { 1 / (1 + Double($0) / (Double(count) / 2)) } }
    let (activity, popularity) = (shares(users), shares(items))
    let scale = density * Double(users * items) / (activity.reduce(0, +) * popularity.reduce(0, +))
    return try TestData(
      "noise",
      cells: activity.map { a in popularity.map { random.nextUniform() < scale * a * $0 ? 1 : nil } },
      itemCount: items)
  }

  /// The largest singular value of the cells less what their row and column sums predict, each divided by the roots of
  /// (n + α0·N)^ν, by power iteration.
  private func measuredLevel(_ data: TestData, unobservedWeight: Double, exponent: Double) -> Double {
    let (users, items) = (data.cells.count, data.itemCount)
    let rowSums = data.cells.map { Double($0.count { $0 != nil }) }
    let columnSums = (0..<items).map { item in Double(data.cells.count { $0[item] != nil }) }
    let total = rowSums.reduce(0, +)
    func weight(_ n: Double, _ across: Int) -> Double { pow(n + unobservedWeight * Double(across), exponent) }
    let matrix = (0..<users).map { u in
      (0..<items).map { i -> Double in
        let cell = (data.cells[u][i] == nil ? 0 : 1) - rowSums[u] * columnSums[i] / total
        let weights = weight(rowSums[u], items) * weight(columnSums[i], users)
        return weights == 0 ? 0 : cell / weights.squareRoot()
      }
    }
    var random = RandomGenerator(seed: 5)
    var right = (0..<items).map { _ in random.nextUniform() - 0.5 }
    var value = 0.0
    for _ in 0..<300 {
      let left = matrix.map { row in zip(row, right).reduce(0) { $0 + $1.0 * $1.1 } }
      var image = [Double](repeating: 0, count: items)
      for (row, x) in zip(matrix, left) { for i in 0..<items { image[i] += row[i] * x } }
      let norm = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
      value = norm.squareRoot()
      right = image.map { $0 / norm }
    }
    return value
  }

  @Test(arguments: [(0.05, 1.0), (0.5, 1), (0.1, 0.5), (0, 1), (0.3, 0)], [UInt64(1), 2])
  func theNoiseLevelIsThatOfNoise(_ parameters: (unobservedWeight: Double, exponent: Double), seed: UInt64) throws {
    let data = try Self.noise(seed: seed)
    let level = NoiseLevel(
      of: data.interactions, unobservedWeight: parameters.unobservedWeight, exponent: parameters.exponent
    ).value
    let measured = measuredLevel(
      data, unobservedWeight: parameters.unobservedWeight, exponent: parameters.exponent)
    // The edge is that of infinitely large matrices, and of cells that are rarely observed.
    #expect(abs(level - measured) < 0.08 * measured, "\(level), measured \(measured)")
  }

  @Test func regularizationFollowsTheWeights() throws {
    let data = try Self.noise(seed: 3)
    func lambda(_ configuration: ImplicitALS) throws -> Double {
      try configuration.resolved(by: nil, for: data.interactions).regularization ?? 0
    }
    let one = try lambda(ImplicitALS(.ials(unobservedWeight: 0.1)))
    #expect(one > 0)
    #expect(abs(try lambda(ImplicitALS(.ials(unobservedWeight: 0.1, alpha: 3))) - 3 * one) < 1e-12 * one)
    // All values are one.
    #expect(try lambda(ImplicitALS(.ials(unobservedWeight: 0.1, confidence: .linear))) == one)
    #expect(try lambda(ImplicitALS(regularization: 0.25)) == 0.25)
  }

  @Test func unobservedCellsWeighMoreTheMoreInteractionsAreConcentrated() throws {
    let data = try Self.noise(seed: 4)
    let cells = Double(data.cells.count * data.itemCount)
    func concentration(_ degrees: [Int]) -> Double {
      let mean = Double(degrees.reduce(0, +)) / Double(degrees.count)
      return degrees.reduce(0) { $0 + Double($1 * $1) } / Double(degrees.count) / (mean * mean)
    }
    let spread =
      concentration(data.cells.map { $0.count { $0 != nil } })
      * concentration((0..<data.itemCount).map { item in data.cells.count { $0[item] != nil } })
    for alpha in [0.5, 1.5] {
      let resolved = try ImplicitALS(.ials(alpha: alpha)).resolved(by: nil, for: data.interactions)
      let expected = 8 * spread.squareRoot() * alpha * Double(data.interactions.count)
      #expect(abs((resolved.unobservedWeight ?? 0) * cells - min(expected, cells)) < 1e-9 * cells)
    }
  }

  /// Ratings of any scale, counted from anywhere, and weights of any size are regularised alike; what is given is kept.
  @Test func regularizationOfRatingsFollowsTheirSpread() throws {
    let data = try TestData("ratings", users: 40, items: 30, density: 0.3, emptyUsers: [3], seed: 6)
    let cells = data.cells.map { $0.compactMap(\.self) }
    func resolved(
      scale: Double = 1, shift: Double = 0, weight: Float? = nil, _ configuration: ExplicitALS = ExplicitALS()
    ) throws -> (factors: Double, biases: Double?) {
      var (users, items, values): ([Int], [Int], [Float]) = ([], [], [])
      for (user, row) in data.cells.enumerated() {
        for (item, value) in row.enumerated() {
          guard let value else { continue }
          (users, items, values) = (users + [user], items + [item], values + [Float(scale * value + shift)])
        }
      }
      let weights = weight.map { Array(repeating: $0, count: values.count) }
      let found = try configuration.resolved(
        by: nil, for: Interactions(Events(users: users, items: items, values: values, weights: weights)))
      return (try #require(found.regularization), ExplicitLoss(found.any.loss)?.biasRegularization)
    }
    func isNear(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-5 * b } ?? false }
    let ratings = cells.joined()
    let mean = ratings.reduce(0, +) / Double(ratings.count)
    let deviation = (ratings.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(ratings.count)).squareRoot()
    let plain = try resolved()
    #expect(isNear(plain.factors, 1.15 * deviation) && plain.biases == 0.7)
    let large = try resolved(scale: 20, shift: -30)
    #expect(isNear(large.factors, 20 * plain.factors) && large.biases == 0.7)
    let weighted = try resolved(weight: 0.25)
    #expect(isNear(weighted.factors, plain.factors / 4) && isNear(weighted.biases, 0.175))
    #expect(isNear(try resolved(ExplicitALS(ExplicitLoss(mean: false))).factors, plain.factors))

    // The row of a mean rating weighs the same at every ν.
    func rowOfARating(_ counts: [Int]) -> Double {
      Double(counts.reduce(0) { $0 + $1 * $1 }) / Double(counts.reduce(0, +))
    }
    let typical =
      rowOfARating(cells.map(\.count))
      * rowOfARating((0..<data.itemCount).map { item in data.cells.count { $0[item] != nil } })
    let scaled = try resolved(ExplicitALS(regularizationExponent: 1))
    #expect(isNear(scaled.factors, plain.factors / pow(typical, 0.25)))

    let given = try resolved(ExplicitALS(regularization: 0.2))
    #expect(given.factors == 0.2 && given.biases == nil)
    let bias = try resolved(ExplicitALS(ExplicitLoss(biasRegularization: 0.3)))
    #expect(bias.factors == plain.factors && bias.biases == 0.3)
    #expect(try resolved(ExplicitALS(ExplicitLoss(biases: false))).biases == nil)
    // All ratings the same.
    #expect(isNear(try resolved(scale: 0, shift: 4).factors, 1.15))
  }

  @Test func oneInteractionIsEnough() throws {
    let model = try ImplicitALS().fit(Interactions(users: [1], items: [2]))
    guard let trained = ImplicitALS(model.configuration) else { return }
    #expect((trained.regularization ?? -1) >= 0 && (trained.regularization ?? .infinity).isFinite)
    #expect(model.score(userAt: 0, itemAt: 0).isFinite)
  }

  static let open: [ModelConfiguration] = [
    .implicit(ImplicitALS(factors: 6)), .implicit(ImplicitALS(factors: 6, solver: .cholesky, precision: .double)),
    .implicit(ImplicitALS(.hkv(), factors: 5)), .explicit(ExplicitALS(factors: 4)),
    .explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 4)),
  ]

  @Test(arguments: open)
  func trainingEndsWhenScoresSettle(_ configuration: ModelConfiguration) throws {
    let data = try TestData("random", users: 90, items: 70, density: 0.2, emptyUsers: [0], emptyItems: [69], seed: 8)
    var shown: [Int] = []
    let model = try configuration.fit(data.interactions, threads: 1) { shown.append($0.iteration) }
    let count = model.history.count
    #expect(count > 2 && count <= ModelConfiguration.mostIterations)
    #expect(shown == Array(1...count))
    #expect(model.configuration.iterations == count)
    let changes = try model.history.map { try #require($0.scoreChange) }
    #expect(changes.dropLast().allSatisfy { $0 >= 0.01 })
    #expect(count == ModelConfiguration.mostIterations || changes.last.map { $0 < 0.01 } == true)

    // As many iterations, asked for, and other numbers of threads give the same bits.
    var fixed = configuration
    fixed.iterations = count
    let others = [try fixed.fit(data.interactions, threads: 2), try configuration.fit(data.interactions, threads: 3)]
    for other in others {
      #expect(other.history.count == count)
      for user in model.users.indices { #expect(other.userFactors(at: user) == model.userFactors(at: user)) }
    }
    #expect(others[0].history.allSatisfy { $0.scoreChange == nil })
  }

  struct Stop: Error {}

  @Test(arguments: open)
  func aSettledTrainingResumesToTheSameEnd(_ configuration: ModelConfiguration) throws {
    let data = try TestData("random", users: 50, items: 40, density: 0.2, seed: 9)
    let whole = try configuration.fit(data.interactions)
    let scratch = try Scratch()
    let path = scratch.path("checkpoint")
    for stop in [1, whole.history.count / 2, whole.history.count - 1, whole.history.count] {
      #expect(throws: Stop.self) {
        try configuration.fit(data.interactions, checkpointing: Checkpointing(path: path)) {
          if $0.iteration == stop { throw Stop() }
        }
      }
      let resumed = try configuration.fit(data.interactions, checkpointing: Checkpointing(path: path))
      #expect(resumed.history.map(\.scoreChange) == whole.history.map(\.scoreChange))
      try FileManager.default.removeItem(atPath: path)
      for item in whole.items.indices { #expect(resumed.itemFactors(at: item) == whole.itemFactors(at: item)) }
    }
    #expect(try scratch.files.isEmpty)
  }
}
