package import ALSSparse

/// How the entries of rows of a side are read that are folded in: as training read its own.
package struct EntryReader: Sendable {
  let loss: any LossDefinition
  /// μ.
  let mean: Double
  let side: Side
  private let counts: ContextCounts
  // What the loss says once for all entries.
  private let readsContexts: Bool
  let countsLikedOnly: Bool

  package init(_ side: Side, _ loss: any LossDefinition, mean: Double) {
    self.init(side, loss, mean: mean, ContextCounts())
  }

  init(_ side: Side, _ loss: any LossDefinition, mean: Double, _ counts: ContextCounts) {
    (self.side, self.loss, self.mean, self.counts) = (side, loss, mean, counts)
    (readsContexts, countsLikedOnly) = (loss.readsContexts, loss.countsLikedOnly)
  }

  /// The context of a row with these entries.
  func context(of events: some Sequence<WeightedValue>) -> EntryContext {
    guard readsContexts else { return EntryContext() }
    let liked = events.lazy.filter { $0.value > 0 }
    return side == .users
      ? loss.context(userTotal: liked.reduce(0) { $0 + $1.product }, itemCount: nil)
      : loss.context(userTotal: nil, itemCount: liked.reduce(0) { count, _ in count + 1 })
  }

  /// That of an entry in `column` of a row.
  func context(_ row: EntryContext, column: Int) -> EntryContext {
    guard readsContexts else { return row }
    let other =
      side == .users
      ? loss.context(userTotal: nil, itemCount: counts.itemCounts.map { Int($0.pointer[column]) })
      : loss.context(userTotal: counts.userTotals.map { Double($0.pointer[column]) }, itemCount: nil)
    return loss.context(row, other, solving: side)
  }
}

extension FactorModel {
  func reader(_ side: Side) -> EntryReader {
    EntryReader(
      side, configuration.definition, mean: globalMean,
      ContextCounts(userTotals: userTotals, itemCounts: itemCounts))
  }
}
