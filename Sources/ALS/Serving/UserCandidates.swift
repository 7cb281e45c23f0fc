public import ALSSparse

/// The items that each user may be recommended: for every user of a model its own list.
///
/// Made once for a model and used for any number of requests.
public struct UserCandidates: Sendable {
  /// Users × items in the model's order.
  let items: CSRMatrix<Float>
  /// Whose indices these are.
  let users, itemNames: Identifiers
  /// Pairs whose user or item the model does not know; they are left out.
  public let unknownCount: Int

  /// The items of `interactions` as candidates of their users; values do not matter.
  ///
  /// - Complexity: O(1) for the identifiers that the model was trained on, otherwise O(interactions) and two look-ups
  ///   per identifier.
  public init(_ interactions: Interactions, for model: FactorModel) {
    let aligned = AlignedInteractions(interactions, with: model, keepingZeros: true)
    items = aligned.byUser.structure
    (users, itemNames) = (model.users, model.items)
    unknownCount = aligned.unknown.count
  }
}
