import ALS
import ALSTuning
import Foundation
import Testing

@Suite struct SearchSpaceTests {
  /// Of the first 2ᵐ points, every axis has exactly one in each 2ᵐ-th, whatever the seed.
  @Test(arguments: 0...SobolSequence.mostDimensions)
  func pointsFillTheCubeEvenly(_ dimensions: Int) {
    for seed in 0..<4 {
      let sequence = SobolSequence(dimensions: dimensions, seed: UInt64(seed))
      for count in [1, 2, 4, 64, 1024] {
        let points = (0..<count).map { sequence[$0] }
        for axis in 0..<dimensions {
          #expect(points.map { Int($0[axis] * Double(count)) }.sorted() == Array(0..<count))
        }
      }
    }
  }

  /// The first axes as published, before any shift: differences do not depend on it.
  @Test func pointsAreThoseOfJoeAndKuo() {
    let sequence = SobolSequence(dimensions: 3, seed: 9)
    func bits(_ index: Int) -> [UInt64] { sequence[index].map { UInt64($0 * 0x1p32) } }
    // Points 1…4 of new-joe-kuo-6, in quarters and eighths of the axis, in the order of the index's bits.
    let expected: [[Double]] = [[0.5, 0.5, 0.5], [0.25, 0.75, 0.75], [0.75, 0.25, 0.25], [0.125, 0.625, 0.375]]
    for (index, point) in expected.enumerated() {
      let difference = zip(bits(0), bits(index + 1)).map { Double($0 ^ $1) * 0x1p-32 }
      #expect(difference == point)
    }
  }

  @Test func numbersAreRoundedToFourDigits() {
    for (x, expected) in [
      (0.0, 0.0), (1, 1), (0.123456, 0.1235), (123456, 123500), (0.000_098_765_4, 0.000_098_77), (-2.34567, -2.346),
      (99999, 100000),
    ] {
      #expect(rounded(x) == expected)
      #expect("\(rounded(x))" == "\(expected)")
    }
  }

  @Test func theBaseIsInTheSpace() throws {
    let interactions = try TuningData.purchases()
    for base: ModelConfiguration in [
      .implicit(ImplicitALS(iterations: 12)), .implicit(ImplicitALS(.ials(confidence: .log))),
      .implicit(ImplicitALS(.hkv())), .explicit(ExplicitALS()), .explicit(ExplicitALS(ExplicitLoss(biases: false))),
    ] {
      let space = try SearchSpace(around: base, for: interactions)
      try space.validate()
      #expect(space.dimensions.count == space.basePoint.count)
      #expect(space.basePoint.allSatisfy { (0...1).contains($0) })
      let found = space.configuration(at: space.basePoint, factors: 64, iterations: space.iterations)
      #expect(isNear(found.regularization ?? 0, space.base.regularization ?? 1))
      switch (found.loss, space.base.loss) {
      case (.implicit(let a), .implicit(let b)):
        #expect(isNear(a.unobservedWeight ?? 0, b.unobservedWeight ?? 1))
        #expect(isNear(a.alpha, b.alpha))
        #expect(found.regularizationExponent == space.base.regularizationExponent)
        #expect(a.confidence == b.confidence)
        #expect((found.factors, found.iterations) == (space.base.factors, space.base.iterations))
      case (.explicit(let a), .explicit(let b)):
        #expect((a.biases, found.factors) == (b.biases, space.base.factors))
        #expect(isNear(a.biasRegularization ?? 1, b.biasRegularization ?? 1))
      default: Issue.record("another kind of model")
      }
    }
  }

  /// Four digits are left of a number.
  private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-3 * abs(b) }

  @Test func theExponentLeavesTypicalRowsAlone() throws {
    let interactions = try TuningData.purchases()
    let space = try SearchSpace(around: .implicit(ImplicitALS(.ials(unobservedWeight: 0.2))), for: interactions)
    guard let axis = space.dimensions.firstIndex(of: .regularizationExponent) else {
      Issue.record("the exponent is not searched")
      return
    }
    // n + α0·N of a mean row of either side, and their geometric mean.
    let (users, items, count) = (
      Double(interactions.users.count), Double(interactions.items.count), Double(interactions.count)
    )
    let typical = ((count / users + 0.2 * items) * (count / items + 0.2 * users)).squareRoot()
    var seen: [Double] = []
    for exponent in [0, 0.25, 0.5, 1] {
      var point = space.basePoint
      point[axis] = exponent
      guard let found = ImplicitALS(space.configuration(at: point, factors: 8, iterations: 1)) else { continue }
      #expect(found.regularizationExponent == exponent)
      var weight = found.regularization ?? 0
      // λ·s^ν, by repeated square roots.
      weight *=
        exponent == 0
        ? 1
        : exponent == 0.25
          ? typical.squareRoot().squareRoot()
          : exponent == 0.5
            ? typical.squareRoot() : typical
      seen.append(weight)
    }
    #expect(seen.count == 4)
    #expect(seen.allSatisfy { isNear($0, seen[0]) }, "\(seen)")
  }

  /// λ of biases goes its own way where there are any; logs of versions that did not search it have that of the base.
  @Test func theRegularizationOfBiasesIsSearched() throws {
    var space = try SearchSpace(around: .explicit(ExplicitALS()), for: try TuningData.ratings())
    let axis = try #require(space.dimensions.firstIndex(of: .biasRegularization))
    func found(_ t: Double, _ space: SearchSpace) throws -> (factors: Double?, biases: Double?) {
      var point = space.basePoint
      if axis < point.count { point[axis] = t }
      let found = space.configuration(at: point, factors: 8, iterations: 1)
      return (found.regularization, try #require(ExplicitLoss(found.loss)).biasRegularization)
    }
    let (low, high) = (try found(0, space), try found(1, space))
    #expect(low.factors == high.factors)
    #expect(isNear(low.biases ?? 0, 0.35) && isNear(high.biases ?? 0, 1.4))
    space.biases = [false]
    #expect(!space.dimensions.contains(.biasRegularization))
    #expect(try found(0, space).biases == nil)
    space.biases = [true]
    space.biasRegularization = 0.3...0.3
    space.regularizationExponent = 0.5...0.5
    #expect(!space.dimensions.contains(.biasRegularization))
    #expect(try found(0, space).biases == 0.3)

    let text = try JSONSerialization.jsonObject(with: JSONEncoder().encode(space))
    var fields = try #require(text as? [String: Any])
    fields["biasRegularization"] = nil
    let old = try JSONDecoder().decode(SearchSpace.self, from: JSONSerialization.data(withJSONObject: fields))
    #expect(old.biasRegularization == nil)
    #expect(try found(0, old).biases == 0.7)
  }

  @Test func whatIsFixedIsNotSearched() throws {
    var space = try SearchSpace(around: .implicit(ImplicitALS()), for: try TuningData.purchases())
    let all = space.dimensions.count
    space.regularization = 0.05...0.05
    space.regularizationExponent = 0.5...0.5
    #expect(space.dimensions.count == all - 2)
    for corner in [0.0, 1] {
      let point = space.dimensions.map { _ in corner }
      guard let found = ImplicitALS(space.configuration(at: point, factors: 8, iterations: 1)) else { continue }
      #expect(found.regularization == 0.05 && found.regularizationExponent == 0.5)
    }
  }

  @Test func rangesThatCannotBeSearchedAreNamed() throws {
    let space = try SearchSpace(around: .implicit(ImplicitALS()), for: try TuningData.purchases())
    func message(_ change: (inout SearchSpace) -> Void) -> String {
      var wrong = space
      change(&wrong)
      let error = #expect(throws: ALSError.self) { try wrong.validate() }
      #expect(error?.kind == .configuration)
      return error?.message ?? ""
    }
    #expect(message { $0.factors = 0...8 }.hasPrefix("factors go from 0"))
    #expect(message { $0.factors = 8...100_000 }.hasPrefix("factors is 100000"))
    #expect(message { $0.regularization = 0...1 }.hasPrefix("regularization goes from 0"))
    #expect(message { $0.unobservedWeight = -1...1 }.hasPrefix("unobservedWeight goes from -1"))
    #expect(message { $0.alpha = 0...1 }.hasPrefix("alpha goes from 0"))
    #expect(message { $0.regularizationExponent = -1...1 }.hasPrefix("regularizationExponent is -1"))
    #expect(message { $0.confidences = [] }.contains("no shape of confidence"))
  }
}
