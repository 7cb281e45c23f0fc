import ALSPlatform

extension CSRMatrix where Value == Float {
  /// The sum of a hash of each of `entries`, which is the same for the transpose when this is; `nil` when a column is out
  /// of range or does not rise within its row, a value is not finite, or a weight is not a finite number above 0.
  ///
  /// The entries may begin and end within rows, so that several threads can check a matrix; the row starts must be
  /// whole already.
  ///
  /// Rows are hashed as columns when `isTransposed`.
  ///
  /// - Complexity: O(entries and their rows), at the speed of memory.
  package func cellSum(of entries: Range<Int>, isTransposed: Bool) -> UInt64? {
    if entries.isEmpty { return 0 }
    let (starts, columns, values, weights) = (rowStarts.pointer, columns.pointer, values?.pointer, weights?.pointer)
    let (rowShift, columnShift): (UInt64, UInt64) = isTransposed ? (0, 32) : (32, 0)
    var (row, position) = (row(ofEntry: entries.lowerBound), entries.lowerBound)
    var (sum, broken): (UInt64, UInt32) = (0, 0)
    while position < entries.upperBound {
      let end = min(Int(starts[row + 1]), entries.upperBound)
      if position == Int(starts[row]), position < end, columns[position] < 0 { return nil }
      // An entry within its row is compared with the one before it.
      for entry in max(position, Int(starts[row]) + 1)..<max(end, Int(starts[row]) + 1) {
        broken |= columns[entry] <= columns[entry - 1] ? 1 : 0
      }
      if position < end, Int(columns[end - 1]) >= columnCount { return nil }
      let high = UInt64(truncatingIfNeeded: row) << rowShift
      if let values {
        for entry in position..<end {
          let bits = values[entry].bitPattern
          broken |= bits & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0
          sum &+= Self.hash(high | UInt64(UInt32(bitPattern: columns[entry])) << columnShift, bits)
        }
      } else {
        for entry in position..<end {
          sum &+= Self.hash(high | UInt64(UInt32(bitPattern: columns[entry])) << columnShift, 0)
        }
      }
      if let weights {
        for entry in position..<end {
          let bits = weights[entry].bitPattern
          // Positive and finite: neither 0 nor anything from infinity on, negative numbers among them.
          broken |= bits &- 1 >= 0x7F7F_FFFF ? 1 : 0
          sum &+= Self.hash(~(high | UInt64(UInt32(bitPattern: columns[entry])) << columnShift), bits)
        }
      }
      if broken != 0 { return nil }
      (row, position) = (row + 1, end)
    }
    return sum
  }

  @inline(__always)
  private static func hash(_ cell: UInt64, _ value: UInt32) -> UInt64 {
    let mixed = (cell ^ 0x2545_F491_4F6C_DD1D) &* 0x9E37_79B9_7F4A_7C15
    let product = (mixed ^ (mixed >> 32) ^ UInt64(value)) &* 0xD6E8_FEB8_6659_FD93
    return product ^ (product >> 29)
  }

  /// What is wrong with `entries` for which ``cellSum(of:isTransposed:)`` is `nil`.
  package func brokenEntry(of entries: Range<Int>) -> String {
    let rows = row(ofEntry: entries.lowerBound)..<row(ofEntry: entries.upperBound - 1) + 1
    if let problem = brokenColumns(rows: rows) { return problem }
    if let weights, let entry = entries.first(where: { !(isWeight(weights.pointer[$0]) && weights.pointer[$0] > 0) }) {
      return
        "row \(row(ofEntry: entry)) has the weight \(weights.pointer[entry]) in column \(columns.pointer[entry]), not a finite number above 0"
    }
    let entry = entries.first { !(values?.pointer[$0].isFinite ?? true) } ?? entries.lowerBound
    return
      "row \(row(ofEntry: entry)) has the value \(values?.pointer[entry] ?? 1) in column \(columns.pointer[entry]), not a finite number"
  }
}

/// Whether events can have this weight.
package func isWeight(_ number: Float) -> Bool { number >= 0 && number.isFinite }
