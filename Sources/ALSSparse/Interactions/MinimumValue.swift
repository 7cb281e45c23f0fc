import ALSPlatform

extension Interactions {
  /// The pairs whose value is at least `minimum`, and the users and items that have any: as if the others had never been.
  ///
  /// Where nobody has said what becomes of repeated pairs, their sums are compared, and what is left cannot be ratings.
  ///
  /// - Parameters:
  ///   - minimum: The smallest value that is kept; pairs without values have 1.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Returns: The interactions, the same storage when nothing is removed, and how many pairs were removed.
  /// - Throws: Nothing that a valid table of identifiers would cause.
  /// - Complexity: O(users + items + interactions).
  public func removing(
    valuesBelow minimum: Float, threads: Int? = nil
  ) throws -> (interactions: Interactions, removedCount: Int) {
    // What is compared with the minimum is the sum, which no rating is.
    let repeats = if case .undecided = repeats { Repeats.added(path: nil) } else { repeats }
    let all = Interactions(users: users, items: items, byUser: byUser, byItem: byItem, repeats: repeats)
    let kept: CSRMatrix<Float>
    if byUser.values == nil {
      if minimum <= 1 { return (all, 0) }
      kept = CSRMatrix(
        rowCount: users.count, columnCount: items.count, rowStarts: Buffer(repeating: 0, count: users.count + 1),
        columns: Buffer([]), values: nil)
    } else {
      kept = byUser.filtered { $0 >= minimum }
      if kept.entryCount == count { return (all, 0) }
    }
    let (rows, columns) = (UsedPositions(rowsOf: kept), UsedPositions(kept.columns.elements, of: items.count))
    let starts = Buffer<Int64>(uninitialized: rows.positions.count + 1)
    for (row, old) in rows.positions.enumerated() { starts.pointer[row] = kept.rowStarts.pointer[old] }
    starts.pointer[rows.positions.count] = Int64(kept.entryCount)
    let matrix = CSRMatrix(
      rowCount: rows.positions.count, columnCount: columns.positions.count, rowStarts: starts,
      columns: columns.renumbered(kept.columns.elements), values: kept.values, weights: kept.weights)
    return (
      Interactions(
        users: try users.selecting(rows.positions), items: try items.selecting(columns.positions), byUser: matrix,
        byItem: matrix.transposed(threads: threads ?? availableProcessors), repeats: repeats),
      count - kept.entryCount
    )
  }
}

extension Events {
  /// The events whose value is at least `minimum`, and the users and items that have any.
  ///
  /// - Complexity: O(users + items + events).
  public func removing(valuesBelow minimum: Float) throws -> Events {
    let kept = filtered { (values?.pointer[$0] ?? 1) >= minimum }
    return kept.count == count ? self : try kept.withoutUnused()
  }

  /// The same events over tables of those identifiers that occur.
  ///
  /// - Complexity: O(users + items + events).
  package func withoutUnused() throws -> Events {
    let users = UsedPositions(userIndices.elements, of: users.count)
    let items = UsedPositions(itemIndices.elements, of: items.count)
    return Events(
      users: try self.users.selecting(users.positions), items: try self.items.selecting(items.positions),
      userIndices: users.renumbered(userIndices.elements), itemIndices: items.renumbered(itemIndices.elements),
      values: values, times: times, weights: weights)
  }
}

/// Which of some positions are used, and what their numbers are when the others are left out.
package struct UsedPositions: Sendable {
  /// Those that are, ascending.
  package let positions: [Int]
  /// By old position; of those that are not used, nothing in particular.
  private let numbers: Buffer<Int32>

  /// The positions, of `count`, for which `isUsed` holds.
  package init(of count: Int, where isUsed: (Int) -> Bool) {
    var positions: [Int] = []
    numbers = Buffer(repeating: 0, count: count)
    for position in 0..<count where isUsed(position) {
      numbers.pointer[position] = Int32(truncatingIfNeeded: positions.count)
      positions.append(position)
    }
    self.positions = positions
  }

  /// The positions, of `count`, that are among `indices`.
  init(_ indices: UnsafeBufferPointer<Int32>, of count: Int) {
    let isUsed = Buffer<Bool>(repeating: false, count: count)
    for index in indices { isUsed.pointer[Int(index)] = true }
    self.init(of: count) { isUsed.pointer[$0] }
  }

  /// The rows that have entries.
  init(rowsOf matrix: CSRMatrix<Float>) {
    self.init(of: matrix.rowCount) { matrix.degree(ofRow: $0) > 0 }
  }

  /// The number of a position that is used.
  package subscript(position: Int) -> Int32 { numbers.pointer[position] }

  func renumbered(_ indices: UnsafeBufferPointer<Int32>) -> Buffer<Int32> {
    let result = Buffer<Int32>(uninitialized: indices.count)
    for (place, index) in indices.enumerated() { result.pointer[place] = numbers.pointer[Int(index)] }
    return result
  }
}
