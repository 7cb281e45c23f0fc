import ALS
import ALSFiles
import ALSSparse
import Foundation

extension DistributedTrain {
  /// Says what a training over `ranks` would take, from the file and a model of the cost; nothing is trained or written.
  func printPlan(ranks: Int) throws {
    let file = try CompiledInteractions(unverified: input)
    let summary = file.summary
    var (users, entries, needed): ([Int], [Int], [Int]) = ([], [], [])
    for rank in 0..<ranks {
      let shard = try file.shard(rank: rank, of: ranks)
      users.append(shard.users.count)
      entries.append(shard.byUser.entryCount)
      needed.append(shard.neededItemCount())
    }
    func range(_ numbers: [Int]) -> String { "\((numbers.min() ?? 0).grouped) to \((numbers.max() ?? 0).grouped)" }
    let isDouble = training.precision == .double
    let mean = Double(needed.reduce(0, +)) / Double(ranks)
    let model = ScalingModel(
      users: Double(summary.users), items: Double(summary.items), interactions: Double(summary.interactions),
      width: training.configuration.factors + (training.feedback == .explicit && !training.kind.noBias ? 1 : 0),
      steps: training.configuration.conjugateGradientSteps, elementBytes: isDouble ? 8 : 4,
      hasValues: summary.hasValues, ranks: ranks, neededItems: mean,
      imbalance: Double(entries.max() ?? 0) * Double(ranks) / Double(max(summary.interactions, 1)))
    print(
      """
      \(input): \(summary.users.grouped) users × \(summary.items.grouped) items, \
      \(summary.interactions.grouped) interactions, over \(ranks) ranks
        users of a rank                             \(range(users))
        interactions of a rank                      \(range(entries))
        items that a rank needs                     \(range(needed))
      at \(network.bandwidth.significant(3)) Gb/s and \(Int(network.cores)) cores a machine, one rank each:
      \(model.description(on: network.machine))
      """, terminator: "")
  }
}
