import ALS
import ALSPlatform
import ALSSparse

/// The values that a training does not use, as far as is said of them; of one rank or of all.
struct UnusedValues: BitwiseCopyable {
  private var (least, largest): (Float, Float) = (.infinity, -.infinity)
  private var (count, leastCount) = (0, 0)
  private var areHalves = true

  /// Those of `matrix`, or `nil` when `configuration` uses them.
  ///
  /// - Complexity: O(entries).
  init?(of matrix: CSRMatrix<Float>, by configuration: ModelConfiguration) {
    guard configuration.definition.valueUse == .none else { return nil }
    guard let values = matrix.values else {
      if matrix.entryCount > 0 { (least, largest) = (1, 1) }
      return
    }
    count = values.count
    values.forEachPart { part in
      for value in part {
        if value < least { (least, leastCount) = (value, 0) }
        if value == least { leastCount += 1 }
        largest = max(largest, value)
        areHalves = areHalves && (2 * value).rounded() == 2 * value
      }
    }
  }

  /// These and those of the other ranks, which call the same.
  func joined(_ communicator: any Communicator) throws -> UnusedValues {
    try communicator.gathered(self).reduce(into: nil) { (all: inout UnusedValues?, part) in
      guard var sum = all else { return all = part }
      sum.leastCount =
        (sum.least <= part.least ? sum.leastCount : 0) + (part.least <= sum.least ? part.leastCount : 0)
      (sum.least, sum.largest) = (min(sum.least, part.least), max(sum.largest, part.largest))
      (sum.count, sum.areHalves) = (sum.count + part.count, sum.areHalves && part.areHalves)
      all = sum
    } ?? self
  }

  /// One line, or `nil` when there is nothing to say; `minimumValue` is what leaves out those below a value.
  func notice(minimumValue: String) -> String? {
    guard least < largest else { return nil }
    let fact = "the values are not used: with --confidence binary every pair counts alike"
    if !lookLikeRatings { return "\(fact); --confidence linear or log lets larger ones count more" }
    let liked = Double(likedValue).significant(3)
    return "\(fact). They look like ratings, which --feedback explicit predicts; \(minimumValue) \(liked) keeps those "
      + "from \(liked) on"
  }

  /// Whether all are whole or half stars on a usual scale, and most are not the least: counts of purchases and plays mostly
  /// are 1.
  private var lookLikeRatings: Bool {
    least >= 0.5 && (4...10).contains(largest) && areHalves && 2 * leastCount < count
  }

  /// About three quarters of the scale: 4 of 5, 7.5 of 10.
  private var likedValue: Float { (2 * (least + 0.75 * (largest - least))).rounded() / 2 }
}
