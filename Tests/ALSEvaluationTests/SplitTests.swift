import ALSEvaluation
import ALSPlatform
import ALSSparse
import Testing

@Suite struct SplitTests {
  static let rules: [HoldOut] = [
    .random(fraction: 0.3, seed: 5), .randomPerUser(fraction: 0.3, seed: 5), .lastByTime(count: 1),
    .lastByTime(count: 4), .randomCountPerUser(count: 3, seed: 5), .fromTime(30), .latest(fraction: 0.3),
  ]

  @Test(arguments: rules)
  func everyPairFallsOnOneSide(_ rule: HoldOut) throws {
    let sample = Sample(seed: 1)
    let parts = try sample.events().parts(rule)
    #expect(parts.contains(.test) && parts.contains(.training))
    var repeats = 0
    for pair in sample.histories.values.flatMap(\.values) {
      let sides = Set(pair.map { parts[$0] })
      #expect(sides.count == 1 || sides == [.training, .neither])
      repeats += pair.count - 1
    }
    #expect(repeats > 100, "the sample must have repeats for this to mean anything")
  }

  @Test(arguments: rules)
  func bothSidesTogetherAreTheOriginal(_ rule: HoldOut) throws {
    let events = try Sample(seed: 2).events(values: true)
    let parts = try events.parts(rule)
    let (training, test) = try events.split(rule)
    #expect(training.rows == zip(events.rows, parts).filter { $1 == .training }.map(\.0))
    #expect(test.rows == zip(events.rows, parts).filter { $1 == .test }.map(\.0))
    let division = try events.division(by: rule)
    #expect(Division.Part.allCases.map { division.count(of: $0) }.reduce(0, +) == events.count)
    #expect(division.count(of: .test) == test.count && division.count(of: .training) == training.count)
    if rule.isCutInTime { #expect(parts.contains(.neither)) } else { #expect(!parts.contains(.neither)) }
    #expect(training.users == events.users && test.users == events.users)
    #expect(training.items == events.items && test.items == events.items)
  }

  @Test(arguments: rules)
  func threadsDoNotMatter(_ rule: HoldOut) throws {
    // More events than one worker's chunk.
    let events = try Sample(seed: 3, users: 700, items: 300, events: 150_000).events()
    let expected = try events.parts(rule, threads: 1)
    #expect(expected.contains(.test) && expected.contains(.training))
    for threads in [2, 3, 8] { #expect(try events.parts(rule, threads: threads) == expected) }
    let (training, test) = try events.split(rule, threads: 3)
    #expect(training.rows.elementsEqual(events.filtered { expected[$0] == .training }.rows))
    #expect(test.rows.elementsEqual(events.filtered { expected[$0] == .test }.rows))
  }

  @Test func randomHoldsOutAboutTheFraction() throws {
    let pairs = 40_000
    let events = try Events(users: (0..<pairs).map { $0 / 200 }, items: (0..<pairs).map { $0 % 200 })
    for fraction in [0.05, 0.3, 0.9] {
      let held = try events.flags(.random(fraction: fraction, seed: 7)).count { $0 }
      // Five standard deviations of the binomial distribution.
      let tolerance = 5 * (Double(pairs) * fraction * (1 - fraction)).squareRoot()
      #expect(abs(Double(held) - fraction * Double(pairs)) < tolerance)
    }
  }

  /// With the keys of the whole, what is left after the first division would have no pair with a low key.
  @Test(arguments: [HoldOut.random(fraction: 0.2, seed: 7), .randomPerUser(fraction: 0.2, seed: 7)])
  func theSameSeedDividesAPartAnew(_ first: HoldOut) throws {
    let pairs = 40_000
    let events = try Events(users: (0..<pairs).map { $0 / 200 }, items: (0..<pairs).map { $0 % 200 })
    let (training, _) = try events.split(first)
    let held = try training.flags(.random(fraction: 0.2, seed: 7)).count { $0 }
    let expected = 0.2 * Double(training.count)
    // Five standard deviations of the binomial distribution.
    #expect(abs(Double(held) - expected) < 5 * (0.8 * expected).squareRoot())
  }

  @Test(arguments: [0.2, 0.29, 0.5, 0.99])
  func perUserCountsAreExact(_ fraction: Double) throws {
    let sample = Sample(seed: 6)
    let isTest = try sample.events().flags(.randomPerUser(fraction: fraction, seed: 11))
    for history in sample.histories.values {
      let held = history.values.count { isTest[$0[0]] }
      let hundredths = Int((fraction * 100).rounded())
      #expect(held == history.count * hundredths / 100)
    }
  }

  @Test func theFloorIsThatOfTheWrittenDecimal() throws {
    // In binary 0.29 · 100 and 0.57 · 100 are a little less than 29 and 57.
    for hundredths in 1..<100 {
      let events = try Events(users: [Int](repeating: 1, count: 100), items: Array(0..<100))
      let held = try events.flags(.randomPerUser(fraction: Double(hundredths) / 100, seed: 1)).count { $0 }
      #expect(held == hundredths)
    }
  }

  @Test(arguments: [1, 2, 5, 12])
  func countsPerUserAreExact(_ count: Int) throws {
    let sample = Sample(seed: 7)
    let isTest = try sample.events().flags(.randomCountPerUser(count: count, seed: 12))
    var (some, none) = (0, 0)
    for history in sample.histories.values {
      let held = history.values.count { isTest[$0[0]] }
      #expect(held == (history.count > count ? count : 0))
      (some, none) = (some + (held > 0 ? 1 : 0), none + (held == 0 ? 1 : 0))
    }
    #expect(some > 0 && (none > 0 || count == 1))
  }

  @Test func perUserKeepsSmallUsersInTraining() throws {
    let events = try Events(users: [1, 1, 1, 1, 2, 2, 2, 2, 2], items: [1, 2, 3, 4, 1, 2, 3, 4, 5])
    let isTest = try events.flags(.randomPerUser(fraction: 0.2, seed: 3))
    #expect(!isTest[..<4].contains(true))
    #expect(isTest[4...].count { $0 } == 1)
    // Never everything, however near the fraction is to 1.
    let most = try events.flags(.randomPerUser(fraction: 1.0.nextDown, seed: 3))
    #expect(most[..<4].count { $0 } == 3 && most[4...].count { $0 } == 4)
  }

  @Test func perUserChoosesEveryItemAboutEquallyOften() throws {
    let users = 5_000
    let events = try Events(users: (0..<users * 10).map { $0 / 10 }, items: (0..<users * 10).map { $0 % 10 })
    let isTest = try events.flags(.randomPerUser(fraction: 0.2, seed: 8))
    for item in 0..<10 {
      let held = (0..<users).count { isTest[$0 * 10 + item] }
      // Expected 1000 with a standard deviation of 28.
      #expect(abs(held - users / 5) < 150)
    }
  }

  @Test(arguments: [
    (HoldOut.random(fraction: 0.3, seed: 1), HoldOut.random(fraction: 0.3, seed: 2)),
    (.randomPerUser(fraction: 0.3, seed: 1), .randomPerUser(fraction: 0.3, seed: 2)),
    (.randomCountPerUser(count: 3, seed: 1), .randomCountPerUser(count: 3, seed: 2)),
  ])
  func seedsDiffer(_ rules: (HoldOut, HoldOut)) throws {
    let events = try Sample(seed: 5).events()
    #expect(try events.flags(rules.0) == events.flags(rules.0))
    #expect(try events.flags(rules.0) != events.flags(rules.1))
  }

  @Test(arguments: [
    HoldOut.random(fraction: 0.3, seed: 4), .randomPerUser(fraction: 0.3, seed: 4),
    .randomCountPerUser(count: 2, seed: 4), .fromTime(25), .latest(fraction: 0.25),
  ])
  func theOrderOfTheInputDoesNotMatter(_ rule: HoldOut) throws {
    let sample = Sample(seed: 8)
    var order = Array(sample.users.indices)
    var generator = RandomGenerator(seed: 77)
    generator.shuffle(&order)
    var shuffled = sample
    shuffled.users = order.map { sample.users[$0] }
    shuffled.items = order.map { sample.items[$0] }
    shuffled.times = order.map { sample.times[$0] }
    let expected = try sample.events().flags(rule)
    #expect(try shuffled.events().flags(rule) == order.map { expected[$0] })
  }

  @Test func parametersOutOfRangeAreErrors() throws {
    let events = try Sample(seed: 1).events()
    for fraction in [0, 1, -0.1, 1.5, .nan] {
      for rule in [
        HoldOut.random(fraction: fraction, seed: 1), .randomPerUser(fraction: fraction, seed: 1),
        .latest(fraction: fraction),
      ] {
        let error = #expect(throws: ALSError.self) { try events.split(rule) }
        #expect(error?.kind == .configuration && error?.message.contains("fraction") == true)
      }
    }
    #expect(throws: ALSError.self) { try events.split(.lastByTime(count: 0)) }
    #expect(throws: ALSError.self) { try events.split(.randomCountPerUser(count: 0, seed: 1)) }
    #expect(throws: ALSError.self) { try events.split(.fromTime(.infinity)) }
    #expect(throws: ALSError.self) { try events.split(.random(fraction: 0.5, seed: 1), threads: 0) }
  }

  @Test func noEventsAreTwoEmptySides() throws {
    let events = try Events(users: [Int](), items: [Int](), times: [])
    for rule in Self.rules {
      let (training, test) = try events.split(rule)
      #expect(training.count == 0 && test.count == 0)
    }
  }
}

extension HoldOut {
  var isCutInTime: Bool {
    switch self {
    case .fromTime, .latest: true
    default: false
    }
  }
}
