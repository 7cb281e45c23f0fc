import ALS
import Testing

/// Similar users and items with every filter, against sorting.
@Suite struct SimilarTests {
  @Test(arguments: Similarity.allCases, Precision.allCases)
  func equalsSorting(measure: Similarity, precision: Precision) throws {
    let (model, _) = try RecommendTests.model(users: 70, items: 190, density: 0.2, explicit: true, precision)
    func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    func expected(
      _ own: Int, _ rows: [[Double]], among: Set<Int>, least: Double, count: Int
    ) -> [(index: Int, score: Double)] {
      let scored = rows.indices.filter { $0 != own && among.contains($0) && product(rows[$0], rows[$0]) > 0 }
        .map { other -> (index: Int, score: Double) in
          let inner = product(rows[own], rows[other])
          let size = (product(rows[own], rows[own]) * product(rows[other], rows[other])).squareRoot()
          return (other, measure == .cosine ? inner / size : inner)
        }
      return Array(scored.filter { $0.score >= least }.sorted { $0.score > $1.score }.prefix(count))
    }
    let (users, items) = (model.users.indices.map(model.userFactors), model.items.indices.map(model.itemFactors))
    for (count, least) in [(0, -10.0), (5, -10), (12, 0.2), (1000, 0.1), (1000, -10)] {
      let odd = Selection(itemsOf: model) { (Int($0.description) ?? 0) % 2 == 1 }
      let few = try Selection(users: [1, 4, 5, 60], of: model)
      for (own, among) in [(1, Set(items.indices)), (40, Set(items.indices.filter { $0 % 2 == 1 }))] {
        let found = try model.similar(
          item: model.items[own], count: count, by: measure, among: among.count == items.count ? nil : odd,
          minimumScore: least)
        let best = expected(own, items, among: among, least: least, count: count)
        #expect(found.map(\.index) == best.map(\.index))
        for (a, b) in zip(found, best) { #expect(abs(a.score - b.score) < 1e-12 * max(1, abs(b.score))) }
      }
      let found = try model.similar(user: 4, count: count, by: measure, among: few, minimumScore: least)
      #expect(found.map(\.index) == expected(4, users, among: [1, 5, 60], least: least, count: count).map(\.index))
    }
    #expect(throws: ALSError.self) { try model.similar(item: 1, among: Selection(usersOf: model) { _ in true }) }
    #expect(throws: ALSError.self) { try model.similar(user: 1, count: -1) }
  }
}
