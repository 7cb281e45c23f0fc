package import ALSDense
import ALSPlatform
import ALSSparse
package import CALSTopItems

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
  private let count: Int
  private let threads: Int
  private let path: als_top_path

  private static var userBlock: Int { 64 }

  /// - Parameters:
  ///   - tables: The factors.
  ///   - globalMean: What is added to every score.
  ///   - exclusions: What must not be recommended.
  ///   - count: How many items a user gets, if as many are left.
  ///   - threads: How many workers, 1 or more.
  ///   - path: The instruction set to scan with.
  package init(
    _ tables: FactorTables<Element>, globalMean: Double, exclusions: Exclusions, count: Int, threads: Int,
    path: als_top_path = als_top_best_path()
  ) {
    self.tables = tables
    self.globalMean = globalMean
    self.exclusions = exclusions
    self.count = count
    self.threads = threads
    self.path = path
  }

  /// Gives `deliver` the best items of each of `users`, in the order of `users`.
  ///
  /// Memory is bounded: a number of blocks of users is worked on before their results are delivered.
  ///
  /// - Complexity: O(users · items · k) at worst.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func forEach(of users: [Int], deliver: (_ user: Int, _ best: [Scored]) throws -> Void) rethrows {
    let itemCount = tables.items.rowCount
    // Nearly all items are candidates when a good part of them is wanted: bounds and heaps would only cost.
    let ranked =
      count > 0 && count <= itemCount / 4
      ? tables.rankedItems(threads: threads) : nil
    // A few megabytes of results, or of heaps.
    let block = max(1, min(Self.userBlock, users.count, (1 << 18) / max(count, 1)))
    let group = threads * block * max(1, min(64, (1 << 18) / max(count * block, 1)))
    let scratch = ranked.map { ranked in
      (0..<min(threads, (users.count + block - 1) / block)).map { _ in
        Unshared(
          QueryBlock(ranked, users: block, count: count, everywhere: exclusions.everywhere, path: path))
      }
    }
    for start in stride(from: 0, to: users.count, by: group) {
      let members = Array(users[start..<min(start + group, users.count)])
      let best = parallelMapChunks(of: members.count, size: block, workers: threads) { part, worker in
        guard let scratch else { return members[part].map(bestByScoringAll) }
        return bestItems(of: members[part], scratch: scratch[worker].value)
      }
      for (user, items) in zip(members, best) { try deliver(user, items) }
    }
  }

  private func bestItems(of users: ArraySlice<Int>, scratch: QueryBlock<Element>) -> [[Scored]] {
    var scanned: [Int] = []
    for user in users {
      let offset = abs(globalMean) + abs(Double(tables.userBiases?.pointer[user] ?? 0))
      if scratch.set(scanned.count, to: user, of: tables, seen: exclusions.seen(byUser: user), offset: offset) {
        scanned.append(user)
      }
    }
    scratch.scan(scanned.count)
    var slot = 0
    return users.map { user in
      guard slot < scanned.count, scanned[slot] == user else { return bestByScoringAll(user) }
      defer { slot += 1 }
      scratch.clear(slot, seen: exclusions.seen(byUser: user))
      return best(of: user, among: scratch.candidateItems(slot))
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
  /// - Complexity: O(items · (k + log items)); O(`count` · k) for a user whose scores are all the same.
  private func bestByScoringAll(_ user: Int) -> [Scored] {
    if count == 0 { return [] }
    let excluded = exclusions.items(forUser: user)
    let x = UnsafeBufferPointer(start: tables.users.row(user), count: tables.users.columnCount)
    let isIndifferent = tables.itemBiases == nil && x.allSatisfy { $0 == 0 }
    var (items, next): ([Int32], Int) = ([], 0)
    for item in 0..<Int32(tables.items.rowCount) {
      if next < excluded.count, excluded[next] == item {
        next += 1
      } else {
        items.append(item)
        if isIndifferent, items.count == count { break }
      }
    }
    return best(of: user, among: items)
  }
}
