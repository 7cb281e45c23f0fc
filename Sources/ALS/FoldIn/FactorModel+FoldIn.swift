import ALSDense
import ALSPlatform
import ALSSparse

extension FactorModel {
  /// Makes what the first requests would have to wait for: the Gram matrices of both sides and the ranking of the items.
  ///
  /// Call it before a model takes over from another in a server. What is still made late, by the first request that needs
  /// it, are the norms for similar items and users, and a ranking for each ``PopularityPenalty``.
  ///
  /// - Parameter threads: All processors when `nil`.
  /// - Throws: `ALSError` when `threads` is less than 1.
  /// - Complexity: O((users + items) · k² + items · log items), and memory for a second copy of the items' factors.
  public func prepare(threads: Int? = nil) throws {
    let threads = try EngineThreads.count(threads)
    func prepare<Element>(_ tables: FactorTables<Element>) {
      for side in Side.allCases { _ = tables[side].gram(weight: objective.gramWeight, threads: threads) }
      _ = tables.rankedItems(threads: threads)
    }
    tables.open(prepare, prepare)
    _ = (origin(fixing: .users), origin(fixing: .items))
  }

  /// The factors of a new user, or of a known one whose interactions have changed, from all of the user's interactions.
  ///
  /// Solves exactly what training solves for a user, in double precision: the same confidence, regularisation (ν
  /// included), unobserved weight, mean and biases. A training user is given the stored factors again, to rounding.
  ///
  ///     let user = try model.foldIn(user: ["85123A": 2, "22423": 1])
  ///     let items = try model.recommend(user: user, count: 5)
  ///
  /// - Parameter history: All items of the user, with the values that training would have been given.
  /// - Returns: The factors, and the items that the model does not know.
  /// - Throws: `ALSError` when a value is out of the objective's range, or no finite factors solve the equations.
  /// - Complexity: O(n·k² + k³) for n items; the first call for a model without ``prepare(threads:)`` also makes the
  ///   Gram matrix of the items, in O(items · k²).
  public func foldIn(user history: History) throws -> FoldedRow {
    try foldIn(history, [:], .users)
  }

  /// The factors of a user who has interacted with these items, once each; see ``foldIn(user:)``.
  @inlinable
  public func foldIn(user items: some Sequence<some IdentifierKey>) throws -> FoldedRow {
    try foldIn(user: History(items))
  }

  /// The factors of a new item, or of a known one whose interactions have changed; see ``foldIn(user:)``.
  ///
  /// - Parameter history: All users of the item, with the values that training would have been given.
  /// - Returns: The factors, and the users that the model does not know.
  /// - Throws: What ``foldIn(user:)`` throws.
  /// - Complexity: O(n·k² + k³) for n users; the first call also makes the Gram matrix of the users.
  public func foldIn(item history: History) throws -> FoldedRow {
    try foldIn(history, [:], .items)
  }

  /// The factors of an item that these users have interacted with, once each; see ``foldIn(item:)``.
  @inlinable
  public func foldIn(item users: some Sequence<some IdentifierKey>) throws -> FoldedRow {
    try foldIn(item: History(users))
  }

  /// The same with features, which are what the factors are near to; see ``foldIn(user:features:)``.
  func foldIn(_ history: History, _ features: [String: FeatureValue], _ side: Side) throws -> FoldedRow {
    let given = try GivenFeatures(features, side, of: self)
    var unknown: [Identifier] = []
    let entries = try KnownEntries(
      history, names: identifiers(of: side.other), reader(side), unknown: &unknown)
    func solution<Element>(_ tables: FactorTables<Element>) -> [Double]? {
      let problem = FoldInProblem(side, against: tables[side.other], objective: objective, threads: 1)
      return problem.solution(
        for: entries, prior: given.prior, times: configuration.featureShare, scratch: problem.makeScratch()
      )
      .flatMap { FactorTables<Element>.areUsable($0) ? $0 : nil }
    }
    let solution = tables.open(solution, solution)
    guard let solution else {
      throw ALSError(.data, "history: \(unsolvableReason)")
    }
    return FoldedRow(
      solution: solution, factorCount: factorCount, entries: entries.columns, unknown: unknown,
      hasFeatures: given.prior != nil, unknownFeatures: given.unknown,
      origin: origin(fixing: side.other))
  }

  var objective: any Objective { configuration.objective(globalMean: globalMean) }
}

/// Why a row has no factors, and what to do.
let unsolvableReason =
  "no finite factors solve its equations. Train with more regularization, or scale the values down."
