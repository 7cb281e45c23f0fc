import ALS
import ALSFiles
import ALSSparse

/// What rows of recommendations hold: for each of some users its items, or for each of some items its users.
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
  /// What the recommendations are for.
  private let side: Side
  /// Those that the rows are for; all of the model when `nil`.
  private let names: [Identifier]?
  /// Where they are in the model.
  private let indices: [Int?]

  init(
    model: FactorModel, for side: Side = .users, names: [Identifier]?, indices: [Int?], titles: Titles?,
    hasPopular: Bool = false
  ) {
    (self.model, self.side, self.names, self.indices) = (model, side, names, indices)
    (self.titles, self.hasPopular) = (titles, hasPopular)
  }

  var columns: [String] {
    columns(of: side) + ["rank"] + columns(of: side.other) + ["score"] + (hasPopular ? ["kind", "users"] : [])
  }

  private func columns(of side: Side) -> [String] {
    [side.noun] + (side == .items && titles != nil ? ["title"] : [])
  }

  /// The column of the rank.
  var rankColumn: Int { columns(of: side).count }
  /// The first column of what is recommended.
  var foundColumn: Int { rankColumn + 1 }
  /// The column of the score; what comes after it depends on the kind.
  var scoreColumn: Int { foundColumn + columns(of: side.other).count }
  /// How many there are of what is recommended.
  var foundCount: Int { model.identifiers(of: side.other).count }

  /// The rows of the one at `place`, best first.
  func rows(place: Int, best: [Scored]) -> [[Cell]] {
    let kind = kind(place)
    return best.enumerated().map { rank, found in
      subject(place) + [.integer(rank + 1)] + self.found(Int(found.index)) + end(kind, found.score)
    }
  }

  /// The one at `place` that the recommendations are for.
  func subject(_ place: Int) -> [Cell] { cells(names?[place] ?? model.identifiers(of: side)[place], side) }

  func kind(_ place: Int) -> Kind { indices[place] == nil ? .popular : .personal }

  /// The one at `index` that is recommended.
  func found(_ index: Int) -> [Cell] { cells(model.identifiers(of: side.other)[index], side.other) }

  private func cells(_ id: Identifier, _ side: Side) -> [Cell] {
    [.identifier(id)] + (side == .items ? titles.map { [Cell(title: id, in: $0)] } ?? [] : [])
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
