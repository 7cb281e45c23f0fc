import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Ranks are threads here; over MPI, `scripts/test-mpi` runs the command.
@Suite struct RankTrainingTests {
  static let configurations: [ModelConfiguration] = [
    .implicit(ImplicitALS(factors: 8, iterations: 6, seed: 1)),
    .implicit(
      ImplicitALS(
        .hkv(confidence: .log), factors: 7, iterations: 5, conjugateGradientSteps: 3, relaxation: 1, precision: .double)
    ),
    .implicit(ImplicitALS(.ials(unobservedWeight: 0, confidence: .linear), factors: 1, iterations: 3)),
    .explicit(ExplicitALS(factors: 9, iterations: 5)),
    .explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 4, iterations: 6, precision: .double)),
    // Everything else from the data of all ranks.
    .implicit(ImplicitALS(.ials(confidence: .linear), factors: 5, precision: .double)),
    .explicit(ExplicitALS(factors: 3, precision: .double)),
    // Whole rows of items at their owners.
    .implicit(ImplicitALS(factors: 8, iterations: 6, solver: .cholesky, seed: 2)),
    .implicit(
      ImplicitALS(
        .hkv(confidence: .log), factors: 17, iterations: 4, solver: .cholesky, relaxation: 1, precision: .double)),
    .implicit(ImplicitALS(.ials(confidence: .linear), factors: 6, solver: .cholesky, precision: .double)),
    .explicit(ExplicitALS(factors: 7, iterations: 5, solver: .cholesky)),
    .explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 4, solver: .cholesky, precision: .double)),
    .implicit(ImplicitALS(factors: 8, iterations: 6, solver: .subspace, blockSize: 3, seed: 2)),
    .implicit(
      ImplicitALS(
        .hkv(confidence: .log), factors: 17, iterations: 4, solver: .subspace, blockSize: 5, precision: .double)),
    .explicit(ExplicitALS(factors: 7, iterations: 5, solver: .subspace, blockSize: 4)),
    .implicit(ImplicitALS(factors: 7, iterations: 5, nonnegative: true, precision: .double)),
    .explicit(ExplicitALS(factors: 4, iterations: 5, nonnegative: true, l1Regularization: 0.05, precision: .double)),
  ]

  /// Interactions with popular and rare items, and some that nobody has.
  static func interactions(users: Int, items: Int, count: Int, seed: UInt64) throws -> Interactions {
    var random = RandomGenerator(seed: seed)
    let pairs = (0..<count).map { _ in
      (random.nextIndex(below: users), min(random.nextIndex(below: items), random.nextIndex(below: items)))
    }
    return try Interactions(
      users: pairs.map(\.0), items: pairs.map(\.1), values: pairs.map { Float(($0.0 * 7 + $0.1) % 5) },
      duplicates: .max)
  }

  /// The model that `ranks` ranks write.
  static func model(
    _ configuration: ModelConfiguration, on interactions: Interactions, ranks: Int,
    layout: DistributedLayout = DistributedLayout(),
    checkpointing: Checkpointing? = nil, in scratch: Scratch, threads: Int = 1,
    progress: @escaping @Sendable (IterationRecord) throws -> Void = { _ in }
  ) throws -> FactorModel {
    let path = scratch.path("model.safetensors")
    _ = try LocalRanks.run(ranks) { communicator in
      let run = try DistributedRun(
        configuration, on: interactions.shard(rank: communicator.rank, of: communicator.count),
        identifiers: { (interactions.users, interactions.items) }, over: communicator, layout: layout, threads: threads)
      try run.run.run(checkpointing: checkpointing, computingLoss: true, progress: progress)
      try run.writeModel(to: path, validation: nil)
    }
    return try FactorModel(contentsOf: path)
  }

  /// Everything of a model but the seconds that it took.
  static func bits(_ model: FactorModel) -> [UInt64] {
    var numbers: [Double] = []
    for user in model.users.indices { numbers += model.userFactors(at: user) + [model.userBias(at: user)] }
    for item in model.items.indices { numbers += model.itemFactors(at: item) + [model.itemBias(at: item)] }
    for record in model.history { numbers += [Double(record.rescuedRows), record.loss ?? 0] }
    return numbers.map(\.bitPattern)
  }

  /// Losses of a training that ranks share differ from those of one machine by the order of sums, and by what users and
  /// items near the solver's tolerance make of that.
  @Test(arguments: configurations, [1, 2, 3, 5])
  func equalsOneMachine(configuration: ModelConfiguration, ranks: Int) throws {
    let scratch = try Scratch()
    let interactions = try Self.interactions(users: 157, items: 83, count: 2_500, seed: 5)
    let single = try configuration.fit(interactions, threads: 1, computingLoss: true)
    for neededOnly in [false, true] {
      // Blocks of a few rows, so that several are under way.
      let model = try Self.model(
        configuration, on: interactions, ranks: ranks,
        layout: DistributedLayout(blockBytes: 2_000, holdsNeededItemsOnly: neededOnly), in: scratch)
      #expect(model.users == single.users && model.items == single.items)
      #expect(model.dataFingerprint == single.dataFingerprint)
      #expect(
        model.items.indices.allSatisfy { model.interactionCount(ofItemAt: $0) == single.interactionCount(ofItemAt: $0) }
      )
      if let mine = ImplicitALS(model.configuration), let expected = ImplicitALS(single.configuration) {
        for parameter in [\ImplicitALS.loss.unobservedWeight, \.regularization] {
          let (mine, expected) = (try #require(mine[keyPath: parameter]), try #require(expected[keyPath: parameter]))
          #expect(abs(mine - expected) <= 1e-9 * expected)
        }
      }
      #expect(abs(model.globalMean - single.globalMean) <= 1e-12 * abs(single.globalMean))
      #expect(model.history.count == single.history.count)
      for (mine, expected) in zip(model.history, single.history) {
        let (mine, expected) = (try #require(mine.loss), try #require(expected.loss))
        #expect(abs(mine - expected) <= 1e-4 * expected, "\(mine) for \(expected)")
      }
    }
  }

  @Test(arguments: configurations)
  func sameRanksSameBytes(configuration: ModelConfiguration) throws {
    let scratch = try Scratch()
    let interactions = try Self.interactions(users: 131, items: 101, count: 2_000, seed: 6)
    let layout = DistributedLayout(blockBytes: 1_500)
    let first = try Self.model(configuration, on: interactions, ranks: 3, layout: layout, in: scratch)
    let second = try Self.model(configuration, on: interactions, ranks: 3, layout: layout, in: scratch, threads: 3)
    #expect(Self.bits(first) == Self.bits(second))
  }

  /// What travels in blocks of which size, and who holds which items, changes nothing.
  @Test func layoutChangesNothing() throws {
    let scratch = try Scratch()
    let interactions = try Self.interactions(users: 90, items: 140, count: 900, seed: 7)
    let configuration = Self.configurations[0]
    let all = try [(100, false), (100, true), (1 << 20, false), (1 << 20, true)].map { bytes, neededOnly in
      Self.bits(
        try Self.model(
          configuration, on: interactions, ranks: 4,
          layout: DistributedLayout(blockBytes: bytes, holdsNeededItemsOnly: neededOnly), in: scratch))
    }
    #expect(all.allSatisfy { $0 == all[0] })
  }

  @Test(arguments: [(1, 5), (2, 3), (3, 1)], configurations)
  func moreRanksThanUsersOrItems(shape: (users: Int, items: Int), configuration: ModelConfiguration) throws {
    let scratch = try Scratch()
    let interactions = try Self.interactions(users: shape.users, items: shape.items, count: 20, seed: 8)
    let single = try configuration.fit(interactions, threads: 1, computingLoss: true)
    let model = try Self.model(configuration, on: interactions, ranks: 7, in: scratch)
    let (mine, expected) = (try #require(model.history.last?.loss), try #require(single.history.last?.loss))
    #expect(abs(mine - expected) <= 1e-4 * expected + 1e-6)
  }

  /// One user has most of the entries, so that ranks have very different numbers of users, and some none.
  @Test func unequalAndEmptyShards() throws {
    let scratch = try Scratch()
    let heavy = (0..<400).map { (0, $0) }
    let light = (1..<40).map { ($0, $0 * 7 % 400) }
    let interactions = try Interactions(users: (heavy + light).map(\.0), items: (heavy + light).map(\.1))
    let shards = (0..<5).map { interactions.shard(rank: $0, of: 5).users }
    #expect(shards.contains { $0.isEmpty } && shards.contains { $0.count > 20 })
    #expect(shards.map(\.count).reduce(0, +) == 40)
    let configuration = ModelConfiguration.implicit(ImplicitALS(factors: 6, iterations: 5))
    let single = try configuration.fit(interactions, threads: 1, computingLoss: true)
    let model = try Self.model(configuration, on: interactions, ranks: 5, in: scratch)
    let (mine, expected) = (try #require(model.history.last?.loss), try #require(single.history.last?.loss))
    #expect(abs(mine - expected) <= 1e-4 * expected)
  }

  struct Stop: Error {}

  @Test(arguments: [configurations[0], configurations[3], configurations[4]], [1, 2, 3])
  func goesOnFromACheckpoint(configuration: ModelConfiguration, stop: Int) throws {
    let scratch = try Scratch()
    let interactions = try Self.interactions(users: 120, items: 70, count: 1_500, seed: 9)
    let path = scratch.path("checkpoint")
    let whole = try Self.model(configuration, on: interactions, ranks: 3, in: scratch)
    for ranks in [3, 1, 4] {
      #expect(throws: Stop.self) {
        try Self.model(
          configuration, on: interactions, ranks: 3,
          checkpointing: Checkpointing(path: path, interval: 1, resumes: false), in: scratch
        ) { if $0.iteration == stop { throw Stop() } }
      }
      #expect(throws: ALSError.self) {
        try Self.model(
          configuration, on: interactions, ranks: 2,
          checkpointing: Checkpointing(path: path, resumes: false), in: scratch)
      }
      // Whatever was not finished is removed by the next saving.
      _ = try scratch.write([1], to: "checkpoint.iteration-9.part-0-of-9")
      let model = try Self.model(
        configuration, on: interactions, ranks: ranks, checkpointing: Checkpointing(path: path), in: scratch)
      if ranks == 3 { #expect(Self.bits(model) == Self.bits(whole)) }
      #expect(model.history.map(\.iteration) == Array(1...whole.history.count))
      let (mine, expected) = (try #require(model.history.last?.loss), try #require(whole.history.last?.loss))
      #expect(abs(mine - expected) <= 1e-4 * expected)
      let files = try scratch.files.filter { $0.hasPrefix("checkpoint") }
      #expect(files.count == 1 + ranks, "\(files)")
      for file in files { try FileManager.default.removeItem(atPath: scratch.path(file)) }
    }
  }

  /// With a pause that never ends, the first iteration that is due is saved, and what comes later is done again.
  @Test(arguments: [configurations[0], configurations[4]], [1, 2])
  func shortIterationsAreSavedByTime(configuration: ModelConfiguration, interval: Int) throws {
    let scratch = try Scratch()
    let interactions = try Self.interactions(users: 120, items: 70, count: 1_500, seed: 9)
    let whole = try Self.model(configuration, on: interactions, ranks: 3, in: scratch)
    let rarely = { Checkpointing(path: scratch.path("checkpoint"), interval: interval, seconds: 1e9, resumes: $0) }
    let saved = { try scratch.files.filter { $0.hasPrefix("checkpoint") } }
    func parts(_ iteration: Int) -> [String] {
      (0..<3).map { "checkpoint.iteration-\(iteration).part-\($0)-of-3" }
    }
    #expect(throws: Stop.self) {
      try Self.model(configuration, on: interactions, ranks: 3, checkpointing: rarely(false), in: scratch) {
        if $0.iteration == 5 { throw Stop() }
      }
    }
    #expect(try saved() == ["checkpoint"] + parts(interval))
    let resumed = try Self.model(
      configuration, on: interactions, ranks: 3, checkpointing: rarely(true), in: scratch)
    #expect(Self.bits(resumed) == Self.bits(whole))
    #expect(try saved() == ["checkpoint"] + parts(6))
  }

  @Test func errorsNameTheirPlace() throws {
    let scratch = try Scratch()
    let interactions = try Interactions(users: [10, 11, 12], items: [20, 21, 22], values: [1, 2, -1])
    let negative = try #require(throws: ALSError.self) {
      try Self.model(.implicit(ImplicitALS(factors: 2)), on: interactions, ranks: 3, in: scratch)
    }
    #expect(negative.message.hasPrefix("user 12, item 22: value -1.0 is negative"))
    let huge = try Interactions(users: [1, 2, 3], items: [1, 2, 3], values: [3e38, 2e38, 1e38])
    let unsolvable = try #require(throws: ALSError.self) {
      try Self.model(
        .implicit(ImplicitALS(.ials(confidence: .linear), factors: 2, initialScale: 1e25)), on: huge, ranks: 2,
        in: scratch)
    }
    #expect(unsolvable.kind == .data)
    let empty = try Interactions(users: [1], items: [1], values: [0])
    #expect(throws: ALSError.self) {
      try Self.model(.implicit(ImplicitALS(factors: 2)), on: empty, ranks: 2, in: scratch)
    }
  }
}
