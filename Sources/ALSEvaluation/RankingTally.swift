import ALSPlatform

/// Collects the metrics of many users' lists, from several threads.
///
///     let tally = RankingTally(metrics, userCount: users, itemCount: items, workers: threads)
///     parallelForEachChunk(of: users, size: 64, workers: threads) { chunk, worker in
///       for user in chunk { tally.record(list, relevant: test.columns(ofRow: user), user: user, worker: worker) }
///     }
///     let scores = tally.scores()
///
/// Each user has a place of its own, and sums are taken over users in their order, so the result is the same for every
/// number of workers.
package struct RankingTally: Sendable {
  /// How many recommendations per user the metrics look at; more are ignored.
  package let listLength: Int

  private let metrics: [RankingMetric]
  private let userCount: Int
  private let itemCount: Int
  private let gains: DiscountedGains
  /// One row of user values for each metric that has them; the values of users not measured are not set.
  private let values: [RankingMetric: Buffer<Double>]
  private let isMeasured: Buffer<Bool>
  private let bestRanks: BestRanks?
  /// Ranks of hits, per worker.
  private let scratch: [Buffer<Int32>]

  /// An empty tally; `itemCount` is the size of the catalogue.
  package init(_ metrics: [RankingMetric], userCount: Int, itemCount: Int, workers: Int) {
    var seen: Set<RankingMetric> = []
    self.metrics = metrics.filter { seen.insert($0).inserted }
    self.userCount = userCount
    self.itemCount = itemCount
    let length = min(metrics.map(\.cutoff).max() ?? 0, itemCount)
    listLength = length
    gains = DiscountedGains(length: length)
    values = Dictionary(
      uniqueKeysWithValues: self.metrics.filter(\.kind.isPerUser).map { ($0, Buffer(uninitialized: userCount)) })
    isMeasured = Buffer(repeating: false, count: userCount)
    bestRanks =
      metrics.contains { $0.kind == .coverage } ? BestRanks(itemCount: itemCount, workers: workers) : nil
    scratch = (0..<workers).map { _ in Buffer(uninitialized: length) }
  }

  /// Takes the list of one user, best first and without repeats, as long as it is.
  ///
  /// `relevant` rises, as the columns of a CSR row do. A user without relevant items has no values and is not part of
  /// any mean, but the list counts towards coverage. No two calls may have the same user, nor the same worker at once.
  ///
  /// - Complexity: O(l log r) for l recommendations that are looked at and r relevant items.
  package func record(
    _ list: UnsafeBufferPointer<Int32>, relevant: UnsafeBufferPointer<Int32>, user: Int, worker: Int
  ) {
    precondition(user >= 0 && user < userCount, "user \(user) is outside 0..<\(userCount)")
    precondition(relevant.count <= itemCount, "\(relevant.count) relevant items of only \(itemCount)")
    let list = list.prefix(listLength)
    for item in list { precondition(item >= 0 && item < itemCount, "item \(item) is outside 0..<\(itemCount)") }
    bestRanks?.record(list, worker: worker)
    if relevant.isEmpty { return }

    let ranks = scratch[worker]
    var found = 0
    for (rank, item) in list.enumerated() where relevant.containsSorted(item) {
      ranks.pointer[found] = Int32(rank)
      found += 1
    }
    let hits = RankedHits(
      ranks: UnsafeBufferPointer(rebasing: ranks.elements[..<found]), relevantCount: relevant.count)
    for (metric, users) in values {
      guard let value = hits.value(metric.kind, cutoff: metric.cutoff, gains: gains) else { continue }
      users.pointer[user] = value
    }
    isMeasured.pointer[user] = true
  }

  /// The same for an array.
  package func record(_ list: [Int32], relevant: UnsafeBufferPointer<Int32>, user: Int, worker: Int) {
    list.withUnsafeBufferPointer { record($0, relevant: relevant, user: user, worker: worker) }
  }

  /// The values and means of everything recorded so far; not to be called while lists are being recorded.
  ///
  /// - Complexity: O((users + items) · metrics).
  package func scores() -> RankingScores {
    let measured = (0..<userCount).filter { isMeasured.pointer[$0] }
    var totals: [RankingMetric: Double] = [:]
    for metric in metrics where !metric.kind.isPerUser {
      totals[metric] = bestRanks?.coverage(cutoff: metric.cutoff)
    }
    return RankingScores(
      metrics: metrics, users: measured,
      values: values.mapValues { users in measured.map { users.pointer[$0] } }, totals: totals)
  }
}
