import ALSSparse

/// The entries of a history that a model knows, in the form that its objective reads.
package struct KnownEntries: Sendable {
  /// Rows of the fixed side, ascending, without repeats.
  private(set) var columns: [Int32] = []
  /// The values as they were given.
  private(set) var values: [Float] = []
  /// What the objective makes of them.
  private(set) var terms: [Float] = []

  package var count: Int { columns.count }

  package init() {}

  /// A row of aligned interactions.
  init(row: Int, of matrix: CSRMatrix<Float>, loss: any LossDefinition) throws(InvalidValue) {
    for entry in matrix.entries(ofRow: row) {
      try append(matrix.columns.pointer[entry], matrix.values?.pointer[entry] ?? 1, loss)
    }
  }

  /// The part of a history whose identifiers are in `names`; the others are appended to `unknown`, once each.
  ///
  /// - Throws: `ALSError` when the objective cannot read a value.
  init(
    _ history: History, names: Identifiers, loss: any LossDefinition, unknown: inout [Identifier]
  ) throws {
    var found: [(column: Int32, position: Int)] = []
    var missing: Set<Identifier> = []
    found.reserveCapacity(history.count)
    for (position, identifier) in history.identifiers.enumerated() {
      if let value = history.values?[position], !value.isFinite {
        throw ALSError(.data, "history, \(identifier): value \(value) is not a finite number. Correct it.")
      }
      if let index = names.index(of: identifier) {
        found.append((Int32(index), position))
      } else if missing.insert(identifier).inserted {
        unknown.append(identifier)
      }
    }
    found.sort { ($0.column, $0.position) < ($1.column, $1.position) }
    var next = 0
    while next < found.count {
      let column = found[next].column
      var value = Double(history.values?[found[next].position] ?? 1)
      next += 1
      while next < found.count, found[next].column == column {
        let repeated = Double(history.values?[found[next].position] ?? 1)
        value = loss.repeats == .last ? repeated : value + repeated
        next += 1
      }
      do {
        try append(column, Float(value), loss)
      } catch {
        throw ALSError(.data, "history, \(names[Int(column)]): \(error.reason)")
      }
    }
  }

  /// Appends an entry, or nothing when its value is as good as absent.
  package mutating func append(
    _ column: Int32, _ value: Float, _ loss: any LossDefinition
  ) throws(InvalidValue) {
    guard let term = try loss.checkedTerm(of: value) else { return }
    columns.append(column)
    values.append(value)
    terms.append(term)
  }
}
