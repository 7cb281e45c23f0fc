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
      let interactions = try RankTrainingTests.interactions(users: 150, items: 400, count: 1_200, seed: 4)
      let configuration = ModelConfiguration.explicit(
        ExplicitALS(
          ExplicitLoss(biases: false), factors: factors, iterations: 4, solver: solver, conjugateGradientSteps: steps,
          precision: .double))
      let shards = (0..<ranks).map { interactions.shard(rank: $0, of: ranks) }
      let needed = shards.map { $0.neededItemCount() }
      let shares = itemShares(ofDegrees: interactions.userCounts(), width: factors, ranks: ranks)
      let users = shards.flatMap { $0.userCounts(ofItemShares: shares) }.reduce(0, +)
      let model = ScalingModel(
        users: 150, items: Double(interactions.items.count), interactions: Double(interactions.count), width: factors,
        steps: steps, elementBytes: 8, entryBytes: 8, ranks: ranks,
        neededItems: Double(needed.reduce(0, +)) / Double(ranks),
        neededUsers: solver == .cholesky ? Double(users) / Double(ranks) : nil)
      let counts = try LocalRanks.run(ranks) { communicator in
        let run = try DistributedRun(
          configuration, on: interactions.shard(rank: communicator.rank, of: ranks),
          identifiers: { (interactions.users, interactions.items) }, over: communicator,
          layout: DistributedLayout(blockBytes: 10_000, holdsNeededItemsOnly: neededOnly), threads: 1)
        var counts: [Int] = []
        try run.run.run { _ in
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

  /// Time on the link and waiting, against blocks that are followed one by one.
  @Test(arguments: [2, 3, 16], [0, 1e-5, 1e-3, 0.02, 0.5])
  func delayIsWaitedForTogether(ranks: Int, latency: Double) {
    for (items, width, needed) in [
      (30_000, 64, 1.0), (20_000, 64, 0.4), (2_000_000, 128, 1.0), (100, 8, 1.0), (1, 1, 1.0),
    ] {
      let machine = ScalingModel.Machine(cores: 8, bandwidth: 25e6, latency: latency)
      let model = ScalingModel(
        users: 1e6, items: Double(items), interactions: 1e8, width: width, steps: 2, elementBytes: 4, entryBytes: 4,
        ranks: ranks, neededItems: needed * Double(items))
      let neededOnly = model.holdsNeededItemsOnly
      let owned = (items + ranks - 1) / ranks
      let blockRows = DistributedLayout().blockRows(of: owned, rowBytes: 4 * width, ranks: ranks)
      let blocks = (owned + blockRows - 1) / blockRows
      let bytes = model.sentBytes(neededOnly: neededOnly) / Double(6 * blocks)
      let wait = (bytes / Double(ranks - 1) > 65_536 ? 3 : 1) * latency
      // When each block under way can go on, and how often it still does; the next one takes the place of one that is done.
      let first = min(blocks, DistributedLayout.blocksAtOnce)
      var underWay = Array(repeating: (ready: 0.0, left: 6), count: first)
      var (waiting, link, end) = (blocks - first, 0.0, 0.0)
      while let next = underWay.indices.min(by: { underWay[$0].ready < underWay[$1].ready }) {
        link = max(link, underWay[next].ready) + bytes / machine.bandwidth
        underWay[next] = (link + wait, underWay[next].left - 1)
        end = max(end, link + wait)
        if underWay[next].left > 0 { continue }
        if waiting > 0 { underWay[next].left = 6 } else { underWay.remove(at: next) }
        waiting -= 1
      }
      let seconds = model.seconds(on: machine, neededOnly: neededOnly).exchange
      // The model leaves out that the first blocks begin, and the last ones end, with less than all under way.
      #expect(seconds < 1.02 * end && seconds > 0.6 * end, "\(seconds) s for \(end)")
    }
  }

  /// Blocks do not wait for each other's messages.
  @Test func blocksAreUnderWayTogether() throws {
    let interactions = try RankTrainingTests.interactions(users: 50, items: 900, count: 3_000, seed: 4)
    let most = try LocalRanks.run(2) { communicator in
      let run = try DistributedRun(
        .implicit(ImplicitALS(factors: 4, iterations: 2)), on: interactions.shard(rank: communicator.rank, of: 2),
        identifiers: { (interactions.users, interactions.items) }, over: communicator, threads: 1)
      try run.run.run()
      return communicator.mostUnderWay
    }
    #expect(most.max() == DistributedLayout.blocksAtOnce)
  }

  @Test func moreRanksTakeLessMemoryAndNeverMoreComputing() {
    let machine = ScalingModel.Machine(cores: 8, bandwidth: 1e9)
    let models = [1, 2, 4, 8, 16].map { ranks in
      ScalingModel(
        users: 1e6, items: 1e5, interactions: 1e8, width: 64, steps: 2, elementBytes: 4, entryBytes: 4, ranks: ranks,
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
