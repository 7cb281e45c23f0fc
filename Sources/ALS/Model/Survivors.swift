/// The candidates for one user's top items, given approximate scores: all that may be among the best `count`.
struct Survivors<Score: BinaryFloatingPoint> {
  private let count: Int
  /// Scores that differ by no more than this may be in either order.
  private let margin: Score
  private var candidates: [(score: Score, index: Int32)] = []
  private var capacity: Int
  /// What falls below cannot be among the best.
  private var cut = -Score.infinity

  init(count: Int, margin: Double) {
    self.count = count
    self.margin = Score(margin)
    capacity = 2 * count + 64
    candidates.reserveCapacity(capacity)
  }

  /// Considers consecutive scores, the first of which belongs to `firstIndex`; −∞ is never a candidate.
  mutating func insert(_ scores: UnsafeMutableBufferPointer<Score>, firstIndex: Int) {
    let run = 16
    var start = 0
    while start < scores.count {
      let end = min(start + run, scores.count)
      // One test for a run, which vectorises, before the scores are looked at one by one.
      var largest = -Score.infinity
      for position in start..<end { largest = scores[position] > largest ? scores[position] : largest }
      if largest >= cut {
        for position in start..<end where scores[position] >= cut && scores[position] > -.infinity {
          candidates.append((scores[position], Int32(firstIndex + position)))
        }
        if candidates.count >= capacity { raiseCut() }
      }
      start = end
    }
  }

  /// The indices of the candidates, in no particular order.
  var indices: [Int32] {
    var copy = self
    copy.raiseCut()
    return copy.candidates.map(\.index)
  }

  /// Drops what is more than the margin below the `count`-th best.
  private mutating func raiseCut() {
    guard candidates.count > count, count > 0 else {
      if count == 0 { candidates.removeAll() }
      return
    }
    candidates.sort { $0.score > $1.score }
    cut = candidates[count - 1].score - margin
    let kept = candidates.firstIndex { $0.score < cut } ?? candidates.count
    candidates.removeSubrange(kept...)
    // Many ties may leave more than expected: double, so that sorting stays O(n log n) in all.
    capacity = max(capacity, 2 * candidates.count + 64)
  }
}
