import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// Data that leave factors undetermined: more factors than users or items, λ of zero or nearly so, repeated rows.
@Suite struct SingularDataTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let users: Int
    let items: Int
    let density: Double
    let factors: Int
    /// Users of which each row is a copy.
    var kinds = Int.max

    var testDescription: String { "\(users) × \(items), density \(density), k = \(factors)" }

    func interactions(seed: UInt64) throws -> Interactions {
      var random = RandomGenerator(seed: seed)
      var (rows, columns, values): ([Int], [Int], [Float]) = ([], [], [])
      for user in 0..<users {
        if user % kinds != user {
          for (row, column, value) in zip(rows, zip(columns, values)).map({ ($0, $1.0, $1.1) })
          where row == user % kinds {
            rows.append(user)
            columns.append(column)
            values.append(value)
          }
          continue
        }
        for item in 0..<items where random.nextUniform() < density || item == user % items {
          rows.append(user)
          columns.append(item)
          values.append(Float(1 + random.nextIndex(below: 9)) / 2)
        }
      }
      return try Interactions(users: rows, items: columns, values: values)
    }
  }

  static let cases = [
    Case(users: 60, items: 50, density: 0.08, factors: 70), Case(users: 9, items: 1, density: 1, factors: 4),
    Case(users: 1, items: 7, density: 1, factors: 3), Case(users: 30, items: 20, density: 0.3, factors: 40),
    Case(users: 40, items: 25, density: 0.2, factors: 12, kinds: 5),
    Case(users: 50, items: 40, density: 0.1, factors: 8),
    Case(users: 2, items: 2, density: 1, factors: 17),
  ]

  static func configurations(
    factors: Int, regularization: Double, solver: Solver, precision: Precision
  ) -> [ModelConfiguration] {
    [
      .implicit(
        ImplicitALS(
          .ials(unobservedWeight: 0.2), factors: factors, iterations: 12, regularization: regularization,
          solver: solver, precision: precision)),
      .implicit(
        ImplicitALS(
          .hkv(alpha: 10, confidence: .linear), factors: factors, iterations: 12, regularization: regularization,
          solver: solver, precision: precision)),
      .implicit(
        ImplicitALS(
          .ials(unobservedWeight: 0, confidence: .log), factors: factors, iterations: 12,
          regularization: regularization, solver: solver, precision: precision)),
      .explicit(
        ExplicitALS(
          factors: factors, iterations: 12, regularization: regularization, solver: solver, precision: precision)),
      .explicit(
        ExplicitALS(
          ExplicitLoss(biases: false), factors: factors, iterations: 12, regularization: regularization, solver: solver,
          precision: precision)),
    ]
  }

  /// A training ends no worse than it could have without doing anything, and with factors that the data can explain.
  @Test(arguments: cases, [0, 1e-30, 1e-12, 1e-7, 1e-3])
  func lossIsAtMostThatOfZeros(_ sample: Case, regularization: Double) throws {
    for seed in [1] as [UInt64] {
      let interactions = try sample.interactions(seed: seed)
      for (solver, precision) in Solver.ofAnySign.flatMap({ solver in Precision.allCases.map { (solver, $0) } }) {
        for configuration in Self.configurations(
          factors: sample.factors, regularization: regularization, solver: solver, precision: precision)
        {
          let about = "\(configuration), seed \(seed)"
          let model = try configuration.fit(interactions, threads: 2, computingLoss: true)
          let loss = try #require(model.history.last?.loss)
          let zeros = try Self.lossOfZeros(configuration, interactions)
          let rounding = precision == .float ? 1e-5 : 1e-12
          #expect(loss <= zeros * (1 + rounding), "\(about): \(loss) for \(zeros)")
          Self.checkScores(of: model, interactions, about)
        }
      }
    }
  }

  /// Rows with undetermined factors are counted, and others are not.
  @Test(arguments: Solver.ofAnySign, Precision.allCases)
  func undeterminedRowsAreReported(_ solver: Solver, _ precision: Precision) throws {
    let interactions = try Case(users: 60, items: 110, density: 0.08, factors: 150).interactions(seed: 3)
    for (regularization, isSingular) in [(0.0, true), (0.01, false)] {
      let configuration = ImplicitALS(
        .ials(unobservedWeight: 0.2), factors: 150, iterations: 2, regularization: regularization, solver: solver,
        precision: precision)
      let model = try configuration.fit(interactions, threads: 2, computingLoss: true)
      #expect(model.history.allSatisfy { ($0.rescuedRows > 0) == isSingular }, "\(regularization)")
      #expect(try #require(model.history.last?.loss) < Double(interactions.count))
    }
  }

  /// Users who are folded in have the scores of those who were trained on, whatever the rank.
  @Test(arguments: Precision.allCases)
  func foldedRowsHaveTheSameScores(_ precision: Precision) throws {
    let interactions = try Case(users: 30, items: 20, density: 0.3, factors: 40).interactions(seed: 4)
    let configuration = ImplicitALS(
      .ials(unobservedWeight: 0.2), factors: 40, iterations: 6, regularization: 0, solver: .cholesky,
      precision: precision)
    let model = try configuration.fit(interactions, threads: 1)
    let folded = try model.foldIn(users: interactions, threads: 1)
    let updated = try model.updating(users: interactions, threads: 1)
    #expect(folded.count == model.users.count)
    for user in model.users.indices {
      for item in model.items.indices {
        let (trained, anew) = (
          model.score(userAt: user, itemAt: item), updated.score(userAt: user, itemAt: item)
        )
        #expect(abs(trained - anew) <= 1e-3, "\(user), \(item)")
      }
    }
  }

  /// A solution of least norm over the shares s of the largest eigenvalue that are kept is at most ‖t‖/√s long, counted
  /// in the fixed side's largest singular value.
  static func checkScores(of model: FactorModel, _ interactions: Interactions, _ about: String) {
    let target = model.globalMean == 0 ? 1 : 5.0
    let share = model.precision == .float ? 512 * 0x1p-23 : (Double(model.factorCount + 1) * 0x1p-52).squareRoot()
    var largest = 0.0
    for user in model.users.indices {
      for item in model.items.indices { largest = max(largest, abs(model.score(userAt: user, itemAt: item))) }
    }
    #expect(largest <= target * Double(interactions.count).squareRoot() / share, "\(about): \(largest)")
  }

  /// The sum of w·t² over the entries.
  static func lossOfZeros(_ configuration: ModelConfiguration, _ interactions: Interactions) throws -> Double {
    let matrix = interactions.byUser
    let values = (0..<matrix.entryCount).map { Double(matrix.values?.pointer[$0] ?? 1) }
    switch configuration.loss {
    case .explicit:
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    case .implicit(let implicit):
      let gains = values.map { value in
        switch implicit.confidence {
        case .binary, nil: implicit.alpha
        case .linear: implicit.alpha * value
        case .log: implicit.alpha * referenceLog1p(value / implicit.confidenceScale)
        case .bm25, .tfIDF: preconditionFailure("not among the cases")
        }
      }
      return gains.reduce(0) { $0 + $1 + (implicit.objective == .hkv ? 1 : 0) }
    }
  }
}
