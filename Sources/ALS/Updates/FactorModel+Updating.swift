import ALSDense
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// A model in which users have been added or replaced, each solved from its row of `interactions` alone.
  ///
  /// The old model stays as it is, so that a server can go on with it until it swaps the new one in. Known users keep
  /// their indices and new ones come after them, in the order of `interactions`. Items, their ranking, Gram matrix
  /// and norms are shared with the old model, and so are the factors and identifiers of all other users, unless more than
  /// an eighth of them have been added or replaced. What the model remembers of its users follows.
  ///
  ///     let updated = try model.updating(users: recentPurchases)
  ///
  /// - Parameters:
  ///   - interactions: All items of each of the users, old ones included; a user's old factors are replaced. Items that
  ///     the model does not know have no part in the factors; ``foldIn(users:threads:)`` counts them.
  ///   - threads: All processors when `nil`.
  /// - Returns: The new model.
  /// - Throws: What ``foldIn(users:threads:)`` throws.
  /// - Complexity: O(entries·k² + n·k³) for n users of `interactions`, and O(log users) for each; with many, O(users · k)
  ///   to copy the table.
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
  /// - Throws: `ALSError` when the rows were folded in by another model.
  /// - Complexity: O(k + log users) for each of some users; O(n·k) to copy the table of n items.
  public func updating(_ rows: FoldedRows) throws -> FactorModel {
    try require(rows.origin, of: rows.side)
    let isUsers = rows.side == .users
    let (names, positions) = identifiers(of: rows.side).appending(rows.identifiers)
    let tables: Tables
    switch (self.tables, rows.table) {
    case (.float(let own), .float(let new)):
      tables = .float(own.replacing(rows.side, at: positions, of: names.count, with: new))
    case (.double(let own), .double(let new)):
      tables = .double(own.replacing(rows.side, at: positions, of: names.count, with: new))
    default:
      throw ALSError(.configuration, "the rows have another precision than the model. Fold them in with this model.")
    }
    var model = self
    (model.tables, model.validation) = (tables, nil)
    if isUsers { model.users = names } else { model.items = names }
    model.features = model.features(with: rows)
    if isUsers {
      model.userTotals = userTotals.map { $0.replacing(at: positions, of: names.count, with: rows.totals.elements) }
    } else {
      model.itemCounts = itemCounts.map {
        $0.replacing(at: positions, of: names.count, with: rows.entryCounts.map { Int64($0) })
      }
    }
    model.seen = seen.map {
      let observed = configuration.definition.observed(rows.interactions)
      return isUsers
        ? $0.replacing(with: observed, at: positions, userCount: names.count, itemCount: items.count)
        : $0.adding(observed, at: positions, userCount: users.count, itemCount: names.count)
    }
    return model
  }
}

extension Buffer {
  /// The same with other numbers at some positions of `count`.
  fileprivate func replacing(at positions: [Int], of count: Int, with numbers: some Collection<Element>) -> Buffer {
    let copy = Buffer(uninitialized: count)
    copy.pointer.update(from: pointer, count: self.count)
    for (number, position) in zip(numbers, positions) { copy.pointer[position] = number }
    return copy
  }
}

extension SeenItems {
  /// The same with the rows of `interactions` for the users at `positions`.
  fileprivate func replacing(
    with interactions: CSRMatrix<Float>, at positions: [Int], userCount: Int, itemCount: Int
  ) -> SeenItems {
    replacing(
      positions.enumerated().map { row, user in (user: user, items: Array(interactions.columns(ofRow: row))) },
      users: userCount, items: itemCount)
  }

  /// The same with the items at `positions` for the users in the rows of `interactions`.
  fileprivate func adding(
    _ interactions: CSRMatrix<Float>, at positions: [Int], userCount: Int, itemCount: Int
  ) -> SeenItems {
    var added: [Int32: [Int32]] = [:]
    for (row, item) in positions.enumerated() {
      for user in interactions.columns(ofRow: row) { added[user, default: []].append(Int32(item)) }
    }
    let rows = added.sorted { $0.key < $1.key }.map { user, new in
      (user: Int(user), items: Set(items(ofUser: Int(user))).union(new).sorted())
    }
    return replacing(rows, users: userCount, items: itemCount)
  }
}

extension FactorTables {
  /// The tables with `rows` at `positions` of one side, which then has `count` rows.
  fileprivate func replacing(
    _ side: Side, at positions: [Int], of count: Int, with rows: FactorRows<Element>
  ) -> FactorTables {
    // Ranking reads all items, so that theirs are in one table.
    let replaced =
      side == .users
      ? users.replacing(at: positions, of: count, with: rows) : items.copied(at: positions, of: count, with: rows)
    return replacing(side, with: replaced)
  }
}
