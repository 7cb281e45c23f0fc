import ALSDense
import ALSPlatform
import CALSTopItems
import Testing

/// The scan against plain Swift, with every instruction set that this processor has.
@Suite struct TopItemsKernelTests {
  static let paths: [als_top_path] = [ALS_TOP_PORTABLE, ALS_TOP_AVX2, ALS_TOP_AVX512].filter(als_top_supports)

  /// A small matrix of items in panels, and users whose vectors start anywhere.
  struct Problem<Element: Scalar> {
    let factors: Int
    let itemCount: Int
    let lanes = Int(ALS_TOP_PANEL_BYTES) / MemoryLayout<Element>.stride
    let panels: Buffer<Element>
    let norms: Buffer<Double>
    let users: [Buffer<Element>]

    init(factors: Int, items: Int, users userCount: Int, _ random: inout RandomGenerator) {
      self.factors = factors
      itemCount = items
      let panelCount = (items + lanes - 1) / lanes
      panels = Buffer(repeating: 0, count: panelCount * lanes * factors)
      norms = Buffer(repeating: 1e3, count: panelCount)
      for item in 0..<items {
        for c in 0..<factors {
          panels.pointer[(item / lanes * factors + c) * lanes + item % lanes] = Element(random.nextNormals().0)
        }
      }
      users = (0..<userCount).map { user in
        Buffer((0..<factors + user % 5).map { _ in Element(random.nextNormals().0) })
      }
    }

    func vector(of user: Int) -> UnsafeMutablePointer<Element> { users[user].pointer + user % 5 }

    func score(_ user: Int, _ item: Int) -> Double {
      let start = item / lanes * factors * lanes + item % lanes
      return (0..<factors).reduce(0) { sum, c in
        sum + Double(vector(of: user)[c]) * Double(panels.pointer[start + c * lanes])
      }
    }

    /// What the scan lists for each user that wants `wanted` items, with `excluded` left out.
    func scan(_ path: als_top_path, wanted: Int, excluded: Set<Int>, room: Int) -> [[Int: Double]] {
      let bits = Buffer<UInt8>(repeating: 0, count: norms.count * lanes / 8)
      for item in excluded.union(itemCount..<norms.count * lanes) where item < bits.count * 8 {
        bits.pointer[item / 8] |= 1 << UInt8(item % 8)
      }
      let heaps = users.map { _ in Buffer<Double>(uninitialized: wanted) }
      let lists = users.map { _ in Buffer<als_top_candidate>(uninitialized: room) }
      let queries = Buffer<als_top_query>(repeating: als_top_query(), count: users.count)
      let active = Buffer<UnsafeMutablePointer<als_top_query>?>(repeating: nil, count: users.count)
      for user in users.indices {
        queries.pointer[user] = als_top_query(
          coordinates: vector(of: user), norm: 1e3, error: 1e-3, excluded: bits.pointer, heap: heaps[user].pointer,
          wanted: wanted, held: 0, candidates: lists[user].pointer, count: 0, capacity: room)
        active.pointer[user] = queries.pointer + user
      }
      var items = als_top_items(
        panels: panels.pointer, panel_count: norms.count, factors: factors, norms: norms.pointer, error: 0,
        precision: Element.self == Float.self ? ALS_TOP_FLOAT : ALS_TOP_DOUBLE)
      var remaining = users.count
      return withExtendedLifetime((bits, heaps, lists, queries, active)) {
        #expect(als_top_scan(path, &items, active.pointer, &remaining, 0) == norms.count)
        #expect(remaining == users.count)
        return users.indices.map { user in
          als_top_compact(queries.pointer + user, &items)
          let found = UnsafeBufferPointer(start: lists[user].pointer, count: queries.pointer[user].count)
          return Dictionary(uniqueKeysWithValues: found.map { (Int($0.position), $0.score) })
        }
      }
    }
  }

  func listsEveryItem<Element: Scalar>(_ type: Element.Type, tolerance: Double) {
    var random = RandomGenerator(seed: 4)
    for factors in 1...70 {
      for users in 0...9 {
        let items = [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 130, 200][(factors * 10 + users) % 13]
        let problem = Problem<Element>(factors: factors, items: items, users: users, &random)
        for path in Self.paths {
          let found = problem.scan(path, wanted: 500, excluded: [2, 16], room: 1024)
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
    for path in Self.paths {
      for wanted in [1, 2, 10, 75] {
        let found = problem.scan(path, wanted: wanted, excluded: [], room: 2048)
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
