import ALSDense
import ALSPlatform
import ALSSparse

/// One rank's rows of a model, biases in the last column.
struct DistributedFactors<Element: Scalar> {
  /// users of this rank × width.
  let users: Matrix<Element>
  /// owned items × width.
  let owned: Matrix<Element>
}

extension DistributedTrainer {
  /// What this rank has, as it stands.
  var factors: DistributedFactors<Element> { DistributedFactors(users: users, owned: owned) }

  /// The same as a model has it.
  var unscaledFactors: DistributedFactors<Element> {
    guard objective.densityScope == .all, let densities = entries.densities, let users = densities.users,
      let owned = densities.owned
    else { return factors }
    return DistributedFactors(
      users: factors.users.scalingRows { 1 / users.pointer[$0] },
      owned: factors.owned.scalingRows { 1 / owned.pointer[$0] })
  }

  /// This rank's users and all items.
  ///
  /// - Complexity: O(items · k) to send and to hold, where a rank holds not all items anyway.
  func tables() throws -> FactorTables<Element> {
    FactorTables(
      trained: Sides(users: users, items: try allItems()), hasBiases: objective.hasBiases,
      roots: Sides(users: entries.densities?.users, items: try allItemRoots()),
      areScaled: objective.densityScope == .all)
  }

  private func allItemRoots() throws -> Buffer<Double>? {
    guard let densities = entries.densities, let owned = densities.owned else { return nil }
    return exchange.needed == nil ? densities.items : try toAll().distributed(owned)
  }

  private func allItems() throws -> Matrix<Element> {
    if exchange.needed == nil { return items }
    let all = Matrix<Element>(zeros: exchange.rowCount, problem.width)
    try toAll().distribute(owned, to: all)
    return all
  }

  /// How items come to ranks that need all of them.
  private func toAll() throws -> RowExchange {
    try RowExchange(
      communicator, owners: try communicator.gathered(exchange.owned), needing: nil, blockRows: exchange.blockRows)
  }
}
