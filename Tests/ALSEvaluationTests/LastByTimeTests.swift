import ALSEvaluation
import ALSPlatform
import ALSSparse
import Testing

@Suite struct LastByTimeTests {
  @Test func theLatestPairGoesWithAllItsEvents() throws {
    // Item 10 comes first and again last, so it is the latest pair of user 1.
    let events = try Events(users: [1, 1, 1, 1], items: [10, 20, 30, 10], times: [1, 2, 3, 4])
    #expect(try events.flags(.lastByTime(count: 1)) == [true, false, false, true])
    #expect(try events.flags(.lastByTime(count: 2)) == [true, false, true, true])
    #expect(try events.flags(.lastByTime(count: 3)) == [false, false, false, false])
  }

  @Test func theOrderOfTheInputDecidesTies() throws {
    let events = try Events(users: [1, 1, 1], items: [30, 10, 20], times: [5, 5, 5])
    #expect(try events.flags(.lastByTime(count: 1)) == [false, false, true])
    let reversed = try Events(users: [1, 1, 1], items: [20, 10, 30], times: [5, 5, 5])
    #expect(try reversed.flags(.lastByTime(count: 1)) == [false, false, true])
    // Of a pair's events the last counts, so item 30 is later than 20 although it also comes first.
    let again = try Events(users: [1, 1, 1, 1], items: [30, 10, 20, 30], times: [5, 5, 5, 5])
    #expect(try again.flags(.lastByTime(count: 1)) == [true, false, false, true])
  }

  @Test func timesDecideNotTheOrderOfTheInput() throws {
    let events = try Events(users: [1, 2, 1, 2, 1], items: [7, 7, 8, 8, 9], times: [30, -1, 20, -2, 10])
    #expect(try events.flags(.lastByTime(count: 1)) == [true, true, false, false, false])
  }

  @Test func usersWithTooFewDistinctItemsStayInTraining() throws {
    // User 2 has three events but one item; user 3 has as many items as are to be held out.
    let events = try Events(
      users: [1, 1, 1, 2, 2, 2, 3, 3], items: [1, 2, 3, 1, 1, 1, 4, 5], times: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      try events.flags(.lastByTime(count: 2)) == [false, true, true, false, false, false, false, false])
  }

  @Test func noTrainingEventIsLaterThanAHeldOutPair() throws {
    for seed in 1...5 {
      let sample = Sample(seed: UInt64(seed))
      let isTest = try sample.events().flags(.lastByTime(count: 3))
      for history in sample.histories.values {
        let held = history.values.filter { isTest[$0[0]] }
        #expect(held.count == (history.count > 3 ? 3 : 0))
        let earliestHeld = held.compactMap { $0.map { sample.times[$0] }.max() }.min()
        let latestKept = history.values.filter { !isTest[$0[0]] }.flatMap { $0 }.map { sample.times[$0] }.max()
        if let earliestHeld, let latestKept { #expect(latestKept <= earliestHeld) }
      }
    }
  }

  @Test(arguments: [1, 2, 5, 12])
  func agreesWithTheDefinition(_ count: Int) throws {
    for seed in 1...5 {
      // Few users with many items, and many with few.
      let sample = Sample(seed: UInt64(seed), users: seed < 4 ? 60 : 3, items: seed < 4 ? 25 : 400)
      var expected = [Bool](repeating: false, count: sample.users.count)
      for history in sample.histories.values where history.count > count {
        let pairs = history.values.map { events in
          (last: events.max { (sample.times[$0], $0) < (sample.times[$1], $1) } ?? 0, events: events)
        }
        let latest = pairs.sorted { (sample.times[$0.last], $0.last) > (sample.times[$1.last], $1.last) }.prefix(count)
        for event in latest.flatMap(\.events) { expected[event] = true }
      }
      #expect(try sample.events().flags(.lastByTime(count: count)) == expected)
    }
  }

  @Test func eventsWithoutTimesAreAnError() throws {
    let events = try Events(users: [1, 1], items: [1, 2])
    let error = #expect(throws: ALSError.self) { try events.split(.lastByTime(count: 1)) }
    #expect(error?.kind == .configuration && error?.message.contains("times") == true)
  }
}
