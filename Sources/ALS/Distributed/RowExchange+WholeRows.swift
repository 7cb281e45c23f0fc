import ALSPlatform
import ALSSparse

extension RowExchange {
  /// The owned rows over all ranks, of which `matrix` has this rank's entries of the needed rows.
  ///
  /// `parts` says how many entries each rank has of what it needs here, `degrees` how many each owned row has in all, and
  /// `users` which users are whose. Columns are the users that are met, ascending.
  func wholeRows(
    from matrix: CSRMatrix<Float>, parts: [Buffer<Int32>], degrees: Buffer<Int64>, users: [Range<Int>]
  ) throws -> (rows: CSRMatrix<Float>, users: Buffer<Int32>) {
    // What an owner gets lies in one piece, because it owns consecutive rows.
    let counts = (0..<communicator.count).map { owner in
      let rows = localRows(owner: owner)
      return Int(matrix.rowStarts.pointer[rows.upperBound] - matrix.rowStarts.pointer[rows.lowerBound])
    }
    let incoming = parts.map { $0.elements.reduce(0) { $0 + Int($1) } }
    let starts = Buffer<Int64>(uninitialized: owned.count + 1)
    starts.pointer[0] = 0
    for row in 0..<owned.count { starts.pointer[row + 1] = starts.pointer[row] + degrees.pointer[row] }

    /// What the ranks have sent, in the order of the rows and in each row in that of the ranks.
    func merged<Number>(_ received: [Buffer<Number>]) -> Buffer<Number> {
      let all = Buffer<Number>(uninitialized: incoming.reduce(0, +))
      var ends = Array(starts.elements)
      for (rank, numbers) in received.enumerated() {
        var next = 0
        for (position, count) in parts[rank].elements.enumerated() {
          let row = row(at: position, rank: rank)
          (all.pointer + Int(ends[row])).update(from: numbers.pointer + next, count: Int(count))
          ends[row] += Int64(count)
          next += Int(count)
        }
      }
      return all
    }
    let received = try communicator.exchanged(matrix.columns, counts: counts, receiving: incoming)
    for (rank, columns) in received.enumerated() {
      for entry in 0..<columns.count { columns.pointer[entry] += Int32(users[rank].lowerBound) }
    }
    let columns = merged(received)
    func exchanged(_ numbers: Buffer<Float>) throws -> Buffer<Float> {
      merged(try communicator.exchanged(numbers, counts: counts, receiving: incoming))
    }
    let (values, weights) = (try matrix.values.map(exchanged), try matrix.weights.map(exchanged))

    let positions = Buffer<Int32>(repeating: -1, count: users.last?.upperBound ?? 0)
    for column in columns.elements { positions.pointer[Int(column)] = 0 }
    let met = Buffer((0..<Int32(positions.count)).filter { positions.pointer[Int($0)] == 0 })
    for (position, user) in met.elements.enumerated() { positions.pointer[Int(user)] = Int32(position) }
    for entry in 0..<columns.count { columns.pointer[entry] = positions.pointer[Int(columns.pointer[entry])] }
    let rows = CSRMatrix(
      rowCount: owned.count, columnCount: met.count, rowStarts: starts, columns: columns, values: values,
      weights: weights)
    return (rows, met)
  }
}

extension CSRMatrix {
  /// Some of the rows, ascending, of which the others have no entries.
  func selecting(rows: [Int]) -> CSRMatrix {
    let starts = Buffer(rows.map { rowStarts.pointer[$0] } + [Int64(entryCount)])
    return CSRMatrix(
      rowCount: rows.count, columnCount: columnCount, rowStarts: starts, columns: self.columns, values: values,
      weights: weights)
  }

  /// Some of the columns, ascending, of which the others have no entries.
  func selecting(columns: [Int]) -> CSRMatrix {
    let positions = Buffer<Int32>(repeating: -1, count: columnCount)
    for (position, column) in columns.enumerated() { positions.pointer[column] = Int32(position) }
    let renumbered = Buffer<Int32>(uninitialized: entryCount)
    for entry in 0..<entryCount {
      renumbered.pointer[entry] = positions.pointer[Int(self.columns.pointer[entry])]
    }
    return CSRMatrix(
      rowCount: rowCount, columnCount: columns.count, rowStarts: rowStarts, columns: renumbered, values: values,
      weights: weights)
  }
}
