import ALS
import ALSEvaluation
import ALSPlatform
import ALSSparse
import Foundation
import Testing

/// The evaluation of a model against sorting all scores, with every protocol.
@Suite struct RankingEvaluationTests {
  static let metrics = RankingMetric.Kind.allCases.flatMap { kind in
    kind.hasCutoff ? [1, 5, 20].map { RankingMetric(kind, at: $0) } : [.auc]
  }
  static let accuracy = metrics.filter(\.kind.isAccuracy)

  /// A model and its data; items 1900 and 1901 are in the test part alone, and so is user 9.
  struct Case {
    let model: FactorModel
    let training: Interactions
    let test: Interactions

    init(seed: UInt64 = 31) throws {
      let (known, held) = try Sample(seed: seed, users: 90, items: 40, events: 2200).events()
        .split(.randomPerUser(fraction: 0.3, seed: seed))
      training = try Interactions(known)
      let more = held.rows.map { ($0.user, $0.item) } + [(9, 1900), (9, 1003), (100, 1900), (101, 1901), (102, 1901)]
      test = try Interactions(users: more.map { "\($0.0)" }, items: more.map { "\($0.1)" })
      let present = try Interactions(
        users: known.rows.map { "\($0.user)" }, items: known.rows.map { "\($0.item)" })
      model = try ImplicitALS(factors: 5, iterations: 4).fit(present)
    }

    /// The relevant and the seen items of a user of the model, by index.
    func items(of interactions: Interactions, user: Int) -> Set<Int> {
      guard let row = interactions.users.index(of: model.users[user]) else { return [] }
      return Set(interactions.itemIndices(ofUserAt: row).compactMap { model.items.index(of: interactions.items[$0]) })
    }

    /// All items that are not seen, best first, ties by index.
    func ranking(user: Int, without seen: Set<Int>) -> [Int] {
      let scores = model.items.indices.map { model.score(userAt: user, itemAt: $0) }
      return model.items.indices.filter { !seen.contains($0) }.sorted {
        scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
      }
    }
  }

  @Test func agreesWithSortingAllScores() throws {
    let it = try Case()
    let evaluation = try RankingEvaluation(of: it.model, on: it.test, metrics: Self.metrics, excluding: it.training)
    var pairs = 0
    for (place, user) in evaluation.scores.users.enumerated() {
      let relevant = it.items(of: it.test, user: user)
      let list = it.ranking(user: user, without: it.items(of: it.training, user: user))
      pairs += relevant.count
      for metric in Self.accuracy {
        let value = try #require(evaluation.scores.perUser(metric))[place]
        let expected = try #require(Naive(list: list, relevant: relevant, cutoff: metric.cutoff).value(metric.kind))
        #expect(abs(value - expected) < 1e-12, "\(metric) of user \(user)")
      }
    }
    #expect(evaluation.scores.users.count > 60)
    #expect(evaluation.pairs == pairs && evaluation.excludedPairs == 0)
    #expect(evaluation.unknownUserPairs == 2 && evaluation.unknownItemPairs == 3 && evaluation.unknownPairs == 5)
    #expect(evaluation.usersWithoutPairs == it.model.users.count - evaluation.scores.users.count)
  }

  @Test func listsAreDescribedAsDefined() throws {
    let it = try Case()
    let evaluation = try RankingEvaluation(of: it.model, on: it.test, metrics: Self.metrics, excluding: it.training)
    let popularity = it.model.items.map { item in
      it.training.items.index(of: item).map { it.training.userCounts()[$0] } ?? 0
    }
    let userCount = it.training.itemCounts().count { $0 > 0 }
    for cutoff in [1, 5, 20] {
      let lists = evaluation.scores.users.map {
        it.ranking(user: $0, without: it.items(of: it.training, user: $0)).prefix(cutoff)
      }
      var counts = [Int](repeating: 0, count: it.model.items.count)
      for item in lists.joined() { counts[item] += 1 }
      func mean(_ value: (ArraySlice<Int>) -> Double) -> Double { lists.map(value).reduce(0, +) / Double(lists.count) }
      func cosine(_ a: Int, _ b: Int) -> Double {
        let (x, y) = (it.model.itemFactors(at: a), it.model.itemFactors(at: b))
        func product(_ p: [Double], _ q: [Double]) -> Double { zip(p, q).map(*).reduce(0, +) }
        return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
      }
      let expected: [(RankingMetric.Kind, Double?)] = [
        (.coverage, Double(counts.count { $0 > 0 }) / Double(counts.count)),
        (.gini, giniIndex(counts)),
        (.meanPopularity, mean { list in Double(list.map { popularity[$0] }.reduce(0, +)) / Double(list.count) }),
        (
          .novelty,
          mean { list in
            list.map { log2(Double(userCount) / Double(popularity[$0])) }.reduce(0, +) / Double(list.count)
          }
        ),
        (
          .intraListSimilarity,
          cutoff == 1
            ? nil
            : mean { list in
              let pairs = list.indices.flatMap { i in list.indices.filter { $0 > i }.map { (list[i], list[$0]) } }
              return pairs.map(cosine).reduce(0, +) / Double(pairs.count)
            }
        ),
      ]
      for (kind, value) in expected {
        let measured = evaluation.scores[RankingMetric(kind, at: cutoff)]
        #expect((measured == nil) == (value == nil), "\(kind)@\(cutoff)")
        if let measured, let value { #expect(abs(measured - value) < 1e-9 * max(1, value), "\(kind)@\(cutoff)") }
      }
    }
  }

  @Test func groupsAreMeasuredOnTheirOwnPairs() throws {
    let it = try Case()
    let evaluation = try RankingEvaluation(
      of: it.model, on: it.test, metrics: Self.metrics, excluding: it.training, groups: 3)
    let popularity = it.model.items.map { item in
      it.training.items.index(of: item).map { it.training.userCounts()[$0] } ?? 0
    }
    let byItem = evaluation.groups.filter { $0.key == .itemPopularity }
    #expect(byItem.count == 3 && byItem.map(\.pairs).reduce(0, +) == evaluation.pairs)
    for group in byItem {
      var users: [Int] = []
      for user in evaluation.scores.users {
        let relevant = it.items(of: it.test, user: user).filter { group.range.contains(popularity[$0]) }
        if relevant.isEmpty { continue }
        let list = it.ranking(user: user, without: it.items(of: it.training, user: user))
        for metric in Self.accuracy {
          let value = try #require(group.scores.perUser(metric))[users.count]
          let expected = try #require(Naive(list: list, relevant: relevant, cutoff: metric.cutoff).value(metric.kind))
          #expect(abs(value - expected) < 1e-12, "\(metric) of user \(user)")
        }
        users.append(user)
      }
      #expect(group.scores.users == users)
    }
    let byUser = evaluation.groups.filter { $0.key == .userActivity }
    #expect(byUser.count == 3 && byUser.flatMap(\.scores.users).sorted() == evaluation.scores.users)
    #expect(byUser.map(\.pairs).reduce(0, +) == evaluation.pairs)
    for group in byUser {
      #expect(group.scores.users.allSatisfy { group.range.contains(it.items(of: it.training, user: $0).count) })
      for metric in Self.accuracy {
        let all = try #require(evaluation.scores.perUser(metric))
        let own = evaluation.scores.users.indices.filter { group.scores.users.contains(evaluation.scores.users[$0]) }
        #expect(group.scores.perUser(metric) == own.map { all[$0] })
      }
    }
  }

  @Test func samplingEverythingRanksEachItemAmongAllOthers() throws {
    let it = try Case()
    let evaluation = try RankingEvaluation(
      of: it.model, on: it.test, metrics: Self.accuracy, excluding: it.training,
      candidates: .sampled(count: 1000, seed: 1))
    for (place, user) in evaluation.scores.users.enumerated() {
      let (relevant, seen) = (it.items(of: it.test, user: user), it.items(of: it.training, user: user))
      for metric in Self.accuracy {
        let expected = relevant.map { item in
          let list = it.ranking(user: user, without: seen.union(relevant.subtracting([item])))
          return Naive(list: list, relevant: [item], cutoff: metric.cutoff).value(metric.kind) ?? .nan
        }
        let value = try #require(evaluation.scores.perUser(metric))[place]
        #expect(abs(value - expected.reduce(0, +) / Double(expected.count)) < 1e-12, "\(metric) of user \(user)")
      }
    }
  }

  @Test func samplesAreSeededAndMarked() throws {
    let it = try Case()
    func values(_ seed: UInt64, threads: Int = 2) throws -> [Double?] {
      let scores = try RankingEvaluation(
        of: it.model, on: it.test, metrics: Self.accuracy, excluding: it.training,
        candidates: .sampled(count: 5, seed: seed), threads: threads
      ).scores
      return Self.accuracy.map { scores[$0] }
    }
    let expected = try values(1)
    for threads in [1, 3, 8] { #expect(try values(1, threads: threads) == expected) }
    #expect(try values(2) != expected)
    // One of six, so a place among the first 20 is certain, and a higher hit rate than in the full ranking.
    let hits = Self.accuracy.firstIndex { $0 == RankingMetric(.hitRate, at: 20) }
    #expect(try expected[#require(hits)] == 1)
    #expect(Candidates.sampled(count: 5, seed: 1).name(of: RankingMetric(.ndcg, at: 10)) == "sampled5-ndcg@10")
    #expect(Candidates.all.name(of: .auc) == "auc")
    // Sampling is fair: the mean area under the curve is that of all candidates.
    let full = try RankingEvaluation(of: it.model, on: it.test, metrics: [.auc], excluding: it.training).scores[.auc]
    let sampled = try (0..<40).map { seed in
      try RankingEvaluation(
        of: it.model, on: it.test, metrics: [.auc], excluding: it.training,
        candidates: .sampled(count: 5, seed: UInt64(seed))
      ).scores[.auc] ?? 0
    }
    // Sampled candidates have no other relevant item, which the full ranking counts as other for nobody.
    #expect(abs(sampled.reduce(0, +) / 40 - (full ?? 0)) < 0.02)
  }

  @Test func threadsDoNotMatter() throws {
    let it = try Case()
    func values(threads: Int) throws -> [Double?] {
      let evaluation = try RankingEvaluation(
        of: it.model, on: it.test, metrics: Self.metrics, excluding: it.training, groups: 2, threads: threads)
      return ([evaluation.scores] + evaluation.groups.map(\.scores)).flatMap { scores in Self.metrics.map { scores[$0] }
      }
    }
    let expected = try values(threads: 1)
    for threads in [2, 3, 8] { #expect(try values(threads: threads) == expected) }
  }

  @Test func pairsThatCannotBeRecommendedAreLeftOutAndCounted() throws {
    let it = try Case()
    // The test part with all of training in it.
    let rows = [it.test, it.training].flatMap { part in
      part.users.indices.flatMap { user in part.itemIndices(ofUserAt: user).map { (part.users[user], part.items[$0]) } }
    }
    let leaky = try Interactions(users: rows.map { "\($0.0)" }, items: rows.map { "\($0.1)" })
    let clean = try RankingEvaluation(of: it.model, on: it.test, metrics: Self.accuracy, excluding: it.training)
    let evaluation = try RankingEvaluation(of: it.model, on: leaky, metrics: Self.accuracy, excluding: it.training)
    #expect(evaluation.excludedPairs == it.training.count)
    #expect(evaluation.pairs == clean.pairs)
    for metric in Self.accuracy { #expect(evaluation.scores[metric] == clean.scores[metric]) }
    let error = #expect(throws: ALSError.self) {
      try RankingEvaluation(of: it.model, on: it.training, metrics: Self.accuracy, excluding: it.training)
    }
    #expect(error?.message.contains("excluded") == true)
  }

  @Test func popularityIsMeasuredOnTheSamePairs() throws {
    let it = try Case()
    let evaluation = try RankingEvaluation(
      ofPopularityIn: it.training, comparedWith: it.model, on: it.test, metrics: Self.metrics)
    let popularity = it.model.items.map { item in
      it.training.items.index(of: item).map { it.training.userCounts()[$0] } ?? 0
    }
    for (place, user) in evaluation.scores.users.enumerated() {
      let seen = it.items(of: it.training, user: user)
      let list = it.model.items.indices.filter { !seen.contains($0) }
        .sorted { popularity[$0] != popularity[$1] ? popularity[$0] > popularity[$1] : $0 < $1 }
      // Ties count half in the area, which the list does not say.
      for metric in Self.accuracy where metric != .auc {
        let expected = Naive(list: list, relevant: it.items(of: it.test, user: user), cutoff: metric.cutoff)
          .value(metric.kind)
        #expect(abs(try #require(evaluation.scores.perUser(metric))[place] - (expected ?? -1)) < 1e-12)
      }
    }
  }

  @Test func heldOutUsersAreRankedByWhatWasFoldedIn() throws {
    let events = try Sample(seed: 12, users: 80, items: 30, events: 2000).events()
    let division = try events.division(by: HeldOutUsers(fraction: 0.25, testFraction: 0.3, seed: 2))
    func part(_ part: Division.Part) throws -> Interactions {
      let rows = try division.events(in: part).rows
      return try Interactions(users: rows.map { "\($0.user)" }, items: rows.map { "\($0.item)" })
    }
    let (training, known, test) = (try part(.training), try part(.foldIn), try part(.test))
    let model = try ImplicitALS(factors: 4, iterations: 5).fit(training)
    let folded = try model.foldIn(users: known)
    let heldOut = try model.replacingUsers(with: folded)
    #expect(heldOut.users == known.users && heldOut.items == model.items)
    #expect(!known.users.contains { model.users.index(of: $0) != nil })
    let evaluation = try RankingEvaluation(
      of: heldOut, on: test, metrics: Self.metrics, excluding: known, popularityIn: training)
    #expect(evaluation.scores.users.count == known.users.count && evaluation.unknownUserPairs == 0)
    for (place, user) in evaluation.scores.users.enumerated() {
      let x = folded.factors(at: user)
      let scores = model.items.indices.map { zip(x, model.itemFactors(at: $0)).map(*).reduce(0, +) }
      let seen = Set(known.itemIndices(ofUserAt: user).compactMap { model.items.index(of: known.items[$0]) })
      let list = model.items.indices.filter { !seen.contains($0) }.sorted { scores[$0] > scores[$1] }
      let row = try #require(test.users.index(of: known.users[user]))
      let relevant = Set(test.itemIndices(ofUserAt: row).compactMap { model.items.index(of: test.items[$0]) })
      for metric in Self.accuracy {
        let expected = Naive(list: list, relevant: relevant, cutoff: metric.cutoff).value(metric.kind)
        #expect(abs(try #require(evaluation.scores.perUser(metric))[place] - (expected ?? -1)) < 1e-12, "\(metric)")
      }
    }
  }

  @Test func whatIsMissingIsAnError() throws {
    let it = try Case()
    func fails(_ text: String, _ body: () throws -> RankingEvaluation) {
      let error = #expect(throws: ALSError.self) { _ = try body() }
      #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }
    fails("training") { try RankingEvaluation(of: it.model, on: it.test, metrics: [RankingMetric(.novelty, at: 5)]) }
    fails("training") { try RankingEvaluation(of: it.model, on: it.test, metrics: [.auc], groups: 2) }
    fails("catalogue") {
      try RankingEvaluation(
        of: it.model, on: it.test, metrics: [RankingMetric(.gini, at: 5)], candidates: .sampled(count: 9, seed: 1))
    }
    fails("candidates") {
      try RankingEvaluation(of: it.model, on: it.test, metrics: [.auc], candidates: .sampled(count: 0, seed: 1))
    }
    let strangers = try Interactions(users: ["x"], items: ["y"])
    fails("none of the held-out") { try RankingEvaluation(of: it.model, on: strangers, metrics: [.auc]) }
  }
}
