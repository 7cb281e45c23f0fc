public import ALSSparse

/// The equations of one user, or of one item, kept so that more interactions and questions cost little.
///
///     (A + λ_row) x = b        A = a0·G + Σ w v vᵀ        b = Σ w t v
///
/// λ_row depends on the number of entries and is added last, so that a new interaction is one more term of both sums:
/// adding it needs nothing of what came before. Memory: k² numbers, and a few for each entry.
///
///     var visit = try model.system(user: ["85123A", "22423"])
///     try visit.add(["84879": 2])
///     let items = try model.recommend(user: visit.row)
///     let unsure = try visit.variances(of: items.map(\.id))
public struct RowSystem: Sendable {
  /// The model that the row is solved against.
  public let model: FactorModel
  /// The factors from everything added so far.
  public private(set) var row: FoldedRow
  private let side: Side
  private var sums: EntrySums
  /// The values and weights of the entries, by position in the model.
  private var events: [Int32: WeightedValue] = [:]
  /// n.
  private var count = 0
  private var unknown: [Identifier] = []

  init(_ side: Side, of model: FactorModel, history: History) throws {
    self.model = model
    self.side = side
    sums = model.tables.open({ EntrySums(Self.problem(side, $0, model)) }, { EntrySums(Self.problem(side, $0, model)) })
    row = FoldedRow(solution: [], factorCount: 0, entries: [], unknown: [], origin: 0)
    try add(history)
  }

  private static func problem<Element>(
    _ side: Side, _ tables: FactorTables<Element>, _ model: FactorModel
  ) -> FoldInProblem<Element> {
    FoldInProblem(side, against: tables[side.other], objective: model.objective, threads: 1)
  }

  /// Adds interactions and solves again; what is there already is merged as in a ``History``.
  ///
  /// - Throws: `ALSError` when a value is out of the objective's range, or no finite factors solve the equations; the
  ///   system then stays as it was.
  /// - Complexity: O(m·k² + k³) for m new interactions, however many there are already.
  public mutating func add(_ history: History) throws {
    var copy = self
    try copy.addUnchecked(history)
    self = copy
  }

  private mutating func addUnchecked(_ history: History) throws {
    let (names, reader) = (model.identifiers(of: side.other), model.reader(side))
    var missing: [Identifier] = []
    let entries = try KnownEntries(history, names: names, reader, unknown: &missing)
    for identifier in missing where !unknown.contains(identifier) { unknown.append(identifier) }
    let old = events
    for (column, event) in zip(entries.columns, entries.events) {
      events[column] = events[column].map { reader.loss.repeats.merging($0, event) } ?? event
    }
    // In another context all entries are others.
    let changed = reader.loss.readsContexts ? events.keys.sorted() : entries.columns
    /// Those with weights apart from those without, so that each is read as folding in reads it.
    func read(_ events: [Int32: WeightedValue]) throws -> [KnownEntries] {
      let context = reader.context(of: events.sorted { $0.key < $1.key }.lazy.map(\.value))
      var read = [false, true].map { KnownEntries(reader, readsWeights: $0, context) }
      for column in changed {
        guard let event = events[column] else { continue }
        do {
          try read[event.weight == 1 ? 0 : 1].append(column, event)
        } catch {
          throw ALSError(.data, "history, \(names[Int(column)]): \(error.reason)")
        }
      }
      return read
    }
    let (removed, added) = (try read(old), try read(events))
    count += zip(added, removed).reduce(0) { $0 + $1.0.likedCount - $1.1.likedCount }
    let count = count
    func solved<Element>(_ tables: FactorTables<Element>) -> [Double]? {
      let problem = Self.problem(side, tables, model)
      let solution = sums.update(problem, removing: removed, adding: added, count: count)
      return solution.flatMap { FactorTables<Element>.areUsable($0) ? $0 : nil }
    }
    let solution = model.tables.open(solved, solved)
    guard let solution else { throw ALSError(.data, "history: \(unsolvableReason)") }
    row = FoldedRow(
      solution: solution, factorCount: model.factorCount, entries: events.keys.sorted(), unknown: unknown,
      origin: model.origin(fixing: side.other))
  }

  /// The posterior variance yᵀ(A + λ)⁻¹y of the score of each item, or for an item's system of each user, in units of the
  /// variance of an observation of weight 1.
  ///
  /// How unsure the score is: with everything else fixed, the loss is the negative logarithm of a normal density of the
  /// row's factors whose covariance is (A + λ)⁻¹. For exploration, score + c·√variance is an upper confidence bound, as in
  /// Li, Chu, Langford and Schapire, *A contextual-bandit approach to personalized news article recommendation*, WWW
  /// 2010. Infinite when nothing, not even regularization, limits the score.
  ///
  /// - Throws: `ALSError` that names one that the model does not know, or of a model with factors that are not negative, or
  ///   with an L1 norm, whose density is not normal.
  /// - Complexity: O(k³ + n·k²) for n of them.
  public func variances(of identifiers: some Sequence<some IdentifierKey>) throws -> [Double] {
    if !model.configuration.isPlain {
      throw ALSError(
        .configuration,
        "factors that are not negative, or have an L1 norm, have no normal density and no such variances.")
    }
    let indices = try identifiers.map { try model.index(of: $0.identifier, in: side.other) }
    let vectors = indices.map { index in
      let factors = model.factors(of: side.other, at: index)
      return sums.order > factors.count ? factors + [1] : factors
    }
    func factor<Element>(_ tables: FactorTables<Element>) -> CholeskyFactor? {
      sums.factor(Self.problem(side, tables, model), count: count)
    }
    let factor = model.tables.open(factor, factor)
    guard let factor else {
      return vectors.map { $0.allSatisfy { $0 == 0 } ? 0 : .infinity }
    }
    return vectors.map(factor.inverseForm)
  }
}

extension FactorModel {
  /// The equations of a user with these interactions, for more of them to come, and for the variance of scores.
  ///
  /// - Complexity: O(n·k² + k³) for n items.
  public func system(user history: History) throws -> RowSystem {
    try RowSystem(.users, of: self, history: history)
  }

  /// The equations of an item with these interactions; see ``system(user:)``.
  public func system(item history: History) throws -> RowSystem {
    try RowSystem(.items, of: self, history: history)
  }
}
