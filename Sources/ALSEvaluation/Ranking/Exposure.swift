import ALSPlatform

/// How often each item is among the first places of a list, for several cutoffs.
///
/// Every worker counts for itself and the sums are of integers, so the result does not depend on who worked on what.
struct Exposure: Sendable {
  private let cutoffs: [Int]
  /// Per worker, the counts of all items for each cutoff in turn.
  private let workers: [Buffer<Int32>]
  private let itemCount: Int

  init(cutoffs: Set<Int>, itemCount: Int, workers: Int) {
    self.cutoffs = cutoffs.sorted()
    self.itemCount = itemCount
    self.workers = (0..<workers).map { _ in Buffer(repeating: 0, count: cutoffs.count * itemCount) }
  }

  func record(_ list: UnsafeBufferPointer<Int32>, worker: Int) {
    for (index, cutoff) in cutoffs.enumerated() {
      let counts = workers[worker].pointer + index * itemCount
      for item in list.prefix(cutoff) { counts[Int(item)] += 1 }
    }
  }

  /// The value of a metric of all lists together; `nil` when there is none.
  func value(_ kind: RankingMetric.Kind, cutoff: Int) -> Double? {
    let counts = counts(cutoff: cutoff)
    switch kind {
    case .coverage: return counts.isEmpty ? nil : Double(counts.count { $0 > 0 }) / Double(counts.count)
    case .gini: return giniIndex(counts)
    default: return nil
    }
  }

  private func counts(cutoff: Int) -> [Int] {
    guard let index = cutoffs.firstIndex(of: cutoff) else { return [] }
    return (0..<itemCount).map { item in
      workers.reduce(0) { $0 + Int($1.pointer[index * itemCount + item]) }
    }
  }
}

/// Σ_j (2j − n − 1) c_j / (n Σ_j c_j) for n rising counts; `nil` when their sum is zero.
package func giniIndex(_ counts: [Int]) -> Double? {
  let (n, total) = (counts.count, counts.reduce(0, +))
  if total == 0 { return nil }
  var sum = 0.0
  for (place, count) in counts.sorted().enumerated() { sum += Double(2 * place + 1 - n) * Double(count) }
  return sum / (Double(n) * Double(total))
}
