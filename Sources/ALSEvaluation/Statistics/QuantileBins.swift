/// Ranges of whole numbers that hold about equal shares of a weight.
package struct QuantileBins: Sendable {
  /// Rising, and together every key that has weight; fewer than asked for when many keys are equal.
  package let ranges: [ClosedRange<Int>]

  /// At most `count` bins of `keys`, of which key i weighs `weights[i]`; equal keys are in the same bin.
  package init(_ count: Int, of keys: [Int], weights: [Int]) {
    let byKey = Dictionary(zip(keys, weights), uniquingKeysWith: +).filter { $0.value > 0 }.sorted { $0.key < $1.key }
    // More than this many bins would only overflow the arithmetic.
    let count = min(count, 1 << 20)
    let total = byKey.reduce(0) { $0 + $1.value }
    var (ranges, lower, sum): ([ClosedRange<Int>], Int?, Int) = ([], nil, 0)
    for (key, weight) in byKey {
      let start = lower ?? key
      sum += weight
      lower = start
      if sum * count >= total * (ranges.count + 1) || sum == total {
        ranges.append(start...key)
        lower = nil
      }
    }
    self.ranges = ranges
  }
}
