import ALS
import Hummingbird

/// An item, as answers name it.
struct ItemAnswer: Encodable {
  /// Always text, so that no reader rounds a 64-bit integer.
  let id: String
  let title: String?
  /// Left out of popular items, which have ``users``.
  let score: Double?
  /// The number of users who have the item; of popular items only.
  let users: Int?

  init(_ recommendation: Recommendation, in served: ServedModel, isPopular: Bool = false) {
    id = recommendation.id.description
    title = served.title(of: recommendation.id)
    score = isPopular ? nil : recommendation.score
    users = isPopular ? Int(recommendation.score) : nil
  }
}

/// Items, best first.
struct ItemsAnswer: ResponseEncodable {
  let items: [ItemAnswer]
  /// Which model answered.
  let generation: Int

  init(_ items: [Recommendation], in served: ServedModel) {
    self.items = items.map { ItemAnswer($0, in: served) }
    generation = served.generation
  }
}

/// Items for a history.
struct HistoryItemsAnswer: ResponseEncodable {
  /// What the items are.
  enum Kind: String, Encodable {
    /// Chosen for the history, with scores.
    case personal
    /// The most popular ones, with the numbers of users who have them.
    case popular
  }

  let kind: Kind
  let items: [ItemAnswer]
  /// How many items of the history the model knows.
  let knownCount: Int
  /// The others.
  let unknown: [String]
  let generation: Int

  init(_ result: HistoryRecommendations, in served: ServedModel) {
    let isPopular = result.knownCount == 0
    kind = isPopular ? .popular : .personal
    items = result.items.map { ItemAnswer($0, in: served, isPopular: isPopular) }
    knownCount = result.knownCount
    unknown = result.unknown.map(\.description)
    generation = served.generation
  }
}
