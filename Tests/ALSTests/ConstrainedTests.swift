import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Factors that are not negative, and factors with an L1 norm.
@Suite struct ConstrainedTests {
  private static func data() throws -> TestData {
    try TestData("constrained", users: 41, items: 29, density: 0.3, emptyUsers: [3], emptyItems: [5], seed: 8)
  }

  private static func configuration(_ objective: ObjectiveCase, _ rows: RowCase, factors: Int) -> ModelConfiguration {
    var configuration = objective.configuration(factors: factors)
    rows.apply(to: &configuration, l1: 1.5 * (configuration.regularization ?? 0))
    return configuration
  }

  /// After a last half-sweep, the conditions of Karush, Kuhn and Tucker hold for every row, by a gradient that is written
  /// down cell by cell; and no half-sweep, exact or not, raises the loss.
  @Test(arguments: ObjectiveCase.allCases, RowCase.constrained)
  func rowsAreOptimal(_ objective: ObjectiveCase, _ rows: RowCase) throws {
    for factors in [1, 2, 7, 19, 40] {
      try check(objective, rows, factors: factors, Float.self)
      try check(objective, rows, factors: factors, Double.self)
    }
  }

  private func check<Element: Scalar>(
    _ objective: ObjectiveCase, _ rows: RowCase, factors: Int, _ type: Element.Type
  ) throws {
    let (data, configuration) = (try Self.data(), Self.configuration(objective, rows, factors: factors))
    let trainer = try configuration.training(on: data.interactions).trainer(type, threads: 2)
    let reference = objective.reference(for: data)
    let share = configuration.l1Regularization / (configuration.regularization ?? 1)
    let tolerance = 300 * Double(Element.ulpOfOne)
    var losses: [Double] = []
    for half in 0..<6 {
      let side: Side = half % 2 == 0 ? .users : .items
      _ = try trainer.solve(side, relaxation: 1.4, isLast: half % 3 == 2)
      losses.append(trainer.loss())
      if half % 3 != 2 { continue }
      let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
      for row in 0..<(side == .users ? users : items).count {
        let x = (side == .users ? users : items)[row]
        let (gradient, size) =
          side == .users
          ? reference.halfGradient(ofUser: row, users, items) : reference.halfGradient(ofItem: row, users, items)
        let l1 = share * (side == .users ? reference.userRegularization(row) : reference.itemRegularization(row))
        let largest = (size.max() ?? 0) + l1
        for c in x.indices {
          let place = "\(objective), \(rows), \(factors) factors, \(type), half \(half), row \(row), \(c)"
          if c == factors {
            #expect(abs(gradient[c]) <= tolerance * largest, "\(place)")
          } else if x[c] == 0 {
            if data.interactions.rows(of: side).degree(ofRow: row) == 0 { continue }
            #expect(gradient[c] >= -l1 / 2 - tolerance * largest, "\(place)")
            if !configuration.nonnegative { #expect(gradient[c] <= l1 / 2 + tolerance * largest, "\(place)") }
          } else {
            #expect(x[c] > 0 || !configuration.nonnegative, "\(place)")
            #expect(abs(gradient[c] + (x[c] > 0 ? l1 / 2 : -l1 / 2)) <= tolerance * largest, "\(place)")
          }
        }
      }
      func norm(_ rows: [[Double]], _ lambda: (Int) -> Double) -> Double {
        rows.enumerated().reduce(0) { $0 + share * lambda($1.0) * $1.1.prefix(factors).reduce(0) { $0 + abs($1) } }
      }
      let expected =
        reference.value(users, items) + norm(users, reference.userRegularization)
        + norm(items, reference.itemRegularization)
      #expect(abs(losses[half] - expected) <= 1e-5 * expected, "\(objective), \(rows), half \(half)")
    }
    for (loss, next) in zip(losses, losses.dropFirst()) {
      let rounding = 4 * Double(Element.ulpOfOne)
      #expect(next <= loss * (1 + rounding), "\(objective), \(rows), \(factors), \(type): \(losses)")
    }
  }

  /// Rows against a long projected gradient descent with soft thresholds.
  @Test(arguments: [ObjectiveCase.ialsBinary, .hkv, .explicitBiased], RowCase.constrained)
  func rowsAreThoseOfProjectedGradients(_ objective: ObjectiveCase, _ rows: RowCase) throws {
    let (data, factors) = (try Self.data(), 6)
    var configuration = Self.configuration(objective, rows, factors: factors)
    (configuration.precision, configuration.iterations) = (.double, 4)
    let model = try configuration.fit(data.interactions, threads: 1)
    let reference = objective.reference(for: data)
    for user in data.cells.indices where user != 3 {
      let index = try #require(model.users.index(of: .integer(Int64(user))))
      let found = model.userRows[index]
      // Items without interactions have no factors in either.
      let items = (0..<data.itemCount).map { item in
        model.items.index(of: .integer(Int64(item))).map { model.itemRows[$0] } ?? found.map { _ in 0 }
      }
      let system = reference.system(ofUser: user, items: items)
      let l1 =
        configuration.l1Regularization / (configuration.regularization ?? 1) * reference.userRegularization(user)
      let step = 1 / system.map { $0.dropLast().reduce(0) { $0 + abs($1) } }.reduce(0, max)
      var x = found.map { _ in 0.0 }
      for _ in 0..<50_000 {
        let slope = system.map { row in zip(row, x).reduce(-row[x.count]) { $0 + $1.0 * $1.1 } }
        for c in x.indices {
          let end = x[c] - step * slope[c]
          if c == factors {
            x[c] = end
          } else {
            let size = max(0, abs(end) - step * l1 / 2)
            x[c] = end > 0 ? size : configuration.nonnegative ? 0 : -size
          }
        }
      }
      let size = x.map(abs).max() ?? 0
      for (a, b) in zip(found, x) { #expect(abs(a - b) <= 1e-7 * size, "\(objective), \(rows), user \(user)") }
    }
  }

  /// Same bytes for all numbers of threads, the item of everybody in segments.
  @Test(arguments: RowCase.constrained) func sameBytes(_ rows: RowCase) throws {
    let interactions = try SameBytesTests.unevenInteractions()
    for var configuration in [ImplicitALS(factors: 9).any, ExplicitALS(factors: 9).any] {
      (configuration.iterations, configuration.seed) = (2, 3)
      rows.apply(to: &configuration, l1: 0.001)
      let one = try configuration.fit(interactions, choosing: .formula, threads: 1, computingLoss: true)
      for threads in [2, 5] {
        let other = try configuration.fit(interactions, choosing: .formula, threads: threads, computingLoss: true)
        #expect(other.factorBytes == one.factorBytes)
        #expect(other.history.map(\.loss) == one.history.map(\.loss))
      }
    }
  }

  /// λ of zero, and more factors than there are users: rows that many solutions have come to one of them.
  @Test(arguments: Precision.allCases) func undeterminedRowsAreSolved(_ precision: Precision) throws {
    let data = try TestData("few", users: 5, items: 40, density: 0.4, seed: 3)
    let configuration = ImplicitALS(
      .ials(unobservedWeight: 0.1), factors: 12, iterations: 4, regularization: 0, nonnegative: true,
      precision: precision)
    let model = try configuration.fit(data.interactions, computingLoss: true)
    let losses = model.history.compactMap(\.loss)
    for (loss, next) in zip(losses, losses.dropFirst()) { #expect(next <= loss * (1 + 1e-5)) }
    #expect(model.userRows.joined().allSatisfy { $0 >= 0 && $0.isFinite })
  }

  /// A norm that outweighs everything leaves nothing, and biases.
  @Test func everythingIsZero() throws {
    let data = try Self.data()
    let model = try ExplicitALS(factors: 5, iterations: 4, regularization: 0.1, l1Regularization: 1e4)
      .fit(data.interactions)
    #expect(model.zeroShareOfUsers == 1 && model.zeroShareOfItems == 1)
    #expect(model.userBias(at: 0) != 0)
    let why = try model.explain(item: 0, history: [1: 3])
    #expect(why.contributions.map(\.contribution) == [0])
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    func message(_ body: () throws -> Void) -> String {
      (#expect(throws: ALSError.self) { try body() })?.message ?? ""
    }
    for solver in Solver.ofAnySign {
      #expect(
        message { try ImplicitALS(nonnegative: true, solver: solver).validate() }.contains("solver \(solver) finds"))
      #expect(
        message { try ExplicitALS(l1Regularization: 1, solver: solver).validate() }.contains("solver \(solver) finds"))
    }
    #expect(message { try ImplicitALS(solver: .coordinateDescent).validate() }.contains("solver coordinateDescent"))
    #expect(message { try ImplicitALS(l1Regularization: -1).validate() }.contains("l1Regularization is -1"))
    #expect(
      message { try ExplicitALS(ExplicitLoss(firstFactorShare: 0.5), nonnegative: true).validate() }
        .contains("firstFactorShare"))
    let data = try Self.data().interactions
    let plain = try ImplicitALS(factors: 3, iterations: 1).fit(data, choosing: .formula)
    var positive = ImplicitALS(factors: 3, iterations: 1, nonnegative: true)
    #expect(
      message { _ = try positive.fit(data, startingFrom: plain, choosing: .formula) }.contains("model to start from"))
    let features = Features(["a": ["kind": "x"]])
    #expect(
      message { _ = try positive.fit(data, itemFeatures: features, choosing: .formula) }.contains("features draw"))
    let model = try positive.fit(data, choosing: .formula)
    #expect(message { _ = try model.system(user: [1]).variances(of: [2]) }.contains("no such variances"))
    // The solver follows from what it is to find, unless one is named.
    #expect(positive.solver == .coordinateDescent)
    positive.nonnegative = false
    #expect(positive.solver == .conjugateGradient && positive == ImplicitALS(factors: 3, iterations: 1))
    positive.l1Regularization = 0.1
    #expect(positive.solver == .coordinateDescent)
  }

  /// Files of plain models say nothing of it; of others they say all.
  @Test func filesKeepIt() throws {
    let encoder = JSONEncoder()
    let plain = try String(decoding: encoder.encode(ImplicitALS().any), as: UTF8.self)
    #expect(!plain.contains("nonnegative") && !plain.contains("l1"))
    for configuration in [
      ImplicitALS(nonnegative: true).any, ExplicitALS(l1Regularization: 0.25).any,
      ExplicitALS(nonnegative: true, l1Regularization: 2).any,
    ] {
      let read = try JSONDecoder().decode(ModelConfiguration.self, from: encoder.encode(configuration))
      #expect(read == configuration && read.solver == .coordinateDescent)
    }
  }

  /// A race, early stopping and updates keep the domain.
  @Test func racesStopAndUpdate() throws {
    let data = try TestData("race", users: 200, items: 60, density: 0.2, seed: 4).interactions
    let (configuration, _) = try ImplicitALS(iterations: 3, nonnegative: true)
      .chosen(for: data, by: .race(mostFactors: 16), threads: 2)
    #expect(configuration.nonnegative && configuration.solver == .coordinateDescent)
    let stopping = EarlyStopping(metric: "made up", patience: 1) { [0, 2, 1, 0][$0.configuration.iterations ?? 0] }
    let model = try configuration.fit(data, threads: 2, stopping: stopping)
    var one = configuration
    one.iterations = 1
    #expect(model.factorBytes == (try one.fit(data, threads: 1)).factorBytes)
    let updated = try model.updating(users: Interactions(users: [1000, 1000], items: [1, 2]))
    #expect(updated.userRows.joined().allSatisfy { $0 >= 0 } && updated.users.count == 201)
  }
}
