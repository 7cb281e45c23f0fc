import ALSDense
import ALSPlatform

/// The best items of many users at once.
///
/// A block of users is multiplied with a block of items by GEMM; a threshold per user throws nearly all scores away.
/// GEMM's rounding depends on where a pair lies in its block, so the survivors, with everything that rounding could
/// have put below them, are scored again by ``dot(_:_:_:)`` and ordered by that. The result is what brute force gives,
/// ties included, however users are grouped.
struct TopItems<Element: Scalar>: Sendable {
  let tables: FactorTables<Element>
  let globalMean: Double
  let exclusions: Exclusions
  /// How many items a user gets, if as many are left.
  let count: Int
  let threads: Int

  /// Users of a block, and items of a block: a block of scores stays in cache.
  private static var userBlock: Int { 64 }
  private static var itemBlock: Int { 2048 }

  /// Gives `deliver` the best items of each of `users`, in the order of `users`.
  ///
  /// Memory is bounded: a few blocks of users per thread are worked on before their results are delivered.
  ///
  /// - Complexity: O(users · items · k).
  func forEach(of users: [Int], deliver: (_ user: Int, _ best: [Scored]) throws -> Void) throws {
    let margins = roundingMargins()
    let scratch = (0..<threads).map { _ in
      Unshared(
        ScoreBlock<Element>(
          users: min(Self.userBlock, users.count), items: min(Self.itemBlock, tables.items.rowCount),
          factors: tables.items.columnCount))
    }
    let group = Self.userBlock * threads * 4
    for start in stride(from: 0, to: users.count, by: group) {
      let members = Array(users[start..<min(start + group, users.count)])
      let best = withSingleThreadedBLAS {
        parallelMapChunks(of: members.count, size: Self.userBlock, workers: threads) { part, worker in
          bestItems(of: Array(members[part]), margins: margins, scratch: scratch[worker].value)
        }
      }
      for (user, items) in zip(members, best) { try deliver(user, items) }
    }
  }

  private func bestItems(
    of users: [Int], margins: (perNorm: Double, fixed: Double), scratch: ScoreBlock<Element>
  ) -> [[Scored]] {
    scratch.gather(users, from: tables.users)
    let excluded = users.map { exclusions.items(forUser: $0) }
    var nextExcluded = [Int](repeating: 0, count: users.count)
    var survivors = users.map { user in
      let x = tables.users.row(user)
      return Survivors<Element>(
        count: count,
        margin: margins.perNorm * dot(x, x, tables.users.columnCount).squareRoot() + margins.fixed)
    }
    for first in stride(from: 0, to: tables.items.rowCount, by: Self.itemBlock) {
      let items = first..<min(first + Self.itemBlock, tables.items.rowCount)
      scratch.score(users.count, against: items, of: tables)
      for slot in users.indices {
        let scores = scratch.scores(slot, count: items.count)
        while nextExcluded[slot] < excluded[slot].count, excluded[slot][nextExcluded[slot]] < items.upperBound {
          scores[Int(excluded[slot][nextExcluded[slot]]) - items.lowerBound] = -.infinity
          nextExcluded[slot] += 1
        }
        survivors[slot].insert(scores, firstIndex: items.lowerBound)
      }
    }
    return zip(users, survivors).map { user, survivors in
      let scored = survivors.indices.map {
        Scored(index: $0, score: globalMean + tables.score(user: user, item: Int($0)))
      }
      return Array(scored.sorted(by: Scored.isBetter).prefix(count))
    }
  }

  /// Twice what rounding can change in a score: `perNorm`·‖x‖ from the inner product, and `fixed` from the biases.
  ///
  /// An inner product of k terms in floating point is off by at most γ_k·‖x‖‖y‖ with γ_k = kε/(1 − kε), in any order
  /// of summation (Higham, *Accuracy and Stability of Numerical Algorithms*, section 3.1).
  private func roundingMargins() -> (perNorm: Double, fixed: Double) {
    let k = tables.items.columnCount
    let largestNorm = (0..<tables.items.rowCount).reduce(0.0) { largest, item in
      max(largest, dot(tables.items.row(item), tables.items.row(item), k))
    }.squareRoot()
    let largestBias = tables.itemBiases?.elements.reduce(0.0) { max($0, abs(Double($1))) } ?? 0
    let gamma = Double(k + 2) * Double(Element.ulpOfOne)
    return (2 * gamma * largestNorm, 2 * gamma * largestBias)
  }
}
