public import ALS
public import ArgumentParser

extension Duplicates: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension Similarity: ExpressibleByArgument {}
extension Solver: ExpressibleByArgument {}
extension VectorForm: ExpressibleByArgument {}
extension ImplicitALS.Objective: ExpressibleByArgument {}
extension ImplicitALS.Confidence: ExpressibleByArgument {}

/// What the values of a data set mean.
enum Feedback: String, CaseIterable, ExpressibleByArgument {
  /// Counts, plays or purchases: more is surer, absence is weak evidence against.
  case implicit
  /// Ratings on a scale: only rated pairs count.
  case explicit
}
