import ALSPlatform

extension FactorModel {
  /// The items with the most interactions in training, most first, ties by item index; scores are the numbers of
  /// interactions.
  ///
  /// - Parameters:
  ///   - count: How many items; fewer are returned when fewer are left.
  ///   - exclusions: Items that nobody should get are left out.
  ///   - candidates: Only these items; all when `nil`.
  /// - Returns: At most `count` items.
  /// - Throws: `ALSError` when `count` is negative, exclusions or candidates were made for another model, or the model's
  ///   file has no numbers of interactions.
  /// - Complexity: O(items log items).
  public func popularItems(
    count: Int = 10, excluding exclusions: Exclusions = .none, among candidates: Selection? = nil
  ) throws -> [Recommendation] {
    try popular(count: count, excluding: exclusions, among: candidates).map(recommendation)
  }

  func popular(count: Int, excluding exclusions: Exclusions, among candidates: Selection?) throws -> [Scored] {
    try requireCount(count)
    try candidates?.check(.items, of: items)
    let counts = try requireItemCounts()
    let excluded = Set(try exclusions.resolved(for: self).everywhere)
    let scored = counts.elements.enumerated().compactMap { item, number in
      excluded.contains(Int32(item)) || candidates?.contains(item) == false
        ? nil : Scored(index: Int32(item), score: Double(number))
    }
    return Array(scored.sorted(by: Scored.isBetter).prefix(count))
  }

  func requireItemCounts() throws -> Buffer<Int64> {
    guard let itemCounts else {
      throw ALSError(
        .configuration,
        "the model does not say how popular its items are: its file was written without that. Train it again.")
    }
    return itemCounts
  }

  func requireCount(_ count: Int) throws {
    if count < 0 { throw ALSError(.configuration, "count is \(count), but it must be 0 or more.") }
  }

  func recommendation(_ scored: Scored) -> Recommendation {
    Recommendation(id: items[Int(scored.index)], index: Int(scored.index), score: scored.score)
  }
}
