import ALSPlatform

/// The best position that each item has in any list, from which coverage at every cutoff follows.
///
/// Every worker keeps its own and the smallest counts, so the result does not depend on who worked on what.
struct BestRanks: Sendable {
  private let workers: [Buffer<Int32>]
  private let itemCount: Int

  init(itemCount: Int, workers: Int) {
    self.itemCount = itemCount
    self.workers = (0..<workers).map { _ in Buffer(repeating: Int32.max, count: itemCount) }
  }

  func record(_ list: some Sequence<Int32>, worker: Int) {
    let best = workers[worker]
    for (rank, item) in list.enumerated() {
      best.pointer[Int(item)] = min(best.pointer[Int(item)], Int32(rank))
    }
  }

  /// The share of items with a rank below `cutoff`; `nil` when there are no items.
  func coverage(cutoff: Int) -> Double? {
    if itemCount == 0 { return nil }
    let covered = (0..<itemCount).count { item in workers.contains { $0.pointer[item] < cutoff } }
    return Double(covered) / Double(itemCount)
  }
}
