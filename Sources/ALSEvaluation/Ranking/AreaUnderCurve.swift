/// The share of pairs of a relevant and another candidate in which the relevant one scores higher, ties half; `nil` when
/// there is no other candidate.
///
/// `relevant` and `excluded` rise and have nothing in common.
///
/// - Complexity: O(n log r) for n items and r relevant ones.
package func areaUnderCurve(
  _ scores: [Double], relevant: UnsafeBufferPointer<Int32>, excluded: UnsafeBufferPointer<Int32>
) -> Double? {
  let own = relevant.map { scores[Int($0)] }.sorted()
  let others = scores.count - relevant.count - excluded.count
  if own.isEmpty || others <= 0 { return nil }
  // Twice the number of pairs won, which is whole.
  var won = 0
  var (nextRelevant, nextExcluded) = (0, 0)
  for (item, score) in scores.enumerated() {
    if nextRelevant < relevant.count, Int(relevant[nextRelevant]) == item {
      nextRelevant += 1
    } else if nextExcluded < excluded.count, Int(excluded[nextExcluded]) == item {
      nextExcluded += 1
    } else {
      won += 2 * own.count - own.firstPlace { $0 >= score } - own.firstPlace { $0 > score }
    }
  }
  return Double(won) / (2 * Double(own.count) * Double(others))
}

extension [Double] {
  /// The first place from which on `predicate` holds.
  fileprivate func firstPlace(where predicate: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
