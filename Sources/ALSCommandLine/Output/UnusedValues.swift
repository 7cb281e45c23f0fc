import ALS

/// What is said where a training does not use the values that there are.
struct UnusedValues {
  let interactions: Interactions
  let configuration: ModelConfiguration

  /// One line, or `nil` when there is nothing to say.
  var notice: String? {
    guard configuration.definition.valueUse == .none,
      let range = interactions.valueRange(), range.lowerBound != range.upperBound
    else { return nil }
    let fact = "the values are not used: with --confidence binary, which is the default, every pair counts alike"
    if !looksLikeRatings(range) { return "\(fact); --confidence linear or log lets larger ones count more" }
    let liked = Double(likedValue(range)).significant(3)
    return "\(fact). They look like ratings, which --feedback explicit predicts; --minimum-value \(liked) keeps those "
      + "from \(liked) on"
  }

  /// Whether all are whole or half stars on a usual scale, and most are not the least: counts of purchases and plays mostly
  /// are 1.
  private func looksLikeRatings(_ range: ClosedRange<Float>) -> Bool {
    guard range.lowerBound >= 0.5, (4...10).contains(range.upperBound), let values = interactions.byUser.values else {
      return false
    }
    var counts = [Int](repeating: 0, count: 21)
    for value in values.elements {
      guard (2 * value).rounded() == 2 * value else { return false }
      counts[Int(2 * value)] += 1
    }
    return 2 * counts[Int(2 * range.lowerBound)] < values.count
  }

  /// About three quarters of the scale: 4 of 5, 7.5 of 10.
  private func likedValue(_ range: ClosedRange<Float>) -> Float {
    (2 * (range.lowerBound + 0.75 * (range.upperBound - range.lowerBound))).rounded() / 2
  }
}
