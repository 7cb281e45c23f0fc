import ALSDense
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// The value of the objective at the model's factors, in double precision: what a training that begins with them would lower.
  ///
  /// Of the interactions that a model was trained on, it is the ``IterationRecord/loss`` of its last iteration, to the rounding of
  /// what is stored. Two models can be compared by it where they have the same objective and parameters, as they can with
  /// factors of other programs that have been imported. All cells of the model's users and items are in it.
  ///
  ///     let model = try ImplicitALS(factors: 64).fit(purchases)
  ///     print(try model.loss(on: purchases))
  ///
  /// - Parameters:
  ///   - interactions: Of users and items that the model knows. What confidences and degrees are counted from is counted in them.
  ///   - threads: All processors when `nil`; the value does not depend on it.
  /// - Returns: The sum of the losses of cells and of the regularization.
  /// - Throws: `ALSError` when there is a user or an item that the model does not know, a value out of its range, or when the model
  ///   has learned from features, whose part of the objective needs them.
  /// - Complexity: O(interactions·k + (users + items)·k²).
  public func loss(on interactions: Interactions, threads: Int? = nil) throws -> Double {
    if features != nil {
      throw ALSError(
        .configuration,
        "the model has learned from features, and the loss of these is not in the interactions. Its history has the loss of "
          + "each iteration, if it was computed.")
    }
    let threads = try threadCount(threads)
    // Repeats are decided first: what came last lies in the order of the interactions, not of the model.
    let aligned = AlignedInteractions(try configuration.reading(interactions), with: self, keepingZeros: true)
    if let pair = aligned.unknown.first {
      throw ALSError(
        .data,
        "pairs of users or items that the model does not know: \(aligned.unknown.count), such as user "
          + "\(interactions.users[pair.user]) and item \(interactions.items[pair.item]). Leave them out.")
    }
    let own = Interactions(
      users: users, items: items, byUser: aligned.byUser, byItem: aligned.byUser.transposed(threads: threads))
    let training = try configuration.training(on: own, mean: globalMean)
    func value<Element: Scalar>(_ tables: FactorTables<Element>) -> Double {
      let trainer = training.trainer(Element.self, threads: threads)
      trainer.start(from: self, own, withoutEntries: true)
      return trainer.loss()
    }
    return tables.open(value, value)
  }
}
