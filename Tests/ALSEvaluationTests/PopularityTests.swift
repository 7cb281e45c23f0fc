import ALSEvaluation
import ALSSparse
import Testing

@Suite struct PopularityTests {
  @Test func itemsWithMoreUsersComeFirst() throws {
    // Item 2 has three users, 0 and 3 have two, 1 has one user with four events.
    let interactions = try Interactions(
      users: [0, 1, 2, 0, 1, 0, 2, 5, 5, 5, 5], items: [2, 2, 2, 3, 3, 0, 0, 1, 1, 1, 1])
    #expect(popularityOrder(of: interactions) == [2, 0, 3, 1])
  }

  @Test func seenItemsAreLeftOut() throws {
    let interactions = try Interactions(users: [0, 0, 1, 2], items: [0, 3, 1, 2])
    let order: [Int32] = [3, 1, 0, 2]
    #expect(topItems(1, of: order, unseenBy: 0, in: interactions) == [1])
    #expect(topItems(10, of: order, unseenBy: 0, in: interactions) == [1, 2])
    #expect(topItems(2, of: order, unseenBy: 1, in: interactions) == [3, 0])
    #expect(topItems(0, of: order, unseenBy: 1, in: interactions) == [])
  }

  @Test func aBaselineIsMeasuredLikeAModel() throws {
    // Training: item 0 is everybody's, item 1 has two users, item 2 one. User 2 turns to 1, user 1 to 2.
    let events = try Events(users: [0, 1, 2, 0, 1, 0, 2, 1], items: [0, 0, 0, 1, 1, 2, 1, 2])
    let training = try Interactions(events.filtered { $0 < 6 })
    let heldOut = try Interactions(events.filtered { $0 >= 6 })
    let order = popularityOrder(of: training)
    #expect(order == [0, 1, 2])
    let metrics = [RankingMetric(.recall, at: 1), RankingMetric(.coverage, at: 1)]
    let scores = try RankingScores(metrics, heldOut: heldOut) {
      topItems(1, of: order, unseenBy: $0, in: training)
    }
    #expect(scores.perUser(metrics[0]) == [1, 1])
    #expect(scores[metrics[1]] == 2.0 / 3)
  }
}
