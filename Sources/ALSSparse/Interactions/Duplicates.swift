import ALSPlatform

/// What becomes of several entries for the same user and item.
public enum Duplicates: String, CaseIterable, Hashable, Codable, Sendable {
  /// Their values are added: repeated purchases or plays. Of weighted ones, what is added is value times weight, and the
  /// pair has the largest of their weights.
  case sum
  /// The last one in the input counts: a rating that was changed.
  case last
  /// The largest counts, of equal ones that of the largest weight.
  case max
  /// They are an error.
  case error
}

/// What an event says of a pair, and how much that counts.
package struct WeightedValue: Comparable, Sendable {
  package var value: Double
  /// Above 0.
  package var weight: Double

  package init(_ value: Double, weight: Double = 1) { (self.value, self.weight) = (value, weight) }

  package static func < (a: WeightedValue, b: WeightedValue) -> Bool {
    (a.value, a.weight) < (b.value, b.weight)
  }
}

extension Duplicates {
  /// What is left of an event of a pair and one of the same pair later in the input.
  package func merging(_ event: WeightedValue, _ next: WeightedValue) -> WeightedValue {
    switch self {
    case .sum:
      let weight = Swift.max(event.weight, next.weight)
      return WeightedValue((event.value * event.weight + next.value * next.weight) / weight, weight: weight)
    case .max: return Swift.max(event, next)
    case .last, .error: return next
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
    let mergedWeights = weights.map { _ in Buffer<Float>(uninitialized: merged.count) }
    var filled = 0
    for row in 0..<rowCount {
      starts.pointer[row] = Int64(filled)
      let entries = entries(ofRow: row)
      var entry = entries.lowerBound
      while entry < entries.upperBound {
        let column = columns.pointer[entry]
        var kept = weightedValue(ofEntry: entry)
        entry += 1
        while entry < entries.upperBound, columns.pointer[entry] == column {
          kept = policy.merging(kept, weightedValue(ofEntry: entry))
          entry += 1
        }
        merged.pointer[filled] = column
        mergedValues?.pointer[filled] = Float(kept.value)
        mergedWeights?.pointer[filled] = Float(kept.weight)
        filled += 1
      }
    }
    starts.pointer[rowCount] = Int64(filled)
    return (
      CSRMatrix(
        rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: merged, values: mergedValues,
        weights: mergedWeights), nil
    )
  }

  package func weightedValue(ofEntry entry: Int) -> WeightedValue {
    WeightedValue(Double(values?.pointer[entry] ?? 1), weight: Double(weights?.pointer[entry] ?? 1))
  }
}
