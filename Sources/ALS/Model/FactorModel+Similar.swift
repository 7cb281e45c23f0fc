import ALSDense
public import ALSSparse

extension FactorModel {
  /// The items whose factors point most nearly in the same direction: cosine similarity, best first, ties by index.
  ///
  /// The item itself is left out, and so are items without factors.
  ///
  /// - Throws: `ALSError` when the model does not know the item or `count` is negative.
  /// - Complexity: O(items · k).
  public func similar(item: Identifier, count: Int = 10) throws -> [Recommendation] {
    let index = try index(ofItem: item)
    let best =
      switch tables {
      case .float(let tables): try mostSimilar(to: index, in: tables.items, count: count)
      case .double(let tables): try mostSimilar(to: index, in: tables.items, count: count)
      }
    return best.map { Recommendation(id: items[Int($0.index)], index: Int($0.index), score: $0.score) }
  }

  /// The users whose factors point most nearly in the same direction; see ``similar(item:count:)``.
  ///
  /// - Throws: `ALSError` when the model does not know the user or `count` is negative.
  /// - Complexity: O(users · k).
  public func similar(user: Identifier, count: Int = 10) throws -> [Recommendation] {
    let index = try index(ofUser: user)
    let best =
      switch tables {
      case .float(let tables): try mostSimilar(to: index, in: tables.users, count: count)
      case .double(let tables): try mostSimilar(to: index, in: tables.users, count: count)
      }
    return best.map { Recommendation(id: users[Int($0.index)], index: Int($0.index), score: $0.score) }
  }

  private func mostSimilar<Element: Scalar>(
    to index: Int, in table: Matrix<Element>, count: Int
  ) throws -> [Scored] {
    if count < 0 { throw ALSError(.configuration, "count is \(count), but it must be 0 or more.") }
    let (own, k) = (table.row(index), table.columnCount)
    let norm = dot(own, own, k).squareRoot()
    guard norm > 0 else { return [] }
    var scored: [Scored] = []
    for other in 0..<table.rowCount where other != index {
      let row = table.row(other)
      let product = norm * dot(row, row, k).squareRoot()
      guard product > 0 else { continue }
      scored.append(Scored(index: Int32(other), score: dot(own, row, k) / product))
    }
    return Array(scored.sorted(by: Scored.isBetter).prefix(count))
  }
}
