import ALSDense
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// The items whose factors are most alike, best first, ties by index.
  ///
  /// The item itself is left out, and so are items without factors.
  ///
  /// - Parameters:
  ///   - item: An item that the model knows.
  ///   - count: How many; fewer are returned when fewer are left.
  ///   - measure: What makes two items alike.
  ///   - candidates: Only these items; all when `nil`.
  ///   - minimumScore: Items that are less alike are left out.
  /// - Returns: At most `count` items.
  /// - Throws: `ALSError` when the model does not know the item, `count` is negative, or the candidates are not items of
  ///   this model.
  /// - Complexity: O(n·k + n log `count`) for n candidates; the first request also computes all norms.
  @inlinable
  public func similar(
    item: some IdentifierKey, count: Int = 10, by measure: Similarity = .cosine, among candidates: Selection? = nil,
    minimumScore: Double? = nil
  ) throws -> [Recommendation] {
    try similar(.items, item.identifier, count, measure, candidates, minimumScore)
  }

  /// The users whose factors are most alike; see ``similar(item:count:by:among:minimumScore:)``.
  @inlinable
  public func similar(
    user: some IdentifierKey, count: Int = 10, by measure: Similarity = .cosine, among candidates: Selection? = nil,
    minimumScore: Double? = nil
  ) throws -> [Recommendation] {
    try similar(.users, user.identifier, count, measure, candidates, minimumScore)
  }

  @usableFromInline
  func similar(
    _ side: Side, _ identifier: Identifier, _ count: Int, _ measure: Similarity, _ candidates: Selection?,
    _ minimumScore: Double?
  ) throws -> [Recommendation] {
    let (index, names) = (try index(of: identifier, in: side), identifiers(of: side))
    try requireCount(count)
    try requireThreshold(minimumScore)
    try candidates?.check(side, of: names)
    let best = tables.open(
      { mostSimilar(to: index, in: $0[side], count, measure, candidates, minimumScore) },
      { mostSimilar(to: index, in: $0[side], count, measure, candidates, minimumScore) })
    return best.map { Recommendation(id: names[Int($0.index)], index: Int($0.index), score: $0.score) }
  }

  private func mostSimilar<Element: Scalar>(
    to index: Int, in side: FactorSide<Element>, _ count: Int, _ measure: Similarity, _ candidates: Selection?,
    _ minimumScore: Double?
  ) -> [Scored] {
    let (table, norms) = (side.rows, side.norms)
    let (own, k) = (table.row(index), table.columnCount)
    guard norms.pointer[index] > 0, count > 0 else { return [] }
    var best = BestScored(count: min(count, table.rowCount))
    for other in 0..<table.rowCount where other != index && candidates?.contains(other) != false {
      let size = norms.pointer[index] * norms.pointer[other]
      guard size > 0 else { continue }
      let product = dot(own, table.row(other), k)
      let score = measure == .cosine ? product / size : product
      if let minimumScore, !(score >= minimumScore) { continue }
      best.add(Scored(index: Int32(other), score: score))
    }
    return best.sorted
  }
}

/// The best of a stream of scored things, in memory in proportion to how many are wanted.
private struct BestScored {
  private let count: Int
  private var kept: [Scored] = []
  private var worst: Scored?

  init(count: Int) { self.count = count }

  mutating func add(_ scored: Scored) {
    if let worst, Scored.isBetter(worst, scored) { return }
    kept.append(scored)
    if kept.count - count >= count + 64 {
      kept = sorted
      worst = kept.last
    }
  }

  var sorted: [Scored] { Array(kept.sorted(by: Scored.isBetter).prefix(count)) }
}
