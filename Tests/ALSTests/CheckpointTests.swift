import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct CheckpointTests {
  let scratch: Scratch
  let interactions: Interactions

  init() throws {
    scratch = try Scratch()
    var random = RandomGenerator(seed: 3)
    let pairs = (0..<900).map { _ in (random.nextIndex(below: 60), random.nextIndex(below: 41)) }
    interactions = try Interactions(
      users: pairs.map(\.0), items: pairs.map(\.1), values: pairs.map { Float($0.0 % 5 + $0.1 % 3) }, duplicates: .max)
  }

  static let configurations: [ModelConfiguration] = [
    .implicit(ImplicitALS(factors: 9, iterations: 6, seed: 1)),
    .implicit(ImplicitALS(.hkv(), factors: 8, iterations: 5, solver: .cholesky, precision: .double)),
    .implicit(ImplicitALS(factors: 8, iterations: 5, solver: .subspace, blockSize: 3)),
    .explicit(ExplicitALS(factors: 7, iterations: 5)),
    .explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 4, iterations: 4, precision: .double)),
    .implicit(ImplicitALS(factors: 9, iterations: 5, nonnegative: true, seed: 1)),
  ]

  /// Everything of a model but the seconds that it took.
  private func bytes(_ model: FactorModel) -> [UInt64] {
    func bits(_ index: Int, _ factors: (Int) -> [Double]) -> [UInt64] { factors(index).map(\.bitPattern) }
    return model.users.indices.flatMap { user in
      bits(user, model.userFactors(at:)) + model.items.indices.map { model.score(userAt: user, itemAt: $0).bitPattern }
    } + model.items.indices.flatMap { bits($0, model.itemFactors(at:)) }
      + model.history.flatMap { [UInt64($0.rescuedRows), $0.loss?.bitPattern ?? 0] }
  }

  struct Stop: Error {}

  @Test(arguments: configurations, 1...3)
  func goesOnWithTheSameBytes(configuration: ModelConfiguration, interval: Int) throws {
    let whole = bytes(try configuration.fit(interactions, threads: 1, computingLoss: true))
    // Stopped after each iteration in turn, and gone on with another number of threads.
    let path = scratch.path("checkpoint")
    let iterations = try #require(configuration.iterations)
    for stop in 1..<iterations {
      #expect(throws: Stop.self) {
        try configuration.fit(
          interactions, threads: 2, computingLoss: true, checkpointing: Checkpointing(path: path, interval: interval)
        ) { if $0.iteration == stop { throw Stop() } }
      }
      let saved = FileManager.default.fileExists(atPath: path)
      #expect(saved == (stop >= interval))
      var first: Int?
      let model = try configuration.fit(
        interactions, threads: 3, computingLoss: true, checkpointing: Checkpointing(path: path, interval: interval)
      ) { first = first ?? $0.iteration }
      #expect(bytes(model) == whole)
      #expect(first == stop / interval * interval + 1)
      #expect(model.history.map(\.iteration) == Array(1...iterations))
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// Measures something of the factors, so that a wrong one would be noticed, with a best in the middle.
  private static func stopping(metric: String = "made up", interval: Int = 1, patience: Int = 2) -> EarlyStopping {
    EarlyStopping(metric: metric, patience: patience, interval: interval) { model in
      let iteration = model.configuration.iterations ?? 0
      return [0.0, 1, 3, 2, 2, 1, 0, 0][iteration] + 1e-3 * abs(model.score(userAt: 1, itemAt: 2))
    }
  }

  @Test(arguments: configurations, 1...3)
  func earlyStoppingGoesOnWithTheSameBytes(configuration: ModelConfiguration, interval: Int) throws {
    let stopping = Self.stopping(interval: 1 + interval / 3)
    let whole = try configuration.fit(interactions, threads: 1, computingLoss: true, stopping: stopping)
    let path = scratch.path("checkpoint")
    for stop in 1..<whole.history.count {
      #expect(throws: Stop.self) {
        try configuration.fit(
          interactions, threads: 2, computingLoss: true, stopping: stopping,
          checkpointing: Checkpointing(path: path, interval: interval)
        ) { if $0.iteration == stop { throw Stop() } }
      }
      let model = try configuration.fit(
        interactions, threads: 3, computingLoss: true, stopping: stopping,
        checkpointing: Checkpointing(path: path, interval: interval))
      #expect(bytes(model) == bytes(whole))
      #expect(model.validation == whole.validation)
      #expect(model.history.map(\.validation) == whole.history.map(\.validation))
      #expect(model.configuration == whole.configuration)
      // Killed after the last saving, a training comes to the same end again.
      let again = try configuration.fit(
        interactions, computingLoss: true, stopping: stopping, checkpointing: Checkpointing(path: path))
      #expect(bytes(again) == bytes(whole) && again.validation == whole.validation)
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func anotherRuleOfStoppingIsRefused() throws {
    let path = scratch.path("checkpoint")
    let configuration = ImplicitALS(factors: 3, iterations: 4)
    func failure(_ stopping: EarlyStopping?) -> String {
      let error = #expect(throws: ALSError.self) {
        try configuration.fit(interactions, stopping: stopping, checkpointing: Checkpointing(path: path))
      }
      return error?.message ?? ""
    }
    _ = try configuration.fit(interactions, stopping: Self.stopping(), checkpointing: Checkpointing(path: path))
    #expect(failure(nil).contains("validation by made up after every iteration, but no validation is wanted"))
    #expect(failure(Self.stopping(metric: "other")).contains("but validation by other after"))
    #expect(failure(Self.stopping(interval: 2)).contains("after every 2. iteration is wanted"))
    // Another patience is another end of the same training.
    _ = try configuration.fit(
      interactions, stopping: Self.stopping(patience: 1), checkpointing: Checkpointing(path: path))
    try FileManager.default.removeItem(atPath: path)
    _ = try configuration.fit(interactions, checkpointing: Checkpointing(path: path))
    #expect(failure(Self.stopping()).contains("with no validation, but validation by made up"))
  }

  @Test(arguments: configurations)
  func fourAndSixAreTen(configuration: ModelConfiguration) throws {
    let path = scratch.path("checkpoint")
    var (short, long) = (configuration, configuration)
    (short.iterations, long.iterations) = (4, 10)
    _ = try short.fit(interactions, checkpointing: Checkpointing(path: path, interval: 3))
    let extended = try long.fit(interactions, checkpointing: Checkpointing(path: path))
    #expect(try bytes(extended) == bytes(long.fit(interactions)))
    #expect(throws: ALSError.self) { try short.fit(interactions, checkpointing: Checkpointing(path: path)) }
  }

  /// With a pause that never ends, the first iteration that is due is saved, and the last one of all.
  @Test(arguments: [1, 2, 4], [0, 1e9])
  func shortIterationsAreSavedByTime(interval: Int, seconds: Double) throws {
    let path = scratch.path("checkpoint")
    var counts: [Int] = []
    _ = try ImplicitALS(factors: 4, iterations: 9).fit(
      interactions, checkpointing: Checkpointing(path: path, interval: interval, seconds: seconds)
    ) { _ in
      let isThere = FileManager.default.fileExists(atPath: path)
      counts.append(isThere ? try CheckpointSummary(contentsOf: path)?.history.count ?? -1 : 0)
    }
    let saved = (1...8).map { $0 < interval ? 0 : seconds > 0 ? interval : $0 / interval * interval }
    #expect(counts == saved + [9])
    // One that goes on has saved itself just now.
    var resumed: [Int] = []
    _ = try ImplicitALS(factors: 4, iterations: 12).fit(
      interactions, checkpointing: Checkpointing(path: path, seconds: 1e9)
    ) { _ in resumed.append(try CheckpointSummary(contentsOf: path)?.history.count ?? -1) }
    #expect(resumed == [9, 9, 12])
    for seconds in [-1, .nan, .infinity] {
      #expect(throws: ALSError.self) { try Checkpointing(path: path, seconds: seconds).validate() }
    }
  }

  @Test func cancellationSavesTheLastWholeIteration() async throws {
    let path = scratch.path("checkpoint")
    let configuration = ModelConfiguration.implicit(ImplicitALS(factors: 16, iterations: 30))
    let interactions = interactions
    let whole = bytes(try configuration.fit(interactions))
    for stop in [1, 3, 6, 29] {
      let task = Task.detached {
        try configuration.fit(
          interactions, threads: 2, checkpointing: Checkpointing(path: path, interval: 7)
        ) { record in
          if record.iteration == stop { withUnsafeCurrentTask { $0?.cancel() } }
        }
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      var first: Int?
      let model = try configuration.fit(interactions, checkpointing: Checkpointing(path: path)) {
        first = first ?? $0.iteration
      }
      #expect(first == stop + 1)
      #expect(bytes(model) == whole)
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func refusesWhatDoesNotBelongTogether() throws {
    let path = scratch.path("checkpoint")
    let configuration = ImplicitALS(factors: 9, iterations: 3)
    _ = try configuration.fit(interactions, checkpointing: Checkpointing(path: path))
    func failure(_ configuration: ImplicitALS, _ interactions: Interactions, resumes: Bool = true) -> String {
      let error = #expect(throws: ALSError.self) {
        try configuration.fit(interactions, checkpointing: Checkpointing(path: path, resumes: resumes))
      }
      return error?.message ?? ""
    }
    var other = configuration
    other.alpha = 3
    #expect(failure(other, interactions).contains("with alpha 1.0, but 3.0 is wanted"))
    other = configuration
    other.factors = 10
    #expect(failure(other, interactions).contains("with factors 9, but 10 is wanted"))
    #expect(throws: ALSError.self) {
      try ExplicitALS().fit(interactions, checkpointing: Checkpointing(path: path))
    }
    let other2 = try Interactions(users: [1, 2], items: [1, 2])
    var fixed = configuration
    fixed.unobservedWeight = 0.1
    try FileManager.default.removeItem(atPath: path)
    _ = try fixed.fit(interactions, checkpointing: Checkpointing(path: path))
    #expect(failure(fixed, other2).contains("on other data"))
    #expect(failure(fixed, interactions, resumes: false).contains("iteration 3"))
  }

  @Test func damageIsAlwaysNoticed() throws {
    let path = scratch.path("checkpoint")
    let configuration = ImplicitALS(factors: 3, iterations: 2)
    _ = try configuration.fit(interactions, checkpointing: Checkpointing(path: path))
    let bytes = try scratch.read("checkpoint")
    var random = RandomGenerator(seed: 5)
    for _ in 0..<300 {
      var damaged = bytes
      if random.nextIndex(below: 4) == 0 {
        damaged.removeLast(1 + random.nextIndex(below: bytes.count))
      } else {
        damaged[random.nextIndex(below: bytes.count)] ^= UInt8(1 << random.nextIndex(below: 8))
      }
      _ = try scratch.write(damaged, to: "checkpoint")
      #expect(throws: ALSError.self) {
        try configuration.fit(interactions, checkpointing: Checkpointing(path: path))
      }
    }
  }
}
