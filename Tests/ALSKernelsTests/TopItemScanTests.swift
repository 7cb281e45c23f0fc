import ALSDense
import ALSPlatform
import Testing

/// The scan against plain Swift, with every instruction set that this processor has.
@Suite struct TopItemScanTests {
  /// A small matrix of items in panels, and users.
  struct Problem<Element: Scalar> {
    let factors: Int
    let itemCount: Int
    let lanes = ItemPanels<Element>.lanes
    let panels: ItemPanels<Element>
    let users: [[Element]]

    init(factors: Int, items: Int, users userCount: Int, _ random: inout RandomGenerator) {
      self.factors = factors
      itemCount = items
      let panelCount = (items + lanes - 1) / lanes
      let elements = Buffer<Element>(repeating: 0, count: panelCount * lanes * factors)
      for item in 0..<items {
        for c in 0..<factors {
          elements.pointer[(item / lanes * factors + c) * lanes + item % lanes] = Element(random.nextNormals().0)
        }
      }
      panels = ItemPanels(
        elements: elements, norms: Buffer(repeating: 1e3, count: panelCount), vectorLength: factors, relativeError: 0)
      users = (0..<userCount).map { _ in (0..<factors).map { _ in Element(random.nextNormals().0) } }
    }

    func score(_ user: Int, _ item: Int) -> Double {
      let start = item / lanes * factors * lanes + item % lanes
      return (0..<factors).reduce(0) { sum, c in
        sum + Double(users[user][c]) * Double(panels.elements.pointer[start + c * lanes])
      }
    }

    /// What the scan lists for each user that wants `wanted` items, with `excluded` left out, in lists that have `room`.
    func scan(_ instructions: InstructionSet, wanted: Int, excluded: Set<Int>, room: Int) -> [[Int: Double]] {
      let scan = TopItemScan(panels, users: users.count, count: wanted, room: room, instructions: instructions)
      for user in users.indices {
        scan.vector(user).update(from: users[user], count: factors)
        for item in excluded.union(itemCount..<panels.count * lanes) where item < panels.count * lanes {
          scan.excluded(user)[item / 8] |= 1 << UInt8(item % 8)
        }
        scan.begin(user, norm: 1e3, error: 1e-3)
      }
      scan.run(users.count)
      return users.indices.map { user in
        Dictionary(uniqueKeysWithValues: zip(scan.positions(user).map(Int.init), scan.scores(user)))
      }
    }
  }

  func listsEveryItem<Element: Scalar>(_ type: Element.Type, tolerance: Double) {
    var random = RandomGenerator(seed: 4)
    for factors in 1...70 {
      for users in 0...9 {
        let items = [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 130, 200][(factors * 10 + users) % 13]
        let problem = Problem<Element>(factors: factors, items: items, users: users, &random)
        for instructions in InstructionSet.supported {
          // Lists that have to grow, and lists that need not.
          let found = problem.scan(instructions, wanted: 500, excluded: [2, 16], room: users % 2 == 0 ? 1 : 1024)
          for user in 0..<users {
            #expect(Set(found[user].keys) == Set(0..<items).subtracting([2, 16]))
            for (item, score) in found[user] { #expect(abs(score - problem.score(user, item)) < tolerance) }
          }
        }
      }
    }
  }

  @Test func listsEveryItemInFloat() { listsEveryItem(Float.self, tolerance: 1e-4) }
  @Test func listsEveryItemInDouble() { listsEveryItem(Double.self, tolerance: 1e-12) }

  /// The best are listed, and what is well below the last of them is not.
  @Test func listsTheBest() {
    var random = RandomGenerator(seed: 5)
    let problem = Problem<Float>(factors: 13, items: 1000, users: 23, &random)
    for instructions in InstructionSet.supported {
      for wanted in [1, 2, 10, 75] {
        let found = problem.scan(instructions, wanted: wanted, excluded: [], room: 2048)
        for user in problem.users.indices {
          let scores = (0..<1000).map { problem.score(user, $0) }.sorted(by: >)
          #expect(
            found[user].values.sorted(by: >).prefix(wanted).elementsEqual(scores.prefix(wanted)) {
              abs($0 - $1) < 1e-4
            })
          #expect(found[user].values.allSatisfy { $0 > scores[wanted - 1] - 3e-3 })
        }
      }
    }
  }
}
