package import ALSSparse

/// The entries of a history that a model knows, in the form that its objective reads.
package struct KnownEntries: Sendable {
  /// Rows of the fixed side, ascending, without repeats.
  private(set) var columns: [Int32] = []
  /// As they were given.
  private(set) var events: [WeightedValue] = []
  /// r and q of each entry.
  private(set) var terms: [Float] = []
  private var ownWeights: [Float] = []
  /// Whether q is another number than r.
  private let hasWeights: Bool
  /// n.
  private(set) var likedCount = 0
  private let reader: EntryReader
  private let context: EntryContext
  /// Whether any entry can have a weight besides its value.
  private let readsWeights: Bool

  package var count: Int { columns.count }
  /// q of each entry; `nil` where it is r.
  var weights: [Float]? { hasWeights ? ownWeights : nil }

  /// No entries, of a row with this context; `readsWeights` says whether those that come may have weights.
  package init(_ reader: EntryReader, readsWeights: Bool, _ context: EntryContext = EntryContext()) {
    (self.reader, self.readsWeights, self.context) = (reader, readsWeights, context)
    hasWeights = reader.loss.separatesWeights(readsWeights)
  }

  /// A row of aligned interactions.
  init(row: Int, of matrix: CSRMatrix<Float>, _ reader: EntryReader) throws(InvalidValue) {
    let entries = matrix.entries(ofRow: row)
    self.init(
      reader, readsWeights: matrix.weights != nil, reader.context(of: entries.lazy.map(matrix.weightedValue)))
    reserve(entries.count)
    for entry in entries { try append(matrix.columns.pointer[entry], matrix.weightedValue(ofEntry: entry)) }
  }

  /// The part of a history whose identifiers are in `names`; the others are appended to `unknown`, once each.
  ///
  /// - Throws: `ALSError` when the objective cannot read a value.
  init(_ history: History, names: Identifiers, _ reader: EntryReader, unknown: inout [Identifier]) throws {
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
    func event(_ next: Int) -> WeightedValue {
      let position = found[next].position
      return WeightedValue(Double(history.values?[position] ?? 1), weight: Double(history.weights?[position] ?? 1))
    }
    var merged: [(column: Int32, event: WeightedValue)] = []
    for next in found.indices {
      if let last = merged.last, last.column == found[next].column {
        merged[merged.count - 1].event = reader.loss.repeats.merging(last.event, event(next))
      } else {
        merged.append((found[next].column, event(next)))
      }
    }
    self.init(reader, readsWeights: history.weights != nil, reader.context(of: merged.lazy.map(\.event)))
    reserve(merged.count)
    for (column, event) in merged {
      do {
        try append(column, event)
      } catch {
        throw ALSError(.data, "history, \(names[Int(column)]): \(error.reason)")
      }
    }
  }

  private mutating func reserve(_ count: Int) {
    columns.reserveCapacity(count)
    events.reserveCapacity(count)
    terms.reserveCapacity(count)
    if hasWeights { ownWeights.reserveCapacity(count) }
  }

  /// Appends an entry, or nothing when its value is as good as absent.
  package mutating func append(_ column: Int32, _ event: WeightedValue) throws(InvalidValue) {
    let value = Float(event.value)
    guard try reader.loss.reads(value) else { return }
    let entry = reader.loss.entry(
      value, weight: Float(event.weight), mean: reader.mean, hasWeights: readsWeights,
      reader.context(context, column: Int(column)))
    columns.append(column)
    events.append(event)
    terms.append(entry.value)
    if hasWeights { ownWeights.append(entry.weight) }
    likedCount += reader.countsLikedOnly && entry.value == 0 ? 0 : 1
  }
}
