import ALS
import ALSEvaluation
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

/// Weights stay with their pairs, whatever is held out.
@Suite struct WeightsTests {
  private static let count = 300
  private static let users = (0..<count).map { $0 % 20 }
  private static let items = (0..<count).map { ($0 * 7 + $0 / 20) % 30 }
  private static let weights = (0..<count).map { [0.25, 0.5, 1, 2, 4][$0 * 13 % 5] as Float }

  private static func events() throws -> Events {
    try Events(
      users: users, items: items, values: (0..<count).map { Float(1 + $0 % 4) }, times: (0..<count).map(Double.init),
      weights: weights)
  }

  @Test(arguments: [
    HoldOut.random(fraction: 0.3, seed: 1), .lastByTime(count: 2),
    .randomCountPerUser(count: 3, seed: 4),
  ])
  func splitsKeepThem(holdOut: HoldOut) throws {
    let events = try Self.events()
    let parts = try events.split(holdOut)
    for part in [parts.training, parts.test] {
      #expect(part.count > 0)
      for event in 0..<part.count {
        // Times are the positions in the input.
        #expect(part.weights?[event] == Self.weights[Int(part.times?[event] ?? -1)])
      }
    }
  }

  @Test(arguments: [nil, Duplicates.sum, .last]) func validationSetsKeepThem(duplicates: Duplicates?) throws {
    let all = try Interactions(Self.events(), duplicates: duplicates)
    let set = try ValidationSet(splitting: all, fraction: 0.3, seed: 2, metric: .rating(.rmse))
    #expect(set.training.count + set.heldOut.count == all.count)
    for (part, whole) in [
      (set.training, all), (set.heldOut, all), (try set.training.ratings(), try all.ratings()),
      (try set.heldOut.ratings(), try all.ratings()),
    ] {
      for user in part.users.indices {
        for item in part.itemIndices(ofUserAt: user) {
          #expect(part.weight(userAt: user, itemAt: item) == whole.weight(userAt: user, itemAt: item))
          #expect(part.value(userAt: user, itemAt: item) == whole.value(userAt: user, itemAt: item))
        }
      }
    }
  }

  /// What ranks train on has the fingerprint of what one machine does.
  @Test(arguments: [1, 3]) func ranksKeepThem(ranks: Int) throws {
    let all = try Interactions(Self.events(), duplicates: .last)
    let metric = ValidationMetric.rating(.rmse)
    let set = try ValidationSet(splitting: all, fraction: 0.3, seed: 2, metric: metric)
    let weights = try LocalRanks.run(ranks) { communicator in
      let shard = all.shard(rank: communicator.rank, of: communicator.count)
      _ = try RankValidation(
        training: shard, heldOut: { set.heldOut }, identifiers: { (all.users, all.items) }, metric: metric,
        over: communicator)
      return try RankValidation(
        splitting: shard, fraction: 0.3, seed: 2, metric: metric, over: communicator, threads: 1
      ).training.byUser.weights.map { Array($0.elements) } ?? []
    }
    #expect(weights.flatMap(\.self) == set.training.byUser.weights.map { Array($0.elements) })
  }
}
