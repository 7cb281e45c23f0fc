import ALSPlatform

/// The rows of consecutive users: what one of several processes has of the interactions.
package struct UserShard: Sendable {
  /// Their indices among all users.
  package let users: Range<Int>
  /// The number of all users.
  package let userCount: Int
  /// One row for each of ``users``, one column for each of all items.
  package let byUser: CSRMatrix<Float>
  /// The identifiers of a user and an item, by their indices among all.
  package let nameOfUser, nameOfItem: @Sendable (Int) -> Identifier

  package var itemCount: Int { byUser.columnCount }

  /// The same users with other entries.
  package func replacingEntries(with byUser: CSRMatrix<Float>) -> UserShard {
    UserShard(users: users, userCount: userCount, byUser: byUser, nameOfUser: nameOfUser, nameOfItem: nameOfItem)
  }

  package init(
    users: Range<Int>, userCount: Int, byUser: CSRMatrix<Float>, nameOfUser: @escaping @Sendable (Int) -> Identifier,
    nameOfItem: @escaping @Sendable (Int) -> Identifier
  ) {
    precondition(byUser.rowCount == users.count && users.upperBound <= userCount)
    self.users = users
    self.userCount = userCount
    self.byUser = byUser
    self.nameOfUser = nameOfUser
    self.nameOfItem = nameOfItem
  }

  /// How many items have entries here.
  ///
  /// - Complexity: O(items + entries).
  package func neededItemCount() -> Int {
    let isNeeded = Buffer<Bool>(repeating: false, count: itemCount)
    for column in byUser.columns.elements { isNeeded.pointer[Int(column)] = true }
    return isNeeded.elements.reduce(0) { $0 + ($1 ? 1 : 0) }
  }

  /// How many users have some item of each of `shares`, which follow each other.
  ///
  /// - Complexity: O(users + items + entries).
  package func userCounts(ofItemShares shares: [Range<Int>]) -> [Int] {
    let owners = Buffer<Int32>(uninitialized: itemCount)
    for (owner, share) in shares.enumerated() { for item in share { owners.pointer[item] = Int32(owner) } }
    var (counts, last) = ([Int](repeating: 0, count: shares.count), [Int](repeating: -1, count: shares.count))
    for row in 0..<byUser.rowCount {
      for column in byUser.columns(ofRow: row) {
        let owner = Int(owners.pointer[Int(column)])
        if last[owner] != row { (counts[owner], last[owner]) = (counts[owner] + 1, row) }
      }
    }
    return counts
  }

  /// Adds the entries of each item to `counts`.
  package func addItemCounts(to counts: inout [Int]) {
    for column in byUser.columns.elements { counts[Int(column)] += 1 }
  }
}

extension Interactions {
  /// The shard of rank `rank` of `count`.
  package func shard(rank: Int, of count: Int) -> UserShard {
    let range = balancedShare(ofRank: rank, of: count, starts: byUser.rowStarts.elements)
    return UserShard(
      users: range, userCount: users.count, byUser: byUser.rows(range), nameOfUser: { users[$0] },
      nameOfItem: { items[$0] })
  }
}

extension CSRMatrix {
  /// Consecutive rows; their columns and values stay where they are.
  ///
  /// - Complexity: O(rows).
  package func rows(_ range: Range<Int>) -> CSRMatrix {
    let base = rowStarts.pointer[range.lowerBound]
    let entries = Int(base)..<Int(rowStarts.pointer[range.upperBound])
    let starts = Buffer<Int64>(uninitialized: range.count + 1)
    for row in 0...range.count { starts.pointer[row] = rowStarts.pointer[range.lowerBound + row] - base }
    return CSRMatrix(
      rowCount: range.count, columnCount: columnCount, rowStarts: starts, columns: columns.part(entries),
      values: values?.part(entries), weights: weights?.part(entries))
  }
}
