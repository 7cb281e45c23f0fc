import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct ScalingModelTests {
  /// What ranks send is what the model says, but for a few numbers that do not grow with the data.
  @Test(arguments: [2, 3, 5], [false, true])
  func countsWhatIsSent(ranks: Int, neededOnly: Bool) throws {
    for (factors, steps, solver) in [(8, 2, .conjugateGradient), (17, 3, .conjugateGradient), (13, 2, .cholesky)]
      as [(Int, Int, Solver)]
    {
      let interactions = try ShardedTrainingTests.interactions(users: 150, items: 400, count: 1_200, seed: 4)
      let configuration = ModelConfiguration.explicit(
        ExplicitALS(
          factors: factors, iterations: 4, biases: false, solver: solver, conjugateGradientSteps: steps,
          precision: .double))
      let shards = (0..<ranks).map { interactions.shard(rank: $0, of: ranks) }
      let needed = shards.map { $0.neededItemCount() }
      let shares = itemShares(ofDegrees: interactions.userCounts(), width: factors, ranks: ranks)
      let users = shards.flatMap { $0.userCounts(ofItemShares: shares) }.reduce(0, +)
      let model = ScalingModel(
        users: 150, items: Double(interactions.items.count), interactions: Double(interactions.count), width: factors,
        steps: steps, elementBytes: 8, hasValues: true, ranks: ranks,
        neededItems: Double(needed.reduce(0, +)) / Double(ranks),
        neededUsers: solver == .cholesky ? Double(users) / Double(ranks) : nil)
      let counts = try LocalRanks.run(ranks) { communicator in
        let run = try ShardedRun(
          configuration, on: interactions.shard(rank: communicator.rank, of: ranks),
          identifiers: { (interactions.users, interactions.items) }, over: communicator,
          layout: ShardLayout(blockBytes: 10_000, holdsNeededItemsOnly: neededOnly), threads: 1)
        var counts: [Int] = []
        try run.train { _ in
          try communicator.synchronize()
          counts.append(communicator.sentBytes)
          try communicator.synchronize()
        }
        return counts
      }
      // From the second iteration to the third; the model takes a rank to need as much of its own items as of others'.
      let sent = Double(counts[0][2] - counts[0][1]) / Double(ranks)
      let expected = model.sentBytes(neededOnly: neededOnly)
      #expect(abs(sent - expected) < 0.05 * expected + 200, "\(sent) bytes for \(expected)")
    }
  }

  /// The model's choice is the training's: both ways to hold items have the same bytes, so the traffic must tell.
  @Test func neededShareIsThatOfRandomUsers() throws {
    for (items, interactions, ranks, exponent) in [(1_000.0, 20_000.0, 4.0, 1.0), (5_000, 40_000, 16, 0.7)] {
      var random = RandomGenerator(seed: 11)
      let weights = (1...Int(items)).map { pow(Double($0), -exponent) }
      let total = weights.reduce(0, +)
      var needed = 0
      for weight in weights {
        // The chance that none of a Poisson number of entries is in one rank's part.
        let mean = interactions * weight / total / ranks
        if random.nextUniform() > exp(-mean) { needed += 1 }
      }
      let share = ScalingModel.neededShare(
        items: items, interactions: interactions, ranks: ranks, exponent: exponent)
      // Four standard deviations of a share of so many items.
      #expect(abs(share - Double(needed) / items) < 4 * 0.5 / items.squareRoot())
    }
  }

  @Test func moreRanksTakeLessMemoryAndNeverMoreComputing() {
    let machine = ScalingModel.Machine(cores: 8, bandwidth: 1e9)
    let models = [1, 2, 4, 8, 16].map { ranks in
      ScalingModel(
        users: 1e6, items: 1e5, interactions: 1e8, width: 64, steps: 2, elementBytes: 4, hasValues: false, ranks: ranks,
        neededItems: 1e5)
    }
    for (few, many) in zip(models, models.dropFirst()) {
      #expect(many.memoryBytes(neededOnly: true) < few.memoryBytes(neededOnly: true))
      #expect(many.seconds(on: machine, neededOnly: true).users < few.seconds(on: machine, neededOnly: true).users)
      #expect(many.sentBytes(neededOnly: true) > few.sentBytes(neededOnly: true))
    }
    #expect(models[0].sentBytes(neededOnly: false) == 0)
  }
}
