import ALSPlatform
import ALSSparse

/// What shapes of confidence read of an entry's user and item.
package struct EntryContext: BitwiseCopyable, Sendable {
  /// The sum of the user's values over that of a mean user.
  var length = 1.0
  /// How much it says to have the item.
  var rarity = 1.0

  package init() {}
}

/// What contexts are made of, as far as a loss reads it: kept in models, so that folding in agrees with training.
package struct ContextCounts: Sendable {
  /// Σ w·r of each user.
  var userTotals: Buffer<Float>?
  /// n of each item.
  var itemCounts: Buffer<Int64>?

  init(userTotals: Buffer<Float>? = nil, itemCounts: Buffer<Int64>? = nil) {
    (self.userTotals, self.itemCounts) = (userTotals, itemCounts)
  }

  /// Those of the liked entries of users, with n of each item where they are a part of all.
  init(of observed: CSRMatrix<Float>, _ loss: any LossDefinition, itemCounts: Buffer<Int64>) {
    self.init(userTotals: observed.totals(loss), itemCounts: itemCounts)
  }
}

extension CSRMatrix<Float> {
  /// Σ w·r of the liked entries of each row.
  func totals(_ loss: any LossDefinition) -> Buffer<Float> {
    Buffer(
      (0..<rowCount).map { row in
        Float(
          entries(ofRow: row).reduce(0.0) { sum, entry in
            let event = weightedValue(ofEntry: entry)
            return loss.readsZeros || event.value > 0 ? sum + event.product : sum
          })
      })
  }
}

extension WeightedValue {
  /// Value times weight.
  var product: Double { value * weight }
}

extension LossDefinition {
  /// The context of an entry by what is known of its user and its item.
  func context(userTotal: Double?, itemCount: Int?) -> EntryContext {
    var context = EntryContext()
    if let userTotal { context.length = length(ofTotal: userTotal) }
    if let itemCount { context.rarity = rarity(ofCount: itemCount) }
    return context
  }

  /// What `context` says of the row and a column together.
  func context(_ row: EntryContext, _ column: EntryContext, solving side: Side) -> EntryContext {
    var both = side == .users ? row : column
    both.rarity = side == .users ? column.rarity : row.rarity
    return both
  }

  /// The contexts of a side's rows, as far as they are read.
  func contexts(of side: Side, _ counts: ContextCounts) -> Buffer<EntryContext>? {
    guard readsContexts else { return nil }
    return switch side {
    case .users:
      counts.userTotals.map { totals in
        Buffer(totals.elements.map { context(userTotal: Double($0), itemCount: nil) })
      }
    case .items:
      counts.itemCounts.map { counts in Buffer(counts.elements.map { context(userTotal: nil, itemCount: Int($0)) }) }
    }
  }
}
