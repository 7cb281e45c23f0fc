import ALS
import Hummingbird

/// An item, as answers name it.
struct ItemAnswer: Encodable {
  /// Always text, so that no reader rounds a 64-bit integer.
  let id: String
  let title: String?
  let score: Double

  init(_ recommendation: Recommendation, in served: ServedModel) {
    id = recommendation.id.description
    title = served.title(of: recommendation.id)
    score = recommendation.score
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
  let items: [ItemAnswer]
  /// How many items of the history the model knows.
  let knownCount: Int
  /// The others.
  let unknown: [String]
  let generation: Int

  init(_ result: HistoryRecommendations, in served: ServedModel) {
    items = result.items.map { ItemAnswer($0, in: served) }
    knownCount = result.knownCount
    unknown = result.unknown.map(\.description)
    generation = served.generation
  }
}
