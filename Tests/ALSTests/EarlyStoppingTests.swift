import ALS
import ALSPlatform
import ALSSparse
import Foundation
import Testing

/// Stopping early gives the model that a training of just so many iterations gives.
@Suite struct EarlyStoppingTests {
  private static func interactions() throws -> Interactions {
    try TestData("random", users: 31, items: 23, density: 0.3, emptyUsers: [4], seed: 12).interactions
  }

  /// Measures `values` in turn, whatever the model; the last one repeats.
  private static func scripted(
    _ values: [Double], lowerIsBetter: Bool = false, patience: Int = 3, interval: Int = 1,
    minimumImprovement: Double? = nil, standardError: Double? = nil
  ) -> EarlyStopping {
    EarlyStopping(
      measuring: "script", lowerIsBetter: lowerIsBetter, patience: patience, interval: interval,
      minimumImprovement: minimumImprovement,
      by: {
        EarlyStopping.Measurement(values[min($0.history.count, values.count) - 1], standardError: standardError)
      })
  }

  @Test(arguments: Precision.allCases, Solver.ofAnySign)
  func bestIterationIsRestored(_ precision: Precision, _ solver: Solver) throws {
    let interactions = try Self.interactions()
    let stopping = Self.scripted([1, 3, 2, 5, 4, 5, 4.5, 9])
    let configurations: [ModelConfiguration] = [
      .implicit(ImplicitALS(factors: 5, iterations: 20, solver: solver, precision: precision, seed: 2)),
      .explicit(ExplicitALS(factors: 5, iterations: 20, solver: solver, precision: precision, seed: 2)),
    ]
    for configuration in configurations {
      var seen: [Double?] = []
      let model = try configuration.fit(interactions, stopping: stopping) { seen.append($0.validation) }
      var four = configuration
      four.iterations = 4
      let separate = try four.fit(interactions)
      #expect(model.factorBytes == separate.factorBytes)
      #expect(model.configuration == separate.configuration)
      #expect(model.dataFingerprint == separate.dataFingerprint)
      #expect(model.validation?.best == .init(iteration: 4, value: 5))
      #expect(model.validation?.curve.map(\.iteration) == Array(1...7))
      #expect(model.history.map(\.validation) == [1, 3, 2, 5, 4, 5, 4.5])
      #expect(seen == [1, 3, 2, 5, 4, 5, 4.5])
    }
  }

  /// Values, patience, interval; after how many iterations the training ends, and which is the best.
  @Test(arguments: [
    ([5.0, 4, 3, 2], 1, 1, 2, 1), ([5, 4, 3, 2], 2, 1, 3, 1), ([1, 2, 3, 4, 5, 6, 7, 8, 9], 1, 1, 9, 9),
    ([1, 1, 1, 1, 1], 2, 1, 3, 1), ([1, 2, 1, 2, 1, 3, 2, 2, 2], 3, 1, 5, 2),
    ([1, 2, 1, 2, 3, 3, 2, 2, 2], 3, 1, 8, 5),
    ([9, 1, 9, 2, 9, 1, 9, 1, 9], 2, 2, 8, 4), ([9, 1, 1, 2, 1, 1, 3, 1, 1], 3, 4, 9, 4),
  ])
  func patienceCountsMeasurementsWithoutImprovement(
    _ values: [Double], patience: Int, interval: Int, ends: Int, best: Int
  ) throws {
    let interactions = try Self.interactions()
    let configuration = ImplicitALS(factors: 2, iterations: 9)
    let higher = try configuration.fit(
      interactions, stopping: Self.scripted(values, patience: patience, interval: interval))
    #expect(higher.history.count == ends)
    #expect(higher.validation?.best.iteration == best)
    let lower = try configuration.fit(
      interactions,
      stopping: Self.scripted(values.map { -$0 }, lowerIsBetter: true, patience: patience, interval: interval))
    #expect(lower.history.count == ends)
    #expect(lower.validation?.best.iteration == best)
    #expect(lower.factorBytes == higher.factorBytes)
  }

  /// Values, least improvement, standard error; after how many iterations the training ends, and which is the best.
  @Test(
    arguments: [
      // A training that gains next to nothing for ever.
      ([5.0, 6, 6.01, 6.02, 6.03, 6.04, 6.05, 6.06, 6.07], nil, 1.0, 5, 5),
      ([5, 6, 6.01, 6.02, 6.03, 6.04, 6.05, 6.06, 6.07], 0.1, nil, 5, 5),
      // The same to who wants all of it, or cannot tell.
      ([5, 6, 6.01, 6.02, 6.03, 6.04, 6.05, 6.06, 6.07], 0, 1, 9, 9),
      ([5, 6, 6.01, 6.02, 6.03, 6.04, 6.05, 6.06, 6.07], nil, nil, 9, 9),
      // Small gains that add up in time.
      ([5, 5.04, 5.08, 5.12, 5.16, 5.2, 5.24, 5.28, 5.32], nil, 1, 9, 9),
      // What is little, but best, is kept; what is worse is not.
      ([5, 5.01, 5, 5.02, 9, 9, 9, 9, 9], nil, 1, 4, 4), ([5, 5.02, 5, 5.01, 9, 9, 9, 9, 9], nil, 1, 4, 2),
    ] as [([Double], Double?, Double?, Int, Int)])
  func smallGainsEndATraining(
    _ values: [Double], least: Double?, standardError: Double?, ends: Int, best: Int
  ) throws {
    let interactions = try Self.interactions()
    for lowerIsBetter in [false, true] {
      let model = try ImplicitALS(factors: 2, iterations: 9).fit(
        interactions,
        stopping: Self.scripted(
          lowerIsBetter ? values.map { -$0 } : values, lowerIsBetter: lowerIsBetter, minimumImprovement: least,
          standardError: standardError))
      #expect(model.history.count == ends)
      #expect(model.validation?.best.iteration == best)
      #expect(model.history.allSatisfy { $0.validationError == standardError })
      #expect(model.validation?.curve.allSatisfy { $0.standardError == standardError } == true)
    }
  }

  @Test func lookingDoesNotDisturbTheTraining() throws {
    let interactions = try Self.interactions()
    let training = try ImplicitALS(factors: 7).training(on: interactions)
    let watched = try TrainingRun(training, threads: 2)
    for iteration in 1...6 {
      try watched.advance(through: iteration, computingLoss: true)
      let model = try watched.model()
      #expect(model.factorBytes == (try ImplicitALS(factors: 7, iterations: iteration).fit(interactions).factorBytes))
    }
    let straight = try ImplicitALS(factors: 7, iterations: 6).fit(interactions, computingLoss: true)
    // The last loss of a whole training is that after the exact solve.
    #expect(watched.history.dropLast().map(\.loss) == straight.history.dropLast().map(\.loss))
  }

  @Test func mistakesAreNamed() throws {
    let interactions = try Self.interactions()
    func message(_ stopping: EarlyStopping) -> String {
      let error = #expect(throws: ALSError.self) { try ImplicitALS(factors: 2).fit(interactions, stopping: stopping) }
      return error?.message ?? ""
    }
    #expect(message(Self.scripted([1], patience: 0)).hasPrefix("patience is 0"))
    #expect(message(Self.scripted([1], interval: 0)).hasPrefix("interval is 0"))
    #expect(message(Self.scripted([1, .nan])).hasPrefix("script is nan after iteration 2"))
    struct Broken: Error {}
    #expect(throws: Broken.self) {
      try ImplicitALS(factors: 2).fit(interactions, stopping: EarlyStopping(metric: "m") { _ in throw Broken() })
    }
  }

  @Test func cancelledTaskStopsAWatchedTraining() async throws {
    let interactions = try Self.interactions()
    let task = Task {
      let stopping = EarlyStopping(metric: "iteration") { model in
        if model.history.count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
        return Double(model.history.count)
      }
      return try ImplicitALS(factors: 4, iterations: 50).fit(interactions, threads: 2, stopping: stopping) {
        #expect($0.iteration <= 3)
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func historySurvivesTheFile() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "als-stopped-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let model = try ExplicitALS(factors: 3, iterations: 8).fit(
      try Self.interactions(), stopping: Self.scripted([3, 2, 1, 4], lowerIsBetter: true, interval: 2))
    try model.write(to: path)
    let loaded = try FactorModel(contentsOf: path)
    #expect(loaded.history == model.history)
    #expect(loaded.history.map(\.validation) == [nil, 2, nil, 4, nil, 4, nil, 4])
    #expect(loaded.validation == model.validation)
    #expect(loaded.validation?.best == .init(iteration: 2, value: 2))
    #expect(loaded.factorBytes == model.factorBytes)
  }

  /// As versions without early stopping wrote it.
  @Test func recordsOfOlderFilesAreRead() throws {
    let old = #"[{"iteration":1,"itemSeconds":0.5,"rescuedRows":0,"seconds":1.5,"userSeconds":1}]"#
    let records = try JSONDecoder().decode([IterationRecord].self, from: Data(old.utf8))
    #expect(records.map(\.validation) == [nil])
    #expect(records.map(\.seconds) == [1.5])
  }
}
