package import ALSDense
package import ALSPlatform

/// The factors and biases of one side: a table, and over it rows that have been replaced or added since.
///
/// A copy with other rows shares the table, and costs what is changed.
package struct FactorRows<Element: Scalar>: Sendable {
  private let table: Matrix<Element>
  private let hasChanges: Bool
  package let rowCount: Int
  package let hasBiases: Bool
  private let rest: Rest

  /// One reference, because models are copied for every request.
  private final class Rest: Sendable {
    let biases: Buffer<Element>?
    /// k factors and the bias, if there are biases, by position.
    let changes: PersistentMap<Buffer<Element>>
    /// The table's, made by the first row that is solved against this side.
    let gram: LazyValue<[Double]>

    init(biases: Buffer<Element>?, changes: PersistentMap<Buffer<Element>>, gram: LazyValue<[Double]>) {
      (self.biases, self.changes, self.gram) = (biases, changes, gram)
    }
  }

  /// Where more than one row in so many is another than the table's, all are copied into a new one.
  private static var changedShare: Int { 8 }

  package init(_ table: Matrix<Element>, biases: Buffer<Element>?) {
    self.init(table, biases: biases, changes: PersistentMap(), rowCount: table.rowCount, gram: LazyValue())
  }

  private init(
    _ table: Matrix<Element>, biases: Buffer<Element>?, changes: PersistentMap<Buffer<Element>>, rowCount: Int,
    gram: LazyValue<[Double]>
  ) {
    self.table = table
    self.rowCount = rowCount
    (hasBiases, hasChanges) = (biases != nil, changes.count > 0)
    rest = Rest(biases: biases, changes: changes, gram: gram)
  }

  package var columnCount: Int { table.columnCount }

  /// The start of row `index`, valid as long as these rows are.
  package func row(_ index: Int) -> UnsafeMutablePointer<Element> {
    guard hasChanges, let changed = rest.changes[UInt64(index)] else { return table.row(index) }
    return changed.pointer
  }

  /// The bias of row `index`; 0 without biases.
  package func bias(_ index: Int) -> Element {
    guard hasBiases, let biases = rest.biases else { return 0 }
    guard hasChanges, let changed = rest.changes[UInt64(index)] else { return biases.pointer[index] }
    return changed.pointer[columnCount]
  }

  package subscript(row: Int, column: Int) -> Element {
    precondition(row >= 0 && row < rowCount, "row \(row) is outside 0..<\(rowCount)")
    precondition(column >= 0 && column < columnCount, "column \(column) is outside 0..<\(columnCount)")
    return self.row(row)[column]
  }

  /// All rows in one table.
  ///
  /// - Complexity: O(1), or O(rows · k) when some have been changed.
  package var matrix: Matrix<Element> {
    if !hasChanges { return table }
    let copy = Matrix<Element>(zeros: rowCount, columnCount)
    copy.buffer.pointer.update(from: table.buffer.pointer, count: table.buffer.count)
    rest.changes.forEach { position, changed in
      copy.row(Int(position)).update(from: changed.pointer, count: columnCount)
    }
    return copy
  }

  /// The same factors with other biases.
  func replacingBiases(with biases: Buffer<Element>) -> FactorRows { FactorRows(matrix, biases: biases) }

  /// Whether both share one table of factors.
  func hasFactors(of other: FactorRows) -> Bool { table.buffer === other.table.buffer }

  /// All biases, if there are some.
  package var biases: Buffer<Element>? {
    guard let tableBiases = rest.biases, hasChanges else { return rest.biases }
    let copy = Buffer<Element>(repeating: 0, count: rowCount)
    copy.pointer.update(from: tableBiases.pointer, count: tableBiases.count)
    rest.changes.forEach { position, changed in copy.pointer[Int(position)] = changed.pointer[columnCount] }
    return copy
  }

  /// The same with `rows` at `positions`, of `count` in all, which cover every row that is new.
  ///
  /// - Complexity: O(k + log `count`) for each of a few rows; O(`count` · k) for many.
  func replacing(
    at positions: [Int], of count: Int, with rows: Matrix<Element>, biases: Buffer<Element>?
  ) -> FactorRows {
    let k = columnCount
    guard (rest.changes.count + positions.count) * Self.changedShare > table.rowCount else {
      var changes = rest.changes
      for (row, position) in positions.enumerated() {
        let changed = Buffer<Element>(uninitialized: k + 1)
        changed.pointer.initialize(from: rows.row(row), count: k)
        changed.pointer[k] = biases?.pointer[row] ?? 0
        changes.set(changed, for: UInt64(position))
      }
      return FactorRows(table, biases: rest.biases, changes: changes, rowCount: count, gram: rest.gram)
    }
    return copied(at: positions, of: count, with: rows, biases: biases)
  }

  /// The same in a table of its own.
  ///
  /// - Complexity: O(`count` · k).
  func copied(
    at positions: [Int], of count: Int, with rows: Matrix<Element>, biases: Buffer<Element>?
  ) -> FactorRows {
    let k = columnCount
    let (old, oldBiases) = (matrix, self.biases)
    let copy = Matrix<Element>(zeros: count, k)
    copy.buffer.pointer.update(from: old.buffer.pointer, count: old.buffer.count)
    let newBiases = oldBiases.map { old in
      let copy = Buffer<Element>(repeating: 0, count: count)
      copy.pointer.update(from: old.pointer, count: old.count)
      return copy
    }
    for (row, position) in positions.enumerated() {
      copy.row(position).update(from: rows.row(row), count: k)
      if let biases { newBiases?.pointer[position] = biases.pointer[row] }
    }
    return FactorRows(copy, biases: newBiases)
  }

  /// The Gram matrix with all sums in double precision.
  ///
  /// - Complexity: O(rows · k²) once for a table, and O(k²) for each row that has been changed since.
  func gram(threads: Int) -> [Double] {
    let k = columnCount
    var gram = rest.gram.value {
      withSingleThreadedBLAS(threads: threads) { preciseGram(of: table, threads: threads) }
    }
    func add(_ row: UnsafeMutablePointer<Element>, _ sign: Double) {
      for i in 0..<k {
        let factor = sign * Double(row[i])
        for j in 0..<k { gram[i * k + j] += factor * Double(row[j]) }
      }
    }
    rest.changes.forEach { position, changed in
      if position < UInt64(table.rowCount) { add(table.row(Int(position)), -1) }
      add(changed.pointer, 1)
    }
    return gram
  }

  /// A number that tells tables apart: it follows from some rows, spread over all.
  ///
  /// - Complexity: O(k).
  var sample: UInt64 {
    var checksum = Checksum()
    let count = min(rowCount, 64)
    for place in 0..<count {
      let row = place * rowCount / count
      checksum.update(UnsafeRawBufferPointer(start: self.row(row), count: columnCount * MemoryLayout<Element>.stride))
    }
    return checksum.value
  }
}
