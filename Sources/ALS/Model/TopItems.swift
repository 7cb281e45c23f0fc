package import ALSDense
import ALSPlatform
package import ALSSparse

/// The best items of many users at once.
///
/// Blocks of users are scanned against ``RankedItems``, whose bounds leave most items unseen. The scan's scores depend
/// on how they are computed, so what it finds, with everything that rounding could have put below, is scored again by
/// ``FactorTables/score(user:item:)`` and ordered by that. The result is what brute force gives, ties included, however
/// users are grouped.
package struct TopItems<Element: Scalar>: Sendable {
  private let tables: FactorTables<Element>
  private let globalMean: Double
  private let exclusions: Exclusions
  private let candidates: CandidateItems
  private let count: Int
  private let threads: Int
  private let instructions: InstructionSet
  private let strangers: [Scored]
  private let refine: @Sendable ([Scored]) -> [Scored]

  private static var userBlock: Int { 64 }

  /// - Parameters:
  ///   - tables: The factors.
  ///   - globalMean: What is added to every score.
  ///   - exclusions: What must not be recommended.
  ///   - candidates: What may be recommended.
  ///   - count: How many items a user gets, if as many are left.
  ///   - threads: How many workers, 1 or more.
  ///   - instructions: What to scan with.
  ///   - strangers: What users get that have no factors.
  ///   - refine: What becomes of a user's best items in the end.
  package init(
    _ tables: FactorTables<Element>, globalMean: Double, exclusions: Exclusions, candidates: CandidateItems = .all,
    count: Int, threads: Int, instructions: InstructionSet = .best,
    strangers: [Scored] = [], refine: @escaping @Sendable ([Scored]) -> [Scored] = { $0 }
  ) {
    self.tables = tables
    self.globalMean = globalMean
    self.exclusions = exclusions
    self.candidates = candidates
    self.strangers = strangers
    self.refine = refine
    self.count = count
    self.threads = threads
    self.instructions = instructions
  }

  /// Gives `deliver` the best items of each of `users`, in the order of `users`.
  ///
  /// - Complexity: O(users · items · k) at worst.
  package func forEach(of users: [Int], deliver: (_ user: Int, _ best: [Scored]) throws -> Void) rethrows {
    var next = users.startIndex
    try forEachBlock(of: users) { _, best in
      best
    } deliver: { best in
      for items in best {
        try deliver(users[next], items)
        next += 1
      }
    }
  }

  /// Gives `deliver` what `transform` makes of the best items of a block of users, block after block.
  ///
  /// Memory is bounded: a number of blocks of users is worked on before their results are delivered.
  ///
  /// - Parameters:
  ///   - users: Rows of the factors; `nil` for somebody without.
  ///   - transform: Called by the workers, with the places in `users` of the block's.
  ///   - deliver: Called on the calling thread, in the order of `users`.
  /// - Complexity: O(users · items · k) at worst.
  @_specialize(kind:partial,where Element == Float)
  @_specialize(kind:partial,where Element == Double)
  func forEachBlock<Result: Sendable>(
    of users: [Int?], transform: @Sendable (_ places: Range<Int>, _ best: [[Scored]]) -> Result,
    deliver: (Result) throws -> Void
  ) rethrows {
    let itemCount = tables.items.rowCount
    // Nearly all items are candidates when a good part of them is wanted: bounds and heaps would only cost.
    let ranked =
      count > 0 && count <= itemCount / 4 && candidates.areAll
      ? tables.rankedItems(threads: threads) : nil
    // A few megabytes of results, or of heaps.
    let block = max(1, min(Self.userBlock, users.count, (1 << 18) / max(count, 1)))
    let group = threads * block * max(1, min(64, (1 << 18) / max(count * block, 1)))
    let scratch = ranked.map { ranked in
      (0..<min(threads, (users.count + block - 1) / block)).map { _ in
        PerWorker(
          QueryBlock(
            ranked, users: block, count: count, everywhere: exclusions.everywhere, instructions: instructions))
      }
    }
    for start in stride(from: 0, to: users.count, by: group) {
      let length = min(group, users.count - start)
      let results = parallelMapChunks(of: length, size: block, workers: threads) { part, worker in
        let places = start + part.lowerBound..<start + part.upperBound
        return [transform(places, bestItems(of: users[places], scratch: scratch?[worker].value))]
      }
      for result in results { try deliver(result) }
    }
  }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  private func bestItems(of users: ArraySlice<Int?>, scratch: QueryBlock<Element>?) -> [[Scored]] {
    guard let scratch else { return users.map { $0.map { refine(bestByScoring($0)) } ?? strangers } }
    var scanned: [Int] = []
    for case let user? in users {
      let offset = abs(globalMean) + abs(Double(tables.users.bias(user)))
      if scratch.set(scanned.count, to: user, of: tables, excluding: exclusions, offset: offset) {
        scanned.append(user)
      }
    }
    scratch.find(scanned.count)
    var slot = 0
    return users.map { user in
      guard let user else { return strangers }
      guard slot < scanned.count, scanned[slot] == user else { return refine(bestByScoring(user)) }
      defer { slot += 1 }
      scratch.clear(slot, of: user, excluding: exclusions)
      return refine(best(of: user, among: scratch.candidateItems(slot)))
    }
  }

  private func best(of user: Int, among items: some Collection<Int32>) -> [Scored] {
    var scored = items.map { Scored(index: $0, score: globalMean + tables.score(user: user, item: Int($0))) }
    scored.sort(by: Scored.isBetter)
    if scored.count > count { scored.removeSubrange(count...) }
    return scored
  }

  /// The same by brute force.
  ///
  /// - Complexity: O(n · (k + log n)) for n candidates; O(`count` · k) when the scores of all items are the same.
  private func bestByScoring(_ user: Int) -> [Scored] {
    if count == 0 { return [] }
    let excluded = exclusions.items(forUser: user)
    if let listed = candidates.listed(forUser: user) {
      return best(of: user, among: listed.without(excluded, atMost: .max))
    }
    let x = UnsafeBufferPointer(start: tables.users.row(user), count: tables.users.columnCount)
    let isIndifferent = !tables.items.hasBiases && x.allSatisfy { $0 == 0 }
    let all = 0..<Int32(tables.items.rowCount)
    return best(of: user, among: all.without(excluded, atMost: isIndifferent ? count : .max))
  }
}

/// The items that may be recommended.
package enum CandidateItems: Sendable {
  case all
  /// These to everybody, ascending.
  case listed([Int32])
  /// To every user the columns of its row.
  case perUser(CSRMatrix<Float>)

  var areAll: Bool { if case .all = self { true } else { false } }

  /// Ascending; `nil` for all.
  func listed(forUser user: Int) -> [Int32]? {
    switch self {
    case .all: nil
    case .listed(let items): items
    case .perUser(let items): Array(items.columns(ofRow: user))
    }
  }
}

extension Sequence<Int32> {
  /// The first of these ascending numbers that are not among `excluded`, which ascend as well.
  fileprivate func without(_ excluded: [Int32], atMost count: Int) -> [Int32] {
    var (kept, next): ([Int32], Int) = ([], 0)
    for number in self {
      while next < excluded.count, excluded[next] < number { next += 1 }
      if next < excluded.count, excluded[next] == number { continue }
      kept.append(number)
      if kept.count == count { break }
    }
    return kept
  }
}
