public import ALSSparse
import ALSPlatform

extension FactorModel {
  /// The same model, which remembers what its users have: recommendations then leave that out unless they are asked not to.
  ///
  /// The model's file holds the pairs too, 4 bytes for each and 8 for each user; they stay in the mapped file when it is
  /// opened. Models with users or items added or replaced remember the pairs that they were made from.
  ///
  ///     let model = try ImplicitALS().fit(purchases).remembering(purchases)
  ///
  /// - Parameter interactions: Everything that users have, usually what the model was trained on; values do not matter,
  ///   but those that are zero are as good as absent in implicit models. Users and items that the model does not know are
  ///   ignored.
  /// - Returns: The model with these pairs instead of those that it remembered.
  /// - Complexity: O(1) for the identifiers that the model was trained on, otherwise O(users + interactions).
  public func remembering(_ interactions: Interactions) -> FactorModel {
    var model = self
    model.seen = SeenItems(configuration.definition.observed(AlignedInteractions(interactions, with: self).byUser))
    return model
  }

  /// Whether the model knows what its users have; see ``remembering(_:)``.
  public var remembersSeen: Bool { seen != nil }

  /// The items that the user at `index` has, ascending, by index; `nil` when the model does not remember.
  ///
  /// - Complexity: O(number of items).
  public func seenItems(ofUserAt index: Int) -> [Int]? {
    precondition(index >= 0 && index < users.count, "user \(index) is outside 0..<\(users.count)")
    return seen.map { $0.items(ofUser: index).map(Int.init) }
  }
}
