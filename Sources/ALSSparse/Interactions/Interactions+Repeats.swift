import ALSPlatform

/// What is known of pairs that occurred more than once.
package enum Repeats: Sendable {
  /// There were none, or somebody said what becomes of them.
  case decided
  /// Their values were added up for want of a decision; these have the last ones in the places of the sums.
  case undecided(lastByUser: CSRMatrix<Float>, lastByItem: CSRMatrix<Float>)
  /// Their values were added up, and the last ones are gone: in a compiled file, or where smaller sums have been left out.
  case added(path: String?)
}

extension CSRMatrix where Value == Float {
  /// What an entry was merged from, when `last` has what came last: that, and before it what else there was as one more, so
  /// that both ways to read repeats find what they should.
  package func events(ofEntry entry: Int, last: CSRMatrix) -> [WeightedValue] {
    let (sum, latest) = (weightedValue(ofEntry: entry), last.weightedValue(ofEntry: entry))
    if sum == latest { return [latest] }
    return [WeightedValue(sum.value - latest.value * latest.weight / sum.weight, weight: sum.weight), latest]
  }
}

extension Interactions {
  /// The same as ratings, of which the last one counts unless somebody said otherwise.
  ///
  /// - Throws: `ALSError` when the last ones are not known any more.
  /// - Complexity: O(1).
  package func ratings() throws -> Interactions {
    switch repeats {
    case .decided: return self
    case .undecided(let lastByUser, let lastByItem):
      return Interactions(users: users, items: items, byUser: lastByUser, byItem: lastByItem)
    case .added(nil):
      throw ALSError(
        .data,
        "values of repeated pairs were added up before small ones were left out, but of ratings the last one should count. "
          + "Say what becomes of repeats when the interactions are made: duplicates: .last, or .sum if sums are meant.")
    case .added(let path?):
      throw ALSError(
        .data,
        "repeated pairs were added up when it was compiled, but of ratings the last one should count. Compile it "
          + "again with duplicates: .last, or ask for .sum if sums are meant.", at: path)
    }
  }
}
