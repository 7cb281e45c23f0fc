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

  /// This rank's users and all items.
  ///
  /// - Complexity: O(items · k) to send and to hold, where a rank holds not all items anyway.
  func tables() throws -> FactorTables<Element> {
    FactorTables(trained: Sides(users: users, items: try allItems()), hasBiases: objective.hasBiases)
  }

  private func allItems() throws -> Matrix<Element> {
    if exchange.needed == nil { return items }
    let all = Matrix<Element>(zeros: exchange.rowCount, problem.width)
    try RowExchange(
      communicator, owners: try communicator.gathered(exchange.owned), needing: nil, blockRows: exchange.blockRows
    ).distribute(owned, to: all)
    return all
  }
}
