import ALSPlatform
import ALSSparse

/// A training on one rank's users, with every default resolved.
struct DistributedProblem {
  /// With every default resolved.
  let configuration: ModelConfiguration
  let objective: any Objective
  let globalMean: Double
  let shard: UserShard
  /// The shard's rows with the values that the objective reads.
  let byUser: CSRMatrix<Float>
  /// What confidences were computed with, of this rank's users and all items, as far as folding in needs it.
  let contextCounts: ContextCounts
  /// The mean of those values over all ranks.
  let meanValue: Double

  /// Resolves what depends on the data of all ranks.
  ///
  /// - Throws: `ALSError` when a parameter or a value is out of its range.
  init(_ configuration: ModelConfiguration, on shard: UserShard, _ communicator: any Communicator) throws {
    try configuration.validate()
    self.shard = shard
    let definition = configuration.definition
    let observed = try shard.byUser.observed(definition) {
      "user \(shard.nameOfUser(shard.users.lowerBound + $0)), item \(shard.nameOfItem($1))"
    }
    let (count, own) = (try communicator.sum(observed.entryCount), observed.weightedSum())
    let sums = try communicator.sum([own.values, own.weights])
    globalMean = definition.subtractsMean && sums[1] > 0 ? sums[0] / sums[1] : 0
    let liked = definition.countsLikedOnly ? definition.liked(observed) : observed
    let loss = try definition.counting(
      users: shard.userCount, total: try communicator.sum([liked.weightedSum().values])[0])
    var counted = configuration
    counted.loss = loss.any
    contextCounts =
      loss.readsContexts
      ? ContextCounts(of: liked, loss, itemCounts: try communicator.itemDegrees(of: liked)) : ContextCounts()
    byUser = loss.entries(of: observed, .users, mean: globalMean, contextCounts)
    let resolved = try loss.resolved(
      counted,
      for: DataStatistics(
        of: liked, byUser, users: shard.userCount, interactions: try communicator.sum(liked.entryCount), communicator),
      times: RuleMultiples())
    // What is found from the data can be out of range too.
    try resolved.validate()
    self.configuration = resolved
    objective = resolved.objective(globalMean: globalMean)
    let numbers = byUser.weights ?? byUser.values
    let total = numbers?.elements.reduce(0.0) { $0 + Double($1) } ?? Double(byUser.entryCount)
    meanValue = try communicator.sum([total])[0] / Double(max(count, 1))
    let hasOnlyZeros = shard.byUser.values?.elements.allSatisfy { $0 == 0 } ?? (shard.byUser.entryCount == 0)
    if try communicator.sum(shard.byUser.entryCount) > 0, try communicator.sum(hasOnlyZeros ? 0 : 1) == 0 {
      throw ALSError.onlyZeros
    }
    if count == 0 {
      throw ALSError(.data, "there are no interactions to learn from. Check the input and its columns.")
    }
  }

  /// The unknowns of a row, its bias included.
  var width: Int { configuration.factorCount + (objective.hasBiases ? 1 : 0) }
}
