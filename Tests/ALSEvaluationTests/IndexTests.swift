import ALS
import ALSEvaluation
import ALSSparse
import Testing

/// Every public call that takes an index or a cutoff: one that is out of range ends the process before anything is read.
@Suite struct IndexTests {
  static func events() throws -> Events { try Events(users: [1, 1, 2, 2, 3, 3], items: [1, 2, 1, 3, 2, 3]) }
  static func folds() throws -> Folds { try events().folds(2, seed: 1) }

  @Test func parts() async {
    await #expect(processExitsWith: .failure) { _ = try IndexTests.folds()[0].part(ofEvent: 6) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.folds()[0].part(ofEvent: -1) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.folds()[2] }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.folds().fold(ofEvent: 6) }
  }

  @Test func users() async {
    await #expect(processExitsWith: .failure) {
      let data = try Interactions(IndexTests.events())
      _ = topItems(1, of: popularityOrder(of: data), unseenBy: 3, in: data)
    }
    await #expect(processExitsWith: .failure) {
      let data = try Interactions(IndexTests.events())
      _ = topItems(-1, of: popularityOrder(of: data), unseenBy: 0, in: data)
    }
    await #expect(processExitsWith: .failure) {
      _ = try SyntheticInteractions(users: 5, items: 9, interactions: 10).events(ofUser: 5)
    }
  }

  @Test func cutoffs() async {
    await #expect(processExitsWith: .failure) { _ = RankingMetric(.ndcg, at: 0) }
    await #expect(processExitsWith: .success) { _ = RankingMetric(.ndcg, at: .max) }
  }

  @Test func listsOfSomebodyElse() async {
    await #expect(processExitsWith: .failure) {
      _ = try RankingScores([RankingMetric(.coverage, at: 2)], heldOut: Interactions(IndexTests.events()), threads: 1) {
        _ in [3]
      }
    }
  }
}
