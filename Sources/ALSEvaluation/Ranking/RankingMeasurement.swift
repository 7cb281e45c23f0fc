import ALS
import ALSPlatform
import ALSSparse

/// Measures one way to rank items, a model's or another, for the users with held-out items.
struct RankingMeasurement {
  let pairs: HeldOutPairs
  let metrics: [RankingMetric]
  let candidates: Candidates
  let traits: ItemTraits
  let threads: Int
  /// The number of users of each item in training.
  let popularity: [Int]?
  /// How many groups of users and of items to measure by themselves.
  let groupCount: Int

  /// A tally and what is relevant for it: everything, or the items of a group.
  private struct Part {
    let tally: RankingTally
    let relevant: CSRMatrix<Float>
  }

  /// Measures everything and, if asked for, groups.
  ///
  /// - Parameters:
  ///   - lists: Gives the best items of each of some users, in their order.
  ///   - score: What the lists are ordered by, equal ones by item index.
  ///   - writeScores: Writes the scores of all items for a user.
  /// - Returns: The scores of all users and of groups.
  /// - Throws: What `lists` throws.
  func run(
    lists: (_ users: [Int], _ count: Int, _ deliver: (_ user: Int, _ list: [Int32]) -> Void) throws -> Void,
    score: @Sendable (_ user: Int, _ item: Int) -> Double,
    writeScores: @Sendable (_ user: Int, _ target: UnsafeMutableBufferPointer<Double>) -> Void
  ) throws -> (scores: RankingScores, groups: [RankingGroup]) {
    let bins = itemBins()
    let parts = [part(pairs.relevant, metrics)] + bins.map { part($0.relevant, metrics.filter(\.kind.isAccuracy)) }
    let users = (0..<pairs.relevant.rowCount).filter { pairs.relevant.degree(ofRow: $0) > 0 }
    switch candidates {
    case .all:
      try recordLists(users, parts, lists)
      if metrics.contains(.auc) { recordAUC(users, parts, writeScores) }
    case .sampled(let count, let seed):
      recordSampled(users, parts, count: count, seed: seed, score)
    }
    let scores = parts[0].tally.scores()
    let items = zip(bins, parts.dropFirst()).map { bin, part in
      RankingGroup(
        key: .itemPopularity, range: bin.range, pairs: part.relevant.entryCount, scores: part.tally.scores())
    }
    return (scores, userGroups(scores) + items)
  }

  private func part(_ relevant: CSRMatrix<Float>, _ metrics: [RankingMetric]) -> Part {
    Part(
      tally: RankingTally(
        metrics, userCount: relevant.rowCount, itemCount: relevant.columnCount, traits: traits,
        takesAUC: candidates == .all, workers: threads),
      relevant: relevant)
  }

  /// Lists come one after another; they are kept until there is work for every thread.
  private func recordLists(
    _ users: [Int], _ parts: [Part],
    _ lists: (_ users: [Int], _ count: Int, _ deliver: (_ user: Int, _ list: [Int32]) -> Void) throws -> Void
  ) rethrows {
    var waiting: [(user: Int, list: [Int32])] = []
    func record() {
      let ready = waiting
      parallelForEachChunk(of: ready.count, size: 128, workers: threads) { chunk, worker in
        for place in chunk {
          let (user, list) = ready[place]
          for (index, part) in parts.enumerated() {
            let relevant = part.relevant.columns(ofRow: user)
            if index == 0 || !relevant.isEmpty {
              part.tally.record(list, relevant: relevant, user: user, worker: worker)
            }
          }
        }
      }
      waiting.removeAll(keepingCapacity: true)
    }
    try lists(users, parts[0].tally.listLength) { user, list in
      waiting.append((user, list))
      if waiting.count == 8192 { record() }
    }
    record()
  }

  private func recordAUC(
    _ users: [Int], _ parts: [Part],
    _ writeScores: @Sendable (_ user: Int, _ target: UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    let itemCount = pairs.relevant.columnCount
    parallelForEachChunk(of: users.count, size: 8, workers: threads) { chunk, _ in
      var scores = [Double](repeating: 0, count: itemCount)
      for place in chunk {
        let user = users[place]
        scores.withUnsafeMutableBufferPointer { writeScores(user, $0) }
        for part in parts where part.relevant.degree(ofRow: user) > 0 {
          let value = areaUnderCurve(
            scores, relevant: part.relevant.columns(ofRow: user), excluded: pairs.seen(byUser: user))
          part.tally.record(auc: value, user: user)
        }
      }
    }
  }

  private func recordSampled(
    _ users: [Int], _ parts: [Part], count: Int, seed: UInt64,
    _ score: @Sendable (_ user: Int, _ item: Int) -> Double
  ) {
    parallelForEachChunk(of: users.count, size: 32, workers: threads) { chunk, _ in
      for place in chunk {
        let user = users[place]
        let relevant = pairs.relevant.columns(ofRow: user)
        var sample = SampledItems(
          itemCount: pairs.relevant.columnCount, notIn: [relevant, pairs.seen(byUser: user)], seed: seed, user: user)
        let ranks = relevant.map { item in
          let (others, own) = (sample.draw(count), score(user, Int(item)))
          let better = others.count { other in
            let its = score(user, Int(other))
            return its > own || (its == own && other < item)
          }
          return (item: item, rank: better, candidates: others.count + 1)
        }
        for part in parts {
          let relevant = part.relevant.columns(ofRow: user)
          let own = ranks.filter { relevant.containsSorted($0.item) }.map { ($0.rank, $0.candidates) }
          if !own.isEmpty { part.tally.record(ranks: own, user: user) }
        }
      }
    }
  }

  private func itemBins() -> [(range: ClosedRange<Int>, relevant: CSRMatrix<Float>)] {
    guard groupCount > 0, let popularity else { return [] }
    var weights = [Int](repeating: 0, count: popularity.count)
    for item in pairs.relevant.columns.elements { weights[Int(item)] += 1 }
    return QuantileBins(groupCount, of: popularity, weights: weights).ranges.map { range in
      (range, pairs.relevant.entries { _, item in range.contains(popularity[Int(item)]) })
    }
  }

  private func userGroups(_ scores: RankingScores) -> [RankingGroup] {
    guard groupCount > 0, let seen = pairs.seen else { return [] }
    let activity = scores.users.map { seen.degree(ofRow: $0) }
    return QuantileBins(groupCount, of: activity, weights: activity.map { _ in 1 }).ranges.map { range in
      let members = scores.restricted { range.contains(seen.degree(ofRow: $0)) }
      let count = members.users.reduce(0) { $0 + pairs.relevant.degree(ofRow: $1) }
      return RankingGroup(key: .userActivity, range: range, pairs: count, scores: members)
    }
  }
}
