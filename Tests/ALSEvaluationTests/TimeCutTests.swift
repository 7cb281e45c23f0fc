import ALSEvaluation
import ALSPlatform
import ALSSparse
import Testing

@Suite struct TimeCutTests {
  @Test func laterEventsOfKnownPairsAreInNeitherPart() throws {
    // The cut is at 5. User 1 has item 10 before it and again after it.
    let events = try Events(
      users: [1, 1, 1, 2, 2, 1], items: [10, 20, 10, 10, 30, 30], times: [1, 5, 6, 7, 4.999, 5])
    #expect(try events.parts(.fromTime(5)) == [.training, .test, .neither, .test, .training, .test])
  }

  @Test(arguments: [1.0, 7, 20, 39])
  func trainingHasNoFutureAndNoTestPair(_ cut: Double) throws {
    for seed in 1...4 {
      let sample = Sample(seed: UInt64(seed))
      let parts = try sample.events().parts(.fromTime(cut))
      for (event, part) in parts.enumerated() { #expect((sample.times[event] < cut) == (part == .training)) }
      for events in sample.histories.values.flatMap(\.values) {
        let known = events.contains { sample.times[$0] < cut }
        for event in events where sample.times[event] >= cut { #expect(parts[event] == (known ? .neither : .test)) }
      }
    }
  }

  @Test func aFractionIsTheLatestCutThatHoldsOutEnough() throws {
    for seed in 1...4 {
      let sample = Sample(seed: UInt64(seed))
      let events = try sample.events()
      for percent in [1, 10, 25, 50, 90] {
        let parts = try events.parts(.latest(fraction: Double(percent) / 100))
        let cut = try #require(zip(sample.times, parts).filter { $1 != .training }.map(\.0).min())
        #expect(parts == (try events.parts(.fromTime(cut))))
        let wanted = max(events.count * percent / 100, 1)
        #expect(sample.times.count { $0 >= cut } >= wanted)
        #expect(sample.times.count { $0 > cut } < wanted)
      }
    }
  }

  @Test func cutsThatLeaveOneSideEmptyAreErrors() throws {
    let events = try Events(users: [1, 1, 2], items: [1, 2, 1], times: [10, 20, 20])
    for cut in [9.0, 10, 20.5] {
      let error = #expect(throws: ALSError.self) { try events.split(.fromTime(cut)) }
      #expect(error?.message.contains("from 10.0 to 20.0") == true)
    }
    #expect(try events.parts(.latest(fraction: 0.1)) == [.training, .test, .test])
    let same = try Events(users: [1, 2], items: [1, 2], times: [3, 3])
    #expect(throws: ALSError.self) { try same.split(.latest(fraction: 0.5)) }
    let timeless = try Events(users: [1, 2], items: [1, 2])
    for rule in [HoldOut.fromTime(3), .latest(fraction: 0.5)] {
      let error = #expect(throws: ALSError.self) { try timeless.split(rule) }
      #expect(error?.message.contains("times") == true)
    }
  }
}
