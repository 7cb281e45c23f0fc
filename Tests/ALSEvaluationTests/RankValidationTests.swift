import ALS
import ALSEvaluation
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// Early stopping over ranks, which are threads here, beside that of one machine.
@Suite struct RankValidationTests {
  static let ndcg = ValidationMetric.ranking(RankingMetric(.ndcg, at: 5))
  static let cases: [(ModelConfiguration, ValidationMetric)] = [
    (.implicit(ImplicitALS(factors: 4, iterations: 9, precision: .double)), ndcg),
    (.implicit(ImplicitALS(.ials(confidence: .linear), factors: 3, solver: .cholesky)), .ranking(.auc)),
    (.explicit(ExplicitALS(factors: 4, iterations: 8, precision: .double)), .rating(.rmse)),
    (.explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 2, solver: .cholesky)), .rating(.mae)),
    // In double precision, because a row whose last step is about as long as the tolerance takes it or not by rounding.
    (.explicit(ExplicitALS(factors: 3, iterations: 5, precision: .double)), .ranking(RankingMetric(.recall, at: 3))),
  ]

  static func interactions(seed: UInt64 = 5, users: Int = 90, items: Int = 60) throws -> Interactions {
    var random = RandomGenerator(seed: seed)
    let pairs = (0..<1_500).map { _ in
      let user = random.nextIndex(below: users)
      // Users of a kind like items of a kind, so that there is something to learn.
      let item = (random.nextIndex(below: items) / 3 * 3 + user % 3) % items
      return (user, random.nextIndex(below: 4) == 0 ? random.nextIndex(below: items) : item)
    }
    return try Interactions(
      users: pairs.map { 7 * $0.0 }, items: pairs.map { "item \($0.1)" },
      values: pairs.map { Float(($0.0 * 3 + $0.1) % 5) }, duplicates: .last)
  }

  /// What the ranks hold out is what one machine holds out, and the rest is what they train on.
  @Test(arguments: [1, 2, 3, 7])
  func holdsOutTheSamePairs(ranks: Int) throws {
    let all = try Self.interactions()
    for (fraction, seed) in [(0.1, 0), (0.5, 9)] as [(Double, UInt64)] {
      let set = try ValidationSet(splitting: all, fraction: fraction, seed: seed, metric: Self.ndcg)
      let shards = try LocalRanks.run(ranks) { communicator in
        let part = try RankValidation(
          splitting: all.shard(rank: communicator.rank, of: ranks), fraction: fraction, seed: seed, metric: Self.ndcg,
          over: communicator, threads: 1 + communicator.rank % 2)
        #expect(part.heldOutCount == set.heldOut.count && part.trainingCount == set.training.count)
        return part.training
      }
      #expect(shards.flatMap(\.users) == Array(all.users.indices))
      for shard in shards {
        #expect(shard.byUser.brokenInvariant() == nil)
        for (row, user) in shard.users.enumerated() {
          #expect(Array(shard.byUser.columns(ofRow: row)) == Array(set.training.byUser.columns(ofRow: user)))
          let (mine, theirs) = (shard.byUser.entries(ofRow: row), set.training.byUser.entries(ofRow: user))
          #expect(mine.map { shard.byUser.values?[$0] } == theirs.map { set.training.byUser.values?[$0] })
        }
      }
    }
  }

  /// Where the pairs to measure on come from.
  enum Pairs {
    case fraction
    case other(Interactions)
  }

  static func model(
    _ configuration: ModelConfiguration, _ metric: ValidationMetric, on all: Interactions, pairs: Pairs = .fraction,
    ranks: Int, neededOnly: Bool? = nil, interval: Int = 1, checkpointing: Checkpointing? = nil, in scratch: Scratch,
    progress: @escaping @Sendable (IterationRecord) throws -> Void = { _ in }
  ) throws -> FactorModel {
    let path = scratch.path("model.safetensors")
    _ = try LocalRanks.run(ranks) { communicator in
      let shard = all.shard(rank: communicator.rank, of: ranks)
      let identifiers = { (users: all.users, items: all.items) }
      let part =
        switch pairs {
        case .fraction:
          try RankValidation(
            splitting: shard, fraction: 0.2, seed: 1, metric: metric, over: communicator, threads: 1)
        case .other(let heldOut):
          try RankValidation(
            training: shard, heldOut: { heldOut }, identifiers: identifiers, metric: metric, over: communicator)
        }
      let run = try DistributedRun(
        configuration, on: part.training, identifiers: identifiers, over: communicator,
        layout: DistributedLayout(blockBytes: 1_000, holdsNeededItemsOnly: neededOnly), threads: 1)
      try run.run.run(
        stopping: EarlyStopping(on: part, over: communicator, patience: 2, interval: interval, threads: 1),
        checkpointing: checkpointing, computingLoss: true, progress: progress)
      try run.writeModel(to: path, validation: run.run.validation)
    }
    return try FactorModel(contentsOf: path)
  }

  static func expectSame(_ model: FactorModel, _ single: FactorModel) throws {
    let (found, expected) = (try #require(model.validation), try #require(single.validation))
    #expect(found.metric == expected.metric && found.lowerIsBetter == expected.lowerIsBetter)
    #expect(found.best.iteration == expected.best.iteration)
    #expect(found.curve.map(\.iteration) == expected.curve.map(\.iteration))
    for (mine, theirs) in zip(found.curve, expected.curve) {
      #expect(abs(mine.value - theirs.value) <= 2e-4 * abs(theirs.value), "\(mine.value) for \(theirs.value)")
      let (error, expectedError) = (try #require(mine.standardError), try #require(theirs.standardError))
      #expect(abs(error - expectedError) <= 1e-2 * expectedError, "\(error) for \(expectedError)")
    }
    #expect(model.configuration.iterations == single.configuration.iterations)
    #expect(model.history.map(\.iteration) == single.history.map(\.iteration))
    #expect(model.history.map { $0.validation == nil } == single.history.map { $0.validation == nil })
    #expect(model.dataFingerprint == single.dataFingerprint)
    for user in stride(from: 0, to: single.users.count, by: 7) {
      for item in stride(from: 0, to: single.items.count, by: 5) {
        let (mine, theirs) = (model.score(userAt: user, itemAt: item), single.score(userAt: user, itemAt: item))
        #expect(abs(mine - theirs) <= 1e-3 * max(1, abs(theirs)))
      }
    }
  }

  static func single(
    _ configuration: ModelConfiguration, _ set: ValidationSet, interval: Int = 1
  ) throws -> FactorModel {
    try configuration.fit(
      set.training, threads: 1, computingLoss: true, stopping: EarlyStopping(on: set, patience: 2, interval: interval))
  }

  @Test(arguments: cases.indices, [1, 2, 4])
  func keepsTheSameBestModel(index: Int, ranks: Int) throws {
    let (configuration, metric) = Self.cases[index]
    let scratch = try Scratch()
    let all = try Self.interactions()
    let set = try ValidationSet(splitting: all, fraction: 0.2, seed: 1, metric: metric)
    let single = try Self.single(configuration, set, interval: 1 + index % 2)
    for neededOnly in [false, true] {
      let model = try Self.model(
        configuration, metric, on: all, ranks: ranks, neededOnly: neededOnly, interval: 1 + index % 2, in: scratch)
      try Self.expectSame(model, single)
    }
  }

  /// Pairs from a file, some of users and items that nobody trained on, and some that are in the training data.
  @Test(arguments: cases.indices, [1, 2, 4])
  func measuresOnPairsFromElsewhere(index: Int, ranks: Int) throws {
    let (configuration, metric) = Self.cases[index]
    let scratch = try Scratch()
    let all = try Self.interactions()
    let other = try Self.interactions(seed: 6, users: 110, items: 70)
    let set = try ValidationSet(training: all, heldOut: other, metric: metric)
    let model = try Self.model(configuration, metric, on: all, pairs: .other(other), ranks: ranks, in: scratch)
    try Self.expectSame(model, try Self.single(configuration, set))
  }

  struct Stop: Error {}

  @Test(arguments: [0, 1, 2], [1, 3])
  func goesOnFromACheckpoint(index: Int, stop: Int) throws {
    let (configuration, metric) = Self.cases[index]
    let scratch = try Scratch()
    let all = try Self.interactions()
    let path = scratch.path("checkpoint")
    let whole = try Self.model(configuration, metric, on: all, ranks: 3, in: scratch)
    for ranks in [3, 1, 4] {
      #expect(throws: Stop.self) {
        try Self.model(
          configuration, metric, on: all, ranks: 3, checkpointing: Checkpointing(path: path, resumes: false),
          in: scratch
        ) { if $0.iteration == stop { throw Stop() } }
      }
      // With another rule, what was measured so far is worth nothing.
      let refused = try #require(throws: ALSError.self) {
        try Self.model(
          configuration, metric, on: all, ranks: ranks, interval: 2, checkpointing: Checkpointing(path: path),
          in: scratch)
      }
      #expect(refused.message.contains("but validation by \(metric) after every 2. iteration is wanted"))
      let model = try Self.model(
        configuration, metric, on: all, ranks: ranks, checkpointing: Checkpointing(path: path), in: scratch)
      try Self.expectSame(model, whole)
      if ranks == 3 {
        #expect(model.validation == whole.validation)
        #expect(model.users.indices.allSatisfy { model.userFactors(at: $0) == whole.userFactors(at: $0) })
        #expect(model.items.indices.allSatisfy { model.itemFactors(at: $0) == whole.itemFactors(at: $0) })
      }
      for file in try scratch.files where file.hasPrefix("checkpoint") {
        try FileManager.default.removeItem(atPath: scratch.path(file))
      }
    }
  }

  /// More ranks than users, of which only one has what is measured on.
  @Test func ranksWithoutPairs() throws {
    let scratch = try Scratch()
    let all = try Interactions(users: [1, 1, 2, 2, 3], items: [1, 2, 2, 3, 1], values: [5, 3, 2, 4, 1])
    let other = try Interactions(users: [2, 9], items: [1, 8], values: [1, 2])
    for (configuration, metric) in [
      (ModelConfiguration.implicit(ImplicitALS(factors: 2, iterations: 3)), Self.ndcg),
      (.explicit(ExplicitALS(factors: 2, iterations: 3)), .rating(.rmse)),
    ] {
      let set = try ValidationSet(training: all, heldOut: other, metric: metric)
      let model = try Self.model(configuration, metric, on: all, pairs: .other(other), ranks: 5, in: scratch)
      #expect(model.validation?.best.iteration == (try Self.single(configuration, set)).validation?.best.iteration)
    }
  }

  @Test func itemsThatDoNotFitAreAnError() throws {
    let limits = [
      AvailableMemory(bytes: 5 << 20, reason: "are here"), AvailableMemory(bytes: 9 << 20, reason: "are there"),
    ]
    try DistributedRun.requireRoom(forItems: 10, bytes: 5 << 20, in: limits)
    try DistributedRun.requireRoom(forItems: 10, bytes: 1 << 60, in: [])
    let error = try #require(throws: ALSError.self) {
      try DistributedRun.requireRoom(forItems: 10, bytes: 6 << 20, in: limits)
    }
    #expect(error.kind == .configuration)
    #expect(error.message.contains("needs all 10 items in every rank, 6 MiB, but only 5 MiB are here."))
  }

  @Test func errorsAreThoseOfOneMachine() throws {
    let scratch = try Scratch()
    let all = try Interactions(users: [1, 1, 2, 2, 3], items: [1, 2, 2, 3, 1])
    let configuration = ModelConfiguration.implicit(ImplicitALS(factors: 2, iterations: 3))
    for (users, items, message) in [
      ([1, 3], [2, 1], "every held-out pair that the model knows is in the data that is excluded"),
      ([8, 9], [2, 1], "the model knows none of the held-out pairs"), ([], [], "nothing was held out"),
    ] {
      let other = try Interactions(users: users, items: items)
      let error = try #require(throws: ALSError.self) {
        try Self.model(configuration, Self.ndcg, on: all, pairs: .other(other), ranks: 2, in: scratch)
      }
      #expect(error.message.hasPrefix(message))
    }
  }
}
