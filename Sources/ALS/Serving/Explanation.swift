public import ALSSparse

/// Why a user gets an item: the parts that its score is the sum of.
public struct Explanation: Hashable, Sendable {
  /// What one interaction of the user adds to the score.
  public struct Contribution: Hashable, Sendable {
    /// The item that the user has interacted with.
    public let id: Identifier
    /// Its position in the model.
    public let index: Int
    /// The value of the interaction.
    public let value: Float
    /// What it adds to the score, or takes off it.
    public let contribution: Double
  }

  /// What one feature adds to the score.
  public struct FeatureContribution: Hashable, Sendable {
    /// The feature's name.
    public let name: Identifier
    /// Its position in the model's features of that side.
    public let index: Int
    /// Its coordinate: 1 of a category or a tag.
    public let value: Double
    /// What it adds to the score, or takes off it.
    public let contribution: Double
  }

  /// The sum of everything below but ``itemFeatures``.
  public let score: Double
  /// The mean rating that scores are counted from; 0 in implicit models.
  public let globalMean: Double
  /// The user's bias; 0 in models without biases.
  public let userBias: Double
  /// The item's bias; 0 in models without biases.
  public let itemBias: Double
  /// One per interaction that the model knows, the largest first, ties by index.
  public let contributions: [Contribution]
  /// One per feature of the user, the largest first; empty in models without features of users.
  public let userFeatures: [FeatureContribution]
  /// Of an item without interactions, the same score once more: what each of its features adds to x·y and to the item's bias, the
  /// largest first; empty for other items.
  public let itemFeatures: [FeatureContribution]
  /// Items of the history that the model does not know, once each; they have no part in the score.
  public let unknown: [Identifier]
}
