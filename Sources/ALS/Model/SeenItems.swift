import ALSPlatform
package import ALSSparse

/// The items that each user has, ascending: a table, which may lie in a model's file, and over it the rows of users that
/// have been replaced or added since.
package struct SeenItems: Sendable {
  /// Users × items without values; users that were added later have no row in it.
  private let table: CSRMatrix<Float>
  private var changes = PersistentMap<Buffer<Int32>>()
  private var inverse = LazyValue<SeenItems>()

  /// Where more than one row in so many is another than the table's, all are copied into a new one.
  private static var changedShare: Int { 8 }

  package init(_ table: CSRMatrix<Float>) { self.table = table.structure }

  /// The items of a user, valid as long as these are.
  package func items(ofUser user: Int) -> UnsafeBufferPointer<Int32> {
    if changes.count > 0, let changed = changes[UInt64(user)] { return changed.elements }
    return user < table.rowCount ? table.columns(ofRow: user) : UnsafeBufferPointer(start: nil, count: 0)
  }

  /// The items of so many users as one matrix.
  ///
  /// - Complexity: O(1), or O(users + pairs) when some have been changed.
  package func matrix(users: Int, items: Int) -> CSRMatrix<Float> {
    if changes.count == 0, table.rowCount == users, table.columnCount == items { return table }
    let starts = Buffer<Int64>(uninitialized: users + 1)
    starts.pointer[0] = 0
    for user in 0..<users { starts.pointer[user + 1] = starts.pointer[user] + Int64(self.items(ofUser: user).count) }
    let columns = Buffer<Int32>(uninitialized: Int(starts.pointer[users]))
    for user in 0..<users {
      let row = self.items(ofUser: user)
      if let source = row.baseAddress {
        (columns.pointer + Int(starts.pointer[user])).initialize(from: source, count: row.count)
      }
    }
    return CSRMatrix(rowCount: users, columnCount: items, rowStarts: starts, columns: columns, values: nil)
  }

  /// The users that have each item, ascending, made once.
  ///
  /// - Complexity: O(users + items + pairs) the first time, and as much memory as the items of the users take.
  func transposed(users: Int, items: Int) -> SeenItems {
    inverse.value { SeenItems(matrix(users: users, items: items).transposed(threads: availableProcessors)) }
  }

  /// The same with other items for some of `users` users.
  func replacing(_ rows: some Collection<(user: Int, items: [Int32])>, users: Int, items: Int) -> SeenItems {
    var copy = self
    copy.inverse = LazyValue()
    for row in rows { copy.changes.set(Buffer(row.items), for: UInt64(row.user)) }
    guard copy.changes.count * Self.changedShare > table.rowCount else { return copy }
    return SeenItems(copy.matrix(users: users, items: items))
  }
}
