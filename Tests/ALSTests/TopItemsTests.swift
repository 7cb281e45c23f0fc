import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// The best items of tables made to mislead bounds, against sorting all scores; nothing may differ, order included.
@Suite struct TopItemsTests {
  @Test(arguments: TopItemsKind.allCases, [false, true])
  func equalsSorting(_ kind: TopItemsKind, biased: Bool) {
    for items in [1, 5, 37, 700] {
      check(TopItemsCase<Float>(kind, items: items, biased: biased))
      check(TopItemsCase<Double>(kind, items: items, biased: biased))
    }
  }

  @Test func noItemsAndNoUsers() {
    let none = TopItemsCase<Float>(.random, items: 0, biased: false)
    #expect(none.best(of: [3, 4], .none, count: 10, threads: 2).map(\.count) == [0, 0])
    #expect(TopItemsCase<Float>(.random, items: 40, biased: true).best(of: [], .none, count: 5, threads: 2).isEmpty)
  }

  private func check<Element: Scalar>(_ sample: TopItemsCase<Element>) {
    let (users, n) = (Array(0..<sample.userCount), sample.itemCount)
    let sorted = users.map(sample.sortedItems)
    var variant = 0
    for exclusions in sample.exclusions {
      let expected = users.map { user in
        var isLeft = [Bool](repeating: true, count: n)
        for item in exclusions.items(forUser: user) { isLeft[Int(item)] = false }
        return sorted[user].filter { isLeft[Int($0.index)] }
      }
      for count in [0, 1, 10, 100, n, n + 5] {
        let threads = [1, 2, 3, 8][variant % 4]
        let instructions = InstructionSet.supported[variant % InstructionSet.supported.count]
        variant += 1
        let found = sample.best(of: users, exclusions, count: count, threads: threads, instructions: instructions)
        #expect(
          found == expected.map { Array($0.prefix(count)) }, "\(sample), count \(count), \(instructions)")
        for user in [0, 41] {
          let alone = sample.best(of: [user], exclusions, count: count, threads: 1)
          #expect(alone == [Array(expected[user].prefix(count))], "\(sample), user \(user) alone, count \(count)")
        }
      }
    }
  }

  /// Every thread count and every instruction set, in an order of users with repeats.
  @Test func sameForEveryThreadCountAndInstructionSet() {
    let sample = TopItemsCase<Float>(.fallingNorms, items: 3000, biased: false)
    let users = (0..<400).map { $0 * 7 % sample.userCount }
    let expected = users.map { Array(sample.sortedItems(of: $0).prefix(12)) }
    for instructions in InstructionSet.supported {
      for threads in [1, 2, 3, 8] {
        #expect(sample.best(of: users, .none, count: 12, threads: threads, instructions: instructions) == expected)
      }
    }
  }
}
