import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

/// The file that the first rank writes.
@Suite struct RankModelFileTests {
  static let configurations: [ModelConfiguration] = [
    .implicit(ImplicitALS(factors: 3, iterations: 2)),
    .implicit(ImplicitALS(factors: 2, iterations: 2, precision: .double)),
    .explicit(ExplicitALS(factors: 3, iterations: 2)),
    .explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 2, iterations: 2, precision: .double)),
  ]

  /// Blocks of a few rows, zeros among the values, and ranks without users.
  @Test(arguments: configurations, [(1, 31), (2, 31), (4, 31), (4, 3)])
  func remembersWhatUsersHave(configuration: ModelConfiguration, size: (ranks: Int, users: Int)) throws {
    let scratch = try Scratch()
    let interactions = try RankTrainingTests.interactions(
      users: size.users, items: 17, count: 8 * size.users, seed: 4)
    #expect(interactions.byUser.values?.elements.contains(0) == true)
    let (plain, remembering) = (scratch.path("plain"), scratch.path("remembering"))
    _ = try LocalRanks.run(size.ranks) { communicator in
      let shard = interactions.shard(rank: communicator.rank, of: communicator.count)
      let run = try DistributedRun(
        configuration, on: shard, identifiers: { (interactions.users, interactions.items) }, over: communicator,
        threads: 1)
      try run.run.run()
      try run.writeModel(to: plain, validation: nil, blockBytes: 100)
      try run.writeModel(to: remembering, validation: nil, remembering: shard.byUser, blockBytes: 100)
    }
    let (model, other) = (try FactorModel(contentsOf: remembering), try FactorModel(contentsOf: plain))
    let single = try configuration.fit(interactions, threads: 1).remembering(interactions)
    let (seen, expected) = (try Self.seen(model), try Self.seen(single))
    #expect(Array(seen.rowStarts.elements) == Array(expected.rowStarts.elements))
    #expect(Array(seen.columns.elements) == Array(expected.columns.elements))
    #expect(!other.remembersSeen && RankTrainingTests.bits(model) == RankTrainingTests.bits(other))
    for item in model.items.indices {
      #expect(model.interactionCount(ofItemAt: item) == single.interactionCount(ofItemAt: item))
    }
  }

  private static func seen(_ model: FactorModel) throws -> CSRMatrix<Float> {
    try #require(model.seen).matrix(users: model.users.count, items: model.items.count)
  }
}
