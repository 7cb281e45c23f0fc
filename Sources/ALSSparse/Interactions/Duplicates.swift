import ALSPlatform

/// What becomes of several entries for the same user and item.
public enum Duplicates: String, CaseIterable, Hashable, Codable, Sendable {
  /// Their values are added: repeated purchases or plays.
  case sum
  /// The last one in the input counts: a rating that was changed.
  case last
  /// The largest counts.
  case max
  /// They are an error.
  case error
}

extension Duplicates {
  /// What is left of the value of a pair and that of the same pair later in the input.
  package func merging(_ value: Double, _ next: Double) -> Double {
    switch self {
    case .sum: value + next
    case .max: Swift.max(value, next)
    case .last, .error: next
    }
  }

  /// What is wrong with a pair that repeats and must not.
  package static func refusal(ofUser user: Identifier, item: Identifier) -> ALSError {
    ALSError(
      .data,
      "user \(user) and item \(item) occur more than once. Remove the repeats, or choose what to do with them: sum, last "
        + "or max.")
  }

  /// What is wrong with a pair whose merged value is not finite.
  package static func overflow(ofUser user: Identifier, item: Identifier) -> ALSError {
    ALSError(
      .data,
      "the values of user \(user) and item \(item) add up to more than 32-bit floating point holds. Scale them down.")
  }
}

extension CSRMatrix where Value == Float {
  /// The same matrix with the repeated entries of each cell merged; cells must be sorted, as `transposed` leaves them.
  ///
  /// Returns the first cell that repeats instead when `policy` is `error`.
  ///
  /// - Complexity: O(rows + entries); nothing is copied when nothing repeats.
  func merging(_ policy: Duplicates) -> (matrix: CSRMatrix, repeated: (row: Int, column: Int)?) {
    var repeats = 0
    for row in 0..<rowCount {
      let cells = columns(ofRow: row)
      for entry in 1..<Swift.max(cells.count, 1) where cells[entry] == cells[entry - 1] {
        if policy == .error { return (self, (row, Int(cells[entry]))) }
        repeats += 1
      }
    }
    if repeats == 0 { return (self, nil) }

    let starts = Buffer<Int64>(uninitialized: rowCount + 1)
    let merged = Buffer<Int32>(uninitialized: entryCount - repeats)
    // Ones stay ones unless they are counted.
    let mergedValues = values != nil || policy == .sum ? Buffer<Float>(uninitialized: merged.count) : nil
    var filled = 0
    for row in 0..<rowCount {
      starts.pointer[row] = Int64(filled)
      let entries = entries(ofRow: row)
      var entry = entries.lowerBound
      while entry < entries.upperBound {
        let column = columns.pointer[entry]
        var value = Double(values?.pointer[entry] ?? 1)
        entry += 1
        while entry < entries.upperBound, columns.pointer[entry] == column {
          let next = Double(values?.pointer[entry] ?? 1)
          value = policy.merging(value, next)
          entry += 1
        }
        merged.pointer[filled] = column
        mergedValues?.pointer[filled] = Float(value)
        filled += 1
      }
    }
    starts.pointer[rowCount] = Int64(filled)
    return (
      CSRMatrix(
        rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: merged, values: mergedValues), nil
    )
  }
}
