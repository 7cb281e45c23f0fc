/// A trial to be run.
package struct Proposal: Hashable, Sendable {
  package var stage: Trial.Stage
  package var round = 0
  /// The number of the trial that goes on.
  package var continues: Int?
  package var point: [Double]
  package var factors: Int
  package var iterations: Int
}
