import ALSEvaluation
import ALSPlatform
import ALSSparse
import Testing

@Suite struct FoldsTests {
  @Test(arguments: [2, 3, 5, 10])
  func testPartsPartitionTheData(_ count: Int) throws {
    let sample = Sample(seed: 9)
    let folds = try sample.events().folds(count, seed: 1)
    #expect(folds.count == count)
    let divisions = Array(folds)
    for event in sample.users.indices {
      let parts = divisions.map { $0.part(ofEvent: event) }
      #expect(parts.count { $0 == .test } == 1 && parts.count { $0 == .training } == count - 1)
      #expect(parts[folds.fold(ofEvent: event)] == .test)
    }
    #expect(divisions.map { $0.count(of: .test) }.reduce(0, +) == sample.users.count)
    // No pair is in training and in the test of the same fold.
    for pair in sample.histories.values.flatMap(\.values) {
      #expect(Set(pair.map(folds.fold(ofEvent:))).count == 1)
    }
  }

  @Test func foldsAreAboutEquallyLarge() throws {
    let pairs = 40_000
    let events = try Events(users: (0..<pairs).map { $0 / 200 }, items: (0..<pairs).map { $0 % 200 })
    for division in try events.folds(8, seed: 3) {
      // Five standard deviations of the binomial distribution.
      let tolerance = 5 * (Double(pairs) / 8 * 7 / 8).squareRoot()
      #expect(abs(Double(division.count(of: .test)) - Double(pairs) / 8) < tolerance)
    }
  }

  @Test func seededAndTheSameForEveryThreadCount() throws {
    let events = try Sample(seed: 3, users: 700, items: 300, events: 150_000).events()
    func labels(seed: UInt64, threads: Int) throws -> [Int] {
      let folds = try events.folds(5, seed: seed, threads: threads)
      return (0..<events.count).map(folds.fold(ofEvent:))
    }
    let expected = try labels(seed: 1, threads: 1)
    for threads in [2, 3, 8] { #expect(try labels(seed: 1, threads: threads) == expected) }
    #expect(try labels(seed: 2, threads: 2) != expected)
  }

  @Test func copiesHaveTheEventsOfTheirPart() throws {
    let events = try Sample(seed: 4).events(values: true)
    let division = try events.folds(3, seed: 2)[1]
    let rows = zip(events.rows, division.parts)
    #expect(try division.events(in: .test, threads: 3).rows == rows.filter { $1 == .test }.map(\.0))
    #expect(try division.events(in: .training).rows == rows.filter { $1 == .training }.map(\.0))
    #expect(try division.events(in: .foldIn).count == 0)
  }

  @Test func numbersOutOfRangeAreErrors() throws {
    let events = try Sample(seed: 1).events()
    for count in [-1, 0, 1, 256] { #expect(throws: ALSError.self) { try events.folds(count, seed: 1) } }
    #expect(try events.folds(Events.mostFolds, seed: 1).count == 255)
    #expect(throws: ALSError.self) { try events.folds(2, seed: 1, threads: 0) }
  }
}
