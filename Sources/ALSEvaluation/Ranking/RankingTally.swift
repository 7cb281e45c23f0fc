import ALS
import ALSPlatform
import ALSSparse

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
  /// The metrics that users have values of, with a value for each user; those of users not measured are not set.
  private let columns: [(metric: RankingMetric, values: Buffer<Double>)]
  private let isMeasured: Buffer<Bool>
  private let exposure: Exposure?
  private let traits: ItemTraits
  /// Whether ``RankingMetric/auc`` is computed from scores and recorded by itself, so that lists can be short.
  private let takesAUC: Bool
  /// Ranks of hits, per worker.
  private let scratch: [Buffer<Int32>]

  /// An empty tally; `itemCount` is the size of the catalogue.
  package init(
    _ metrics: [RankingMetric], userCount: Int, itemCount: Int, traits: ItemTraits = .none, takesAUC: Bool = false,
    workers: Int
  ) {
    var seen: Set<RankingMetric> = []
    self.metrics = metrics.filter { seen.insert($0).inserted }
    self.userCount = userCount
    self.itemCount = itemCount
    self.traits = traits
    self.takesAUC = takesAUC
    let length = min(metrics.filter { !takesAUC || $0 != .auc }.map(\.cutoff).max() ?? 0, itemCount)
    listLength = length
    gains = DiscountedGains(length: length)
    columns = self.metrics.filter(\.kind.isPerUser).map { ($0, Buffer(uninitialized: userCount)) }
    isMeasured = Buffer(repeating: false, count: userCount)
    let shared = Set(metrics.filter { !$0.kind.isPerUser }.map(\.cutoff))
    exposure = shared.isEmpty ? nil : Exposure(cutoffs: shared, itemCount: itemCount, workers: workers)
    scratch = (0..<workers).map { _ in Buffer(uninitialized: length) }
  }

  /// Takes the list of one user, best first and without repeats, as long as it is.
  ///
  /// `relevant` rises, as the columns of a CSR row do. A user without relevant items has no values and is not part of
  /// any mean, but the list counts towards coverage and the Gini index. No two calls may have the same user, nor the same worker at once.
  ///
  /// - Complexity: O(l log r) for l recommendations that are looked at and r relevant items.
  package func record(
    _ list: UnsafeBufferPointer<Int32>, relevant: UnsafeBufferPointer<Int32>, user: Int, worker: Int
  ) {
    precondition(user >= 0 && user < userCount, "user \(user) is outside 0..<\(userCount)")
    precondition(relevant.count <= itemCount, "\(relevant.count) relevant items of only \(itemCount)")
    let list = UnsafeBufferPointer(rebasing: list.prefix(listLength))
    for item in list { precondition(item >= 0 && item < itemCount, "item \(item) is outside 0..<\(itemCount)") }
    exposure?.record(list, worker: worker)
    if relevant.isEmpty { return }

    let ranks = scratch[worker]
    var found = 0
    for (rank, item) in list.enumerated() where relevant.containsSorted(item) {
      ranks.pointer[found] = Int32(rank)
      found += 1
    }
    let hits = RankedHits(
      ranks: UnsafeBufferPointer(rebasing: ranks.elements[..<found]), relevantCount: relevant.count,
      listLength: list.count)
    for (metric, values) in columns where !takesAUC || metric != .auc {
      let value =
        metric.kind.basis == .hits
        ? hits.value(metric.kind, cutoff: metric.cutoff, gains: gains)
        : traits.value(metric.kind, of: list.prefix(metric.cutoff))
      values.pointer[user] = value ?? .nan
    }
    isMeasured.pointer[user] = true
  }

  /// Takes the area under the curve of a user who has relevant items, `nil` when there is none.
  func record(auc: Double?, user: Int) {
    for (metric, values) in columns where metric == .auc { values.pointer[user] = auc ?? .nan }
    isMeasured.pointer[user] = true
  }

  /// Takes the ranks, from 0, that each of a user's relevant items has among candidates of which no other is relevant.
  ///
  /// The value of the user is the mean over the relevant items, one at least.
  func record(ranks: [(rank: Int, candidates: Int)], user: Int) {
    for (metric, values) in columns {
      var (sum, defined) = (0.0, 0)
      for (rank, candidates) in ranks {
        let value = withUnsafePointer(to: Int32(rank)) {
          RankedHits(ranks: UnsafeBufferPointer(start: $0, count: 1), relevantCount: 1, listLength: candidates)
            .value(metric.kind, cutoff: metric.cutoff, gains: gains)
        }
        if let value { (sum, defined) = (sum + value, defined + 1) }
      }
      values.pointer[user] = defined > 0 ? sum / Double(defined) : .nan
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
      totals[metric] = exposure?.value(metric.kind, cutoff: metric.cutoff)
    }
    let values = columns.map { column in (column.metric, measured.map { column.values.pointer[$0] }) }
    return RankingScores(
      metrics: metrics, users: measured, values: Dictionary(uniqueKeysWithValues: values), totals: totals)
  }
}
