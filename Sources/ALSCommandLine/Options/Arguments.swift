public import ALS
public import ArgumentParser

extension Duplicates: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension Similarity: ExpressibleByArgument {}
extension Solver: ExpressibleByArgument {}
extension VectorForm: ExpressibleByArgument {}
extension ImplicitLoss.Objective: ExpressibleByArgument {}
extension ImplicitLoss.Confidence: ExpressibleByArgument {}
extension ImplicitLoss.Dislikes: ExpressibleByArgument {}
extension ImplicitLoss.RegularizationBasis: ExpressibleByArgument {}

/// What the values of a data set mean.
typealias Feedback = AnyLoss.Feedback
extension AnyLoss.Feedback: ExpressibleByArgument {}
