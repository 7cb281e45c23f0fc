import ALSDense
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// A model in which users have been added or replaced, each solved from its row of `interactions` alone.
  ///
  /// The old model stays as it is, so that a server can go on with it until it swaps the new one in. Known users keep
  /// their indices and new ones come after them, in the order of `interactions`. Items, their ranking, Gram matrix
  /// and norms are shared with the old model; the users' factors and identifiers are copied.
  ///
  ///     let updated = try model.updating(users: recentPurchases)
  ///
  /// - Parameters:
  ///   - interactions: All items of each of the users, old ones included; a user's old factors are replaced. Items that
  ///     the model does not know have no part in the factors; ``foldIn(users:threads:)`` counts them.
  ///   - threads: All processors when `nil`.
  /// - Returns: The new model.
  /// - Throws: What ``foldIn(users:threads:)`` throws.
  /// - Complexity: O(entries·k² + n·k³) for n users of `interactions`, and O(users · k) to copy the table.
  public func updating(users interactions: Interactions, threads: Int? = nil) throws -> FactorModel {
    try updating(foldIn(users: interactions, threads: threads))
  }

  /// A model in which items have been added or replaced, each solved from its column of `interactions` alone; see
  /// ``updating(users:threads:)``.
  ///
  /// Users and what has been made of them are shared with the old model. The new model ranks its items anew with the
  /// first request, or in ``prepare(threads:)``.
  public func updating(items interactions: Interactions, threads: Int? = nil) throws -> FactorModel {
    try updating(foldIn(items: interactions, threads: threads))
  }

  /// A model in which `rows` have been added or replaced; see ``updating(users:threads:)``.
  ///
  /// - Parameter rows: What this model, or one with the same other side, has folded in.
  /// - Returns: The new model.
  /// - Throws: `ALSError` when the rows have another precision or number of factors.
  /// - Complexity: O(n·k) to copy the table of n rows, and O(n) for the identifiers when some are new.
  public func updating(_ rows: FoldedRows) throws -> FactorModel {
    let isUsers = rows.side == .users
    let (names, positions) = (isUsers ? users : items).appending(rows.identifiers)
    let tables: Tables
    switch (self.tables, rows.table) {
    case (.float(let own), .float(let factors, let biases)):
      tables = .float(try own.replacing(rows.side, at: positions, of: names.count, with: factors, biases: biases))
    case (.double(let own), .double(let factors, let biases)):
      tables = .double(try own.replacing(rows.side, at: positions, of: names.count, with: factors, biases: biases))
    default:
      throw ALSError(.configuration, "the rows have another precision than the model. Fold them in with this model.")
    }
    return FactorModel(
      users: isUsers ? names : users, items: isUsers ? items : names, configuration: configuration, history: history,
      globalMean: globalMean, dataFingerprint: dataFingerprint,
      itemCounts: isUsers ? itemCounts : counts(with: rows, at: positions, of: names.count), tables: tables)
  }

  private func counts(with rows: FoldedRows, at positions: [Int], of count: Int) -> Buffer<Int64>? {
    guard let itemCounts else { return nil }
    let counts = Buffer<Int64>(repeating: 0, count: count)
    counts.pointer.update(from: itemCounts.pointer, count: itemCounts.count)
    for (row, position) in positions.enumerated() { counts.pointer[position] = Int64(rows.entryCounts[row]) }
    return counts
  }
}

extension FactorTables {
  /// The tables with `rows` at `positions` of one side, which then has `count` rows.
  fileprivate func replacing(
    _ side: FoldedRows.Side, at positions: [Int], of count: Int, with rows: Matrix<Element>, biases: Buffer<Element>?
  ) throws -> FactorTables {
    let (old, oldBiases) = side == .users ? (users, userBiases) : (items, itemBiases)
    let k = old.columnCount
    guard rows.columnCount == k, (biases == nil) == (oldBiases == nil) else {
      throw ALSError(
        .configuration,
        "the rows have \(rows.columnCount) factors and \(biases == nil ? "no" : "their") biases, unlike the model. "
          + "Fold them in with this model.")
    }
    let table = Matrix<Element>(zeros: count, k)
    table.row(0).update(from: old.row(0), count: old.rowCount * k)
    let newBiases = oldBiases.map { old in
      let copy = Buffer<Element>(repeating: 0, count: count)
      copy.pointer.update(from: old.pointer, count: old.count)
      return copy
    }
    for (row, position) in positions.enumerated() {
      table.row(position).update(from: rows.row(row), count: k)
      if let biases { newBiases?.pointer[position] = biases.pointer[row] }
    }
    return side == .users
      ? replacingUsers(table, biases: newBiases) : replacingItems(table, biases: newBiases)
  }
}
