/// A part of the users, or of the held-out items, and how good the recommendations are for it.
public struct RankingGroup: Sendable {
  /// What the parts are made by.
  public enum Key: String, CaseIterable, Sendable, Hashable {
    /// The number of items that a user has in training: users with about as many, in groups of about as many users.
    case userActivity = "user-activity"
    /// The number of users that a held-out item has in training: items with about as many, in groups of about as many
    /// held-out pairs.
    ///
    /// Only the items of the group count as relevant; the lists are those of the full catalogue.
    case itemPopularity = "item-popularity"
  }

  /// What the group is one of.
  public let key: Key
  /// From the fewest to the most.
  public let range: ClosedRange<Int>
  /// The held-out pairs of the group.
  public let pairs: Int
  /// The values of the metrics of accuracy, over the users with held-out pairs in the group.
  public let scores: RankingScores
}
