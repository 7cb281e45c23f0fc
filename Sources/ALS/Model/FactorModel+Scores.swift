import ALSDense

extension FactorModel {
  /// Writes the scores of all items for a user, by index: those of ``score(userAt:itemAt:)``, to the bit.
  ///
  /// - Complexity: O(items · k).
  package func writeScores(ofUserAt user: Int, to target: UnsafeMutableBufferPointer<Double>) {
    precondition(user >= 0 && user < users.count, "user \(user) is outside 0..<\(users.count)")
    precondition(target.count == items.count, "\(target.count) places for \(items.count) scores")
    tables.open(
      { $0.writeScores(of: user, plus: globalMean, to: target) },
      { $0.writeScores(of: user, plus: globalMean, to: target) })
  }
}

extension FactorTables {
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  fileprivate func writeScores(of user: Int, plus mean: Double, to target: UnsafeMutableBufferPointer<Double>) {
    for item in 0..<items.rowCount { target[item] = mean + score(user: user, item: item) }
  }
}
