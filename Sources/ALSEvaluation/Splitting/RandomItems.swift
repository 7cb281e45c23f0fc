import ALSPlatform
import ALSSparse

extension Events {
  /// For each user the bound below which exactly `chosen(n)` < n of the keys of the user's n distinct items lie; 0 where
  /// that is none.
  func keyBounds(seed: UInt64, threads: Int, chosen: @Sendable (Int) -> Int) -> Buffer<UInt64> {
    let byUser = CSRMatrix<Float>.grouping(
      rowCount: users.count, columnCount: items.count, rows: userIndices, columns: itemIndices, values: nil,
      threads: threads)
    let bounds = Buffer<UInt64>(repeating: 0, count: users.count)
    parallelForEachChunk(of: users.count, size: 256, workers: threads) { rows, _ in
      var ranked: [UInt64] = []
      for user in rows {
        let keys = PairKeys(seed: seed, user: Int32(user))
        ranked.removeAll(keepingCapacity: true)
        for item in byUser.columns(ofRow: user) { ranked.append(keys[item]) }
        ranked.sort()
        ranked.removeRepeats()
        let count = ranked.isEmpty ? 0 : chosen(ranked.count)
        if count > 0 { bounds.pointer[user] = ranked[count] }
      }
    }
    return bounds
  }
}

/// ⌊`fraction` · `count`⌋ for the decimal number that `fraction` was written as; less than `count`, which is not 0.
func share(_ fraction: Double, of count: Int) -> Int {
  // Reading the decimal and multiplying each lose at most half a unit in the last place, which is up to two steps
  // just below a power of two.
  min(Int((fraction * Double(count)).nextUp.nextUp), count - 1)
}

extension Array where Element: Equatable {
  /// Leaves one of each run of equal elements.
  mutating func removeRepeats() {
    guard count > 1 else { return }
    var kept = 1
    for index in 1..<count where self[index] != self[kept - 1] {
      self[kept] = self[index]
      kept += 1
    }
    removeLast(count - kept)
  }
}
