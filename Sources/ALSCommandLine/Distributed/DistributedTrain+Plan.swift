import ALS
import ALSFiles
import ALSSparse
import Foundation

extension DistributedTrain {
  /// Says what a training over `ranks` would take, from the file and a model of the cost; nothing is trained or written.
  func printPlan(ranks: Int) throws {
    let configuration = training.configuration
    let file = try CompiledInteractions(unverified: input)
    let summary = file.summary
    let width =
      (configuration.factors ?? configuration.definition.defaults.factors)
      + (training.feedback == .explicit && !training.kind.noBias ? 1 : 0)
    let shards = try file.shards(0..<ranks, of: ranks)
    let (entries, needed) = (shards.map(\.byUser.entryCount), shards.map { $0.neededItemCount() })
    let neededUsers = configuration.solver.traffic == .wholeRows ? Self.neededUsers(shards, width: width) : nil
    let model = ScalingModel(
      users: Double(summary.users), items: Double(summary.items), interactions: Double(summary.interactions),
      width: width, steps: configuration.conjugateGradientSteps,
      elementBytes: training.kind.precision == .double ? 8 : 4,
      entryBytes: 4 * (1 + (summary.hasValues ? 1 : 0) + (summary.weights == nil ? 0 : 1)), ranks: ranks,
      neededItems: needed.mean,
      imbalance: Double(entries.max() ?? 0) * Double(ranks) / Double(max(summary.interactions, 1)),
      neededUsers: neededUsers?.mean)
    var text = """
      \(input): \(summary.users.grouped) users × \(summary.items.grouped) items, \
      \(summary.interactions.grouped) interactions, over \(ranks) ranks
        users of a rank                             \(shards.map(\.users.count).extent)
        interactions of a rank                      \(entries.extent)
        items that a rank needs                     \(needed.extent)

      """
    if let neededUsers { text += "  users that a rank needs                     \(neededUsers.extent)\n" }
    text += """
      at \(network.bandwidth.significant(3)) Gb/s and \(Int(network.cores)) cores a machine, one rank each:
      \(model.description(on: network.machine))
      """
    if neededUsers != nil {
      text +=
        "with \(configuration.solver) the owners of items solve them alone: the users that they need travel in every iteration\n"
    }
    if validation.validation != nil { text += model.measurementDescription }
    try StandardOutput.write(text)
  }

  /// How many users each rank needs to solve its items exactly.
  private static func neededUsers(_ shards: [UserShard], width: Int) -> [Int] {
    var degrees = [Int](repeating: 0, count: shards.first?.itemCount ?? 0)
    for shard in shards { shard.addItemCounts(to: &degrees) }
    let shares = itemShares(ofDegrees: degrees, width: width, ranks: shards.count)
    return shards.reduce(into: [Int](repeating: 0, count: shards.count)) { sums, shard in
      for (rank, count) in shard.userCounts(ofItemShares: shares).enumerated() { sums[rank] += count }
    }
  }
}

extension [Int] {
  fileprivate var mean: Double { Double(reduce(0, +)) / Double(Swift.max(count, 1)) }
  fileprivate var extent: String { "\((self.min() ?? 0).grouped) to \((self.max() ?? 0).grouped)" }
}
