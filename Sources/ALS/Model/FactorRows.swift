package import ALSDense
package import ALSPlatform

/// The factors, biases and densities of one side: a table, and over it rows that have been replaced or added since.
///
/// A copy with other rows shares the table, and costs what is changed.
package struct FactorRows<Element: Scalar>: Sendable {
  private let table: Matrix<Element>
  private let hasChanges: Bool
  package let rowCount: Int
  /// The number of rows that have interactions: N of what is solved against them.
  let presentCount: Int
  package let hasBiases: Bool
  /// Whether there are densities other than 1.
  let hasDensities: Bool
  private let rest: Rest

  /// One reference, because models are copied for every request.
  private final class Rest: Sendable {
    let biases: Buffer<Element>?
    let roots: Buffer<Double>?
    /// Which rows had no interactions, so that they are no part of what others are solved against; `nil` when none.
    let absent: Buffer<Bool>?
    /// k factors, the bias, the root of the density and whether the row is absent, by position.
    let changes: PersistentMap<Buffer<Element>>
    /// The table's, made by the first row that is solved against this side.
    let gram: LazyValue<[Double]>

    init(
      biases: Buffer<Element>?, roots: Buffer<Double>?, absent: Buffer<Bool>?, changes: PersistentMap<Buffer<Element>>,
      gram: LazyValue<[Double]>
    ) {
      (self.biases, self.roots, self.absent, self.changes, self.gram) = (biases, roots, absent, changes, gram)
    }
  }

  /// Where more than one row in so many is another than the table's, all are copied into a new one.
  private static var changedShare: Int { 8 }

  /// Rows; `biases` are zeros when `nil`, `roots` of densities ones, and no row is `absent`.
  package init(
    _ table: Matrix<Element>, biases: Buffer<Element>?, roots: Buffer<Double>? = nil, absent: Buffer<Bool>? = nil
  ) {
    let absentCount = absent?.elements.count { $0 } ?? 0
    self.init(
      table, biases: biases, roots: roots, absent: absentCount == 0 ? nil : absent, changes: PersistentMap(),
      rowCount: table.rowCount, presentCount: table.rowCount - absentCount, gram: LazyValue())
  }

  private init(
    _ table: Matrix<Element>, biases: Buffer<Element>?, roots: Buffer<Double>?, absent: Buffer<Bool>?,
    changes: PersistentMap<Buffer<Element>>, rowCount: Int, presentCount: Int, gram: LazyValue<[Double]>
  ) {
    self.table = table
    (self.rowCount, self.presentCount) = (rowCount, presentCount)
    (hasBiases, hasDensities, hasChanges) = (biases != nil, roots != nil, changes.count > 0)
    rest = Rest(biases: biases, roots: roots, absent: absent, changes: changes, gram: gram)
  }

  package var columnCount: Int { table.columnCount }

  /// The start of row `index`, valid as long as these rows are.
  package func row(_ index: Int) -> UnsafeMutablePointer<Element> {
    guard hasChanges, let changed = rest.changes[UInt64(index)] else { return table.row(index) }
    return changed.pointer
  }

  /// The factors of row `index`.
  func factors(_ index: Int) -> [Double] { (0..<columnCount).map { Double(self[index, $0]) } }

  /// The bias of row `index`; 0 without biases.
  package func bias(_ index: Int) -> Element {
    guard hasBiases, let biases = rest.biases else { return 0 }
    guard hasChanges, let changed = rest.changes[UInt64(index)] else { return biases.pointer[index] }
    return changed.pointer[columnCount]
  }

  /// The root of the density of row `index`: what its cells weigh; 1 without densities.
  func root(_ index: Int) -> Double {
    guard hasDensities, let roots = rest.roots else { return 1 }
    guard hasChanges, let changed = rest.changes[UInt64(index)] else { return roots.pointer[index] }
    return Double(changed.pointer[columnCount + 1])
  }

  /// Whether row `index` had no interactions and has its factors from features alone.
  package func isAbsent(_ index: Int) -> Bool {
    if hasChanges, let changed = rest.changes[UInt64(index)] { return changed.pointer[columnCount + 2] != 0 }
    return rest.absent.map { index < $0.count && $0.pointer[index] } ?? false
  }

  /// Which rows are absent; `nil` when none are.
  package var absent: Buffer<Bool>? {
    presentCount == rowCount ? nil : hasChanges ? Buffer((0..<rowCount).map(isAbsent)) : rest.absent
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
  func replacingBiases(with biases: Buffer<Element>) -> FactorRows {
    FactorRows(matrix, biases: biases, roots: roots, absent: absent)
  }

  /// Whether both share one table of factors.
  func hasFactors(of other: FactorRows) -> Bool { table.buffer === other.table.buffer }

  /// All biases, if there are some.
  package var biases: Buffer<Element>? {
    hasChanges && hasBiases ? Buffer((0..<rowCount).map(bias)) : rest.biases
  }

  /// The roots of all densities, if there are some.
  package var roots: Buffer<Double>? {
    hasChanges && hasDensities ? Buffer((0..<rowCount).map(root)) : rest.roots
  }

  /// The same with `rows` at `positions`, of `count` in all, which cover every row that is new.
  ///
  /// - Complexity: O(k + log `count`) for each of a few rows; O(`count` · k) for many.
  func replacing(at positions: [Int], of count: Int, with rows: FactorRows) -> FactorRows {
    let k = columnCount
    guard (rest.changes.count + positions.count) * Self.changedShare > table.rowCount else {
      var (changes, present) = (rest.changes, presentCount)
      for (row, position) in positions.enumerated() {
        if position < rowCount, !isAbsent(position) { present -= 1 }
        if !rows.isAbsent(row) { present += 1 }
        let changed = Buffer<Element>(uninitialized: k + 3)
        changed.pointer.initialize(from: rows.row(row), count: k)
        changed.pointer[k] = rows.bias(row)
        changed.pointer[k + 1] = Element(rows.root(row))
        changed.pointer[k + 2] = rows.isAbsent(row) ? 1 : 0
        changes.set(changed, for: UInt64(position))
      }
      return FactorRows(
        table, biases: rest.biases, roots: rest.roots, absent: rest.absent, changes: changes, rowCount: count,
        presentCount: present, gram: rest.gram)
    }
    return copied(at: positions, of: count, with: rows)
  }

  /// The same in a table of its own.
  ///
  /// - Complexity: O(`count` · k).
  func copied(at positions: [Int], of count: Int, with rows: FactorRows) -> FactorRows {
    func copy<Number>(_ old: Buffer<Number>, _ width: Int, fill: Number) -> Buffer<Number> {
      let copy = Buffer<Number>(repeating: fill, count: count * width)
      copy.pointer.update(from: old.pointer, count: old.count)
      return copy
    }
    let table = Matrix(
      rowCount: count, columnCount: columnCount, buffer: copy(matrix.buffer, columnCount, fill: 0))
    let (biases, roots) = (biases.map { copy($0, 1, fill: 0) }, roots.map { copy($0, 1, fill: 1) })
    let absent =
      absent == nil && rows.absent == nil
      ? nil : copy(absent ?? Buffer(repeating: false, count: rowCount), 1, fill: false)
    for (row, position) in positions.enumerated() {
      table.row(position).update(from: rows.row(row), count: columnCount)
      biases?.pointer[position] = rows.bias(row)
      roots?.pointer[position] = rows.root(row)
      absent?.pointer[position] = rows.isAbsent(row)
    }
    return FactorRows(table, biases: biases, roots: roots, absent: absent)
  }

  /// The Gram matrix Σ b v vᵀ over the rows with interactions, with all sums in double precision.
  ///
  /// - Complexity: O(rows · k²) once for a table, and O(k²) for each row that has been changed since.
  func gram(threads: Int) -> [Double] {
    let k = columnCount
    var gram = rest.gram.value {
      let (roots, absent) = (rest.roots, rest.absent)
      let weighted =
        roots == nil && absent == nil
        ? table : table.scalingRows { absent?.pointer[$0] == true ? 0 : roots?.pointer[$0] ?? 1 }
      return withSingleThreadedBLAS(threads: threads) { preciseGram(of: weighted, threads: threads) }
    }
    func add(_ row: UnsafeMutablePointer<Element>, _ weight: Double) {
      for i in 0..<k {
        let factor = weight * Double(row[i])
        for j in 0..<k { gram[i * k + j] += factor * Double(row[j]) }
      }
    }
    rest.changes.forEach { position, changed in
      let root = rest.roots == nil ? 1 : Double(changed.pointer[k + 1])
      if position < UInt64(table.rowCount), rest.absent?.pointer[Int(position)] != true {
        let old = rest.roots?.pointer[Int(position)] ?? 1
        add(table.row(Int(position)), -old * old)
      }
      if changed.pointer[k + 2] == 0 { add(changed.pointer, root * root) }
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

extension FactorRows {
  /// These rows at `positions` of `count`; the others are absent, with the factors, and the bias behind them, that `others` says,
  /// zeros where that is nothing, and `root` for that of their density.
  ///
  /// - Complexity: O(`count` · k).
  func completed(at positions: [Int], of count: Int, root: Double, others: (Int) -> [Double]?) -> FactorRows {
    let rows = FactorRows(
      Matrix(zeros: count, columnCount), biases: hasBiases ? Buffer(repeating: 0, count: count) : nil,
      roots: hasDensities ? Buffer(repeating: root, count: count) : nil,
      absent: Buffer(repeating: true, count: count)
    ).copied(at: positions, of: count, with: self)
    let (table, biases, isAbsent) = (rows.matrix, rows.biases, rows.absent)
    for row in 0..<count where isAbsent?.pointer[row] == true {
      guard let values = others(row) else { continue }
      for c in 0..<columnCount { table.row(row)[c] = Element(values[c]) }
      if let biases { biases.pointer[row] = Element(values[columnCount]) }
    }
    return rows
  }
}
