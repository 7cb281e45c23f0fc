import ALSEvaluation
import ALSPlatform
import ALSSparse
import Testing

@Suite struct HeldOutUsersTests {
  @Test func heldOutUsersAreNotInTraining() throws {
    for seed in 1...5 {
      let sample = Sample(seed: UInt64(seed))
      let rule = HeldOutUsers(fraction: 0.3, testFraction: 0.4, seed: UInt64(seed))
      let parts = try sample.events().division(by: rule).parts
      var (held, eligible) = (0, 0)
      for history in sample.histories.values {
        let own = Set(history.values.flatMap { $0 }.map { parts[$0] })
        if history.count * 4 / 10 >= 1 { eligible += 1 }
        if own == [.training] { continue }
        held += 1
        #expect(own == [.foldIn, .test])
        // All events of a pair are in one part, and the numbers of pairs are exact.
        for pair in history.values { #expect(Set(pair.map { parts[$0] }).count == 1) }
        #expect(history.values.count { parts[$0[0]] == .test } == history.count * 4 / 10)
      }
      #expect(held == eligible * 3 / 10)
    }
  }

  @Test func seededAndTheSameForEveryThreadCount() throws {
    let events = try Sample(seed: 3, users: 700, items: 300, events: 150_000).events()
    let expected = try events.division(by: HeldOutUsers(seed: 4), threads: 1).parts
    #expect(Set(expected) == [.training, .foldIn, .test])
    for threads in [2, 3, 8] {
      #expect(try events.division(by: HeldOutUsers(seed: 4), threads: threads).parts == expected)
    }
    #expect(try events.division(by: HeldOutUsers(seed: 5)).parts != expected)
  }

  @Test func everyUserIsAboutEquallyLikely() throws {
    let users = 50
    let events = try Events(users: (0..<users * 10).map { $0 / 10 }, items: (0..<users * 10).map { $0 % 10 })
    var held = [Int](repeating: 0, count: users)
    for seed in 0..<400 {
      let parts = try events.division(by: HeldOutUsers(fraction: 0.2, seed: UInt64(seed))).parts
      for user in 0..<users where parts[user * 10] != .training { held[user] += 1 }
    }
    // Expected 80 with a standard deviation of 8.
    #expect(held.reduce(0, +) == 400 * 10)
    #expect(held.allSatisfy { abs($0 - 80) < 40 })
  }

  @Test func parametersOutOfRangeAreErrors() throws {
    let events = try Sample(seed: 1).events()
    for fraction in [0, 1, .nan] {
      #expect(throws: ALSError.self) { try events.division(by: HeldOutUsers(fraction: fraction)) }
      #expect(throws: ALSError.self) { try events.division(by: HeldOutUsers(testFraction: fraction)) }
    }
    #expect(throws: ALSError.self) { try events.division(by: HeldOutUsers(), threads: 0) }
    // One item each: nothing is left to fold in.
    let small = try Events(users: [1, 2, 3], items: [1, 2, 3])
    let error = #expect(throws: ALSError.self) { try small.division(by: HeldOutUsers()) }
    #expect(error?.kind == .data)
    let none = try Events(users: [Int](), items: [Int]())
    #expect(try none.division(by: HeldOutUsers()).events.count == 0)
  }
}
