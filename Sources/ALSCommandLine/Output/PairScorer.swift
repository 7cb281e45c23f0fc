import ALS
import ALSPlatform
import ALSSparse
import Synchronization

/// Scores of pairs in the order of a file, a block of them at a time.
struct PairScorer: Sendable {
  /// What is said of a pair that the model knows.
  struct Scored: Sendable {
    let score: Double
    /// From 1, among all items; 0 when it was not asked for.
    let rank: Int
    /// The square root of the posterior variance; `nil` for users without a history.
    let deviation: Double?
  }

  private let model: FactorModel
  private let events: Events
  /// By the file's indices.
  private let users, items: [Int?]
  private let hasRanks: Bool
  private let histories: Interactions?
  private let threads: Int
  /// Pairs whose user or item the model does not know.
  let unknownCount: Int

  /// Pairs of a block: all threads have enough to do, and results take some megabytes.
  private static var blockSize: Int { 1 << 16 }

  init(_ model: FactorModel, _ events: Events, hasRanks: Bool, histories: Interactions?, threads: Int) {
    let (users, items) = (
      events.users.map { model.users.index(of: $0) }, events.items.map { model.items.index(of: $0) }
    )
    (self.model, self.events, self.hasRanks, self.histories) = (model, events, hasRanks, histories)
    (self.users, self.items, self.threads) = (users, items, threads)
    unknownCount = (0..<events.count).count {
      users[Int(events.userIndices.pointer[$0])] == nil || items[Int(events.itemIndices.pointer[$0])] == nil
    }
  }

  /// Calls `body` with the places of a block of pairs and what is said of each, `nil` where nothing is known.
  ///
  /// - Throws: What `body` throws, and `ALSError` for a history that the model cannot read.
  /// - Complexity: O(pairs · k); with ranks O(users · items · k) besides, as often as a user's pairs are interrupted by
  ///   65,536 others; with histories O(k³) for each user.
  func forEachBlock(_ body: (Range<Int>, [Scored?]) throws -> Void) throws {
    for start in stride(from: 0, to: events.count, by: Self.blockSize) {
      let range = start..<min(start + Self.blockSize, events.count)
      try body(range, try scores(range))
    }
  }

  private func scores(_ range: Range<Int>) throws -> [Scored?] {
    // The pairs of each user together, so that all items are scored once for all of them.
    let order = range.sorted { (events.userIndices.pointer[$0], $0) < (events.userIndices.pointer[$1], $1) }
    let starts = order.indices.filter {
      $0 == 0 || events.userIndices.pointer[order[$0]] != events.userIndices.pointer[order[$0 - 1]]
    }
    let found = Mutex<[(event: Int, scored: Scored)]>([])
    let failure = Mutex<(user: Int, error: any Error)?>(nil)
    parallelForEachChunk(of: starts.count, size: 8, workers: threads) { groups, _ in
      var scores = [Double](repeating: 0, count: hasRanks ? model.items.count : 0)
      var mine: [(event: Int, scored: Scored)] = []
      for group in groups {
        let end = group + 1 < starts.count ? starts[group + 1] : order.count
        do {
          mine += try pairs(order[starts[group]..<end], &scores)
        } catch {
          failure.withLock { first in if group < first?.user ?? .max { first = (group, error) } }
        }
      }
      found.withLock { $0 += mine }
    }
    if let failure = failure.withLock(\.self) { throw failure.error }
    var result = [Scored?](repeating: nil, count: range.count)
    for (event, scored) in found.withLock(\.self) { result[event - range.lowerBound] = scored }
    return result
  }

  /// What is said of the pairs of one user.
  private func pairs(_ pairs: ArraySlice<Int>, _ scores: inout [Double]) throws -> [(event: Int, scored: Scored)] {
    let known = pairs.compactMap { event in items[Int(events.itemIndices.pointer[event])].map { (event, $0) } }
    guard let first = known.first, let user = users[Int(events.userIndices.pointer[first.0])] else { return [] }
    if hasRanks { scores.withUnsafeMutableBufferPointer { model.writeScores(ofUserAt: user, to: $0) } }
    let deviations = try deviations(of: known.map(\.1), user: model.users[user])
    return known.enumerated().map { place, pair in
      let (event, item) = pair
      let score = model.score(userAt: user, itemAt: item)
      let rank =
        hasRanks
        ? 1 + scores.indices.count { scores[$0] > score || (scores[$0] == score && $0 < item) } : 0
      return (event, Scored(score: score, rank: rank, deviation: deviations?[place]))
    }
  }

  private func deviations(of items: [Int], user: Identifier) throws -> [Double]? {
    guard let histories, let row = histories.users.index(of: user) else { return nil }
    do {
      return try model.system(user: History(ofUserAt: row, in: histories))
        .variances(of: items.map { model.items[$0] }).map { $0.squareRoot() }
    } catch let error as ALSError {
      throw error.at("user \(user)")
    }
  }
}
