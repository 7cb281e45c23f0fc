import ALSDense
import ALSPlatform
import ALSSparse

/// Exclusions and options made ready for the search for the best items, once for all users of a request.
struct RecommendationPlan: Sendable {
  let model: FactorModel
  let count: Int
  /// The model's, or those with the popularity penalty.
  private let tables: FactorModel.Tables
  private let exclusions: Exclusions
  private let candidates: CandidateItems
  private let options: RecommendationOptions

  /// Fewer than one in so many items are scored one by one; more are left to the search among all.
  private static var listedShare: Int { 8 }

  /// - Throws: `ALSError` when `count` is negative or something was made for another model.
  /// - Complexity: O(items) with candidates, else O(1).
  init(_ model: FactorModel, count: Int, excluding exclusions: Exclusions, options: RecommendationOptions) throws {
    try model.requireCount(count)
    try requireThreshold(options.minimumScore)
    let itemCount = model.items.count
    guard let tables = options.popularityPenalty.map({ $0.tables(for: model) }) ?? model.tables else {
      throw madeForAnotherModel("popularity penalties")
    }
    var exclusions = try exclusions.resolved(for: model)
    if let perUser = options.candidatesPerUser {
      guard perUser.users.isSame(as: model.users), perUser.itemNames.isSame(as: model.items) else {
        throw madeForAnotherModel("candidates per user")
      }
      candidates = .perUser(perUser.items)
    } else if let selection = options.candidates, selection.count < itemCount / Self.listedShare {
      candidates = .listed(selection.indices())
    } else {
      candidates = .all
    }
    if let selection = options.candidates {
      try selection.check(.items, of: model.items)
      if case .listed = candidates {} else { exclusions = exclusions.adding(selection.indices(selected: false)) }
    }
    self.model = model
    self.tables = tables
    self.count = min(count, itemCount)
    self.exclusions = exclusions
    self.options = options
  }

  /// Gives `deliver` the best items of users of the model, in the order of `users`.
  ///
  /// - Precondition: All of `users` are indices of users.
  func forEach(of users: [Int], threads: Int?, deliver: (_ user: Int, _ best: [Scored]) throws -> Void) throws {
    for user in users { checkIndex(user) }
    try tables.open(
      { try top($0, exclusions, try workers(threads)).forEach(of: users, deliver: deliver) },
      { try top($0, exclusions, try workers(threads)).forEach(of: users, deliver: deliver) })
  }

  /// Gives `deliver` what `transform` makes, on the workers, of the best items of a block of users; `nil` is a user that
  /// the model does not know.
  ///
  /// - Precondition: All others are indices of users.
  /// - Throws: `ALSError` for such a user if the options say so, and what `deliver` throws.
  func forEachBlock<Result: Sendable>(
    of users: [Int?], threads: Int?, transform: @Sendable (_ places: Range<Int>, _ best: [[Scored]]) -> Result,
    deliver: (Result) throws -> Void
  ) throws {
    for case let user? in users { checkIndex(user) }
    let strangers =
      try users.contains(nil)
      ? coldStart(ALSError(.unknownIdentifier, "the model does not know one of the users. Choose what such users get."))
      : []
    func search<Element>(_ tables: FactorTables<Element>) throws {
      try top(tables, exclusions, try workers(threads), strangers)
        .forEachBlock(of: users, transform: transform, deliver: deliver)
    }
    try tables.open(search, search)
  }

  /// The best items of somebody with these factors, who has `seen`; nothing that depends on the user is used.
  func best(for row: FoldedRow, seen: [Int32]) throws -> [Scored] {
    if options.candidatesPerUser != nil {
      throw ALSError(
        .configuration, "candidates per user cannot be used for a history, which belongs to no user of the model.")
    }
    let exclusions = exclusions.ofEverybody.adding(seen)
    func best<Element>(_ tables: FactorTables<Element>) -> [Scored] {
      let user = FactorRows(
        Matrix(rowCount: 1, columnCount: row.factors.count, buffer: Buffer(row.factors.map { Element($0) })),
        biases: tables.users.hasBiases ? Buffer([Element(row.bias)]) : nil)
      var found: [Scored] = []
      top(tables.replacing(.users, with: user), exclusions, 1).forEach(of: [0]) { found = $1 }
      return found
    }
    return tables.open(best, best)
  }

  /// What a user gets of whom nothing is known, as `error` says; see ``ColdStart``.
  func coldStart(_ error: @autoclosure () -> ALSError) throws -> [Scored] {
    switch options.coldStart {
    case .error: throw error()
    case .empty: []
    case .popular: try model.popular(count: count, excluding: exclusions, among: options.candidates)
    }
  }

  private func checkIndex(_ user: Int) {
    precondition(model.users.indices.contains(user), "user \(user) is outside 0..<\(model.users.count)")
  }

  private func workers(_ threads: Int?) throws -> Int { try EngineThreads.count(threads) }

  private func top<Element: Scalar>(
    _ tables: FactorTables<Element>, _ exclusions: Exclusions, _ threads: Int, _ strangers: [Scored] = []
  ) -> TopItems<Element> {
    let (count, minimumScore, diversity) = (count, options.minimumScore, options.diversity)
    let items = tables.items.matrix
    return TopItems(
      tables, globalMean: model.globalMean, exclusions: exclusions, candidates: candidates,
      count: min(diversity?.poolSize(for: count) ?? count, items.rowCount),
      threads: threads, strangers: strangers
    ) { best in
      let high = minimumScore.map { least in Array(best.prefix { $0.score >= least }) } ?? best
      return diversity?.choose(count, of: high, items: items) ?? high
    }
  }
}

/// Throws when no score can be compared with `threshold`.
func requireThreshold(_ threshold: Double?) throws {
  if let threshold, threshold.isNaN {
    throw ALSError(.configuration, "the minimum score is nan, but it must be a number.")
  }
}
