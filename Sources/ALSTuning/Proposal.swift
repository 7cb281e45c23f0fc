/// A trial to be run.
package struct Proposal: Hashable, Sendable {
  package var stage: Trial.Stage
  package var round: Int
  /// The number of the trial that goes on.
  package var continues: Int?
  package var point: [Double]
  package var factors: Int
  package var iterations: Int

  package init(
    stage: Trial.Stage, round: Int = 0, continues: Int? = nil, point: [Double], factors: Int, iterations: Int
  ) {
    (self.stage, self.round, self.continues) = (stage, round, continues)
    (self.point, self.factors, self.iterations) = (point, factors, iterations)
  }
}
