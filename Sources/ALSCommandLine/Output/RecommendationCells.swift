import ALS
import ALSFiles

/// What rows of recommendations hold.
struct RecommendationCells: Sendable {
  /// What a row is about.
  enum Kind: String {
    /// An item that was chosen for the user, with its score.
    case personal
    /// An item that many have, for a user that the model does not know, with the number of users who have it.
    case popular
  }

  let model: FactorModel
  let titles: Titles?
  /// Whether users that the model does not know get popular items, so that rows differ in kind.
  let hasPopular: Bool
  /// Those that the rows are for; all of the model when `nil`.
  private let users: [Identifier]?
  /// Where they are in the model.
  private let indices: [Int?]

  init(model: FactorModel, users: [Identifier]?, indices: [Int?], titles: Titles?, hasPopular: Bool) {
    (self.model, self.users, self.indices) = (model, users, indices)
    (self.titles, self.hasPopular) = (titles, hasPopular)
  }

  var columns: [String] {
    ["user", "rank", "item"] + (titles == nil ? [] : ["title"]) + ["score"] + (hasPopular ? ["kind", "users"] : [])
  }

  /// The column of the score; what comes after it depends on the kind.
  var scoreColumn: Int { titles == nil ? 3 : 4 }

  /// The rows of the user at `place`, best first.
  func rows(place: Int, best: [Scored]) -> [[Cell]] {
    let kind = kind(place)
    return best.enumerated().map { rank, found in
      [user(place), .integer(rank + 1)] + item(Int(found.index)) + end(kind, found.score)
    }
  }

  func user(_ place: Int) -> Cell { .identifier(users?[place] ?? model.users[place]) }

  func kind(_ place: Int) -> Kind { indices[place] == nil ? .popular : .personal }

  func item(_ index: Int) -> [Cell] {
    let id = model.items[index]
    return [.identifier(id)] + (titles.map { [Cell(title: id, in: $0)] } ?? [])
  }

  private func end(_ kind: Kind, _ score: Double) -> [Cell] {
    switch kind {
    case .personal: [Cell(score: score, precision: model.precision)] + afterScore
    case .popular: beforeUsers + [.integer(Int(score))]
    }
  }

  /// What comes after the score of a personal item.
  var afterScore: [Cell] { hasPopular ? [.text(Kind.personal.rawValue), .missing] : [] }

  /// What comes in place of a score, and after it, before the number of users who have a popular item.
  var beforeUsers: [Cell] { [.missing, .text(Kind.popular.rawValue)] }
}
