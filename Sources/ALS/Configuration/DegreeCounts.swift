import ALSSparse

/// How many rows have how many entries.
package struct DegreeCounts {
  private(set) var counts: [Int: Int] = [:]

  init(_ degrees: some Sequence<Int>) {
    for degree in degrees { counts[degree, default: 0] += 1 }
  }

  init(of matrix: CSRMatrix<Float>) { self.init((0..<matrix.rowCount).lazy.map(matrix.degree)) }

  mutating func add(_ count: Int, rowsOfDegree degree: Int) { counts[degree, default: 0] += count }

  var rowCount: Int { counts.values.reduce(0, +) }
  var entryCount: Int { counts.reduce(0) { $0 + $1.key * $1.value } }

  /// The mean over the entries of a function of the degree.
  func meanOverEntries(of function: (Double) -> Double) -> Double {
    var (sum, total) = (0.0, 0.0)
    // In order, so that the sum is the same every time.
    for (degree, count) in counts.sorted(by: { $0.key < $1.key }) where degree > 0 {
      let weight = Double(count * degree)
      sum += weight * function(Double(degree))
      total += weight
    }
    return total == 0 ? 0 : sum / total
  }

  /// ρ: how many entries the row of a mean entry has over what a mean row has; 1 where all rows have as many.
  var concentration: Double {
    let (rows, entries) = (Double(rowCount), Double(entryCount))
    // Whole numbers, whose sum does not depend on the order.
    let squares = counts.reduce(0) { $0 + $1.key * $1.key * $1.value }
    return entries == 0 ? 1 : Double(squares) * rows / (entries * entries)
  }
}
