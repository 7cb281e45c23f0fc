import ALS
import ALSFiles

/// What rows of recommendations hold.
struct RecommendationCells: Sendable {
  let model: FactorModel
  /// Those that the rows are for; all of the model when `nil`.
  let users: [Identifier]?
  let titles: Titles?

  static func columns(titles: Bool) -> [String] { ["user", "rank", "item"] + (titles ? ["title"] : []) + ["score"] }

  /// The rows of the user at `place`, best first.
  func rows(place: Int, best: [Scored]) -> [[Cell]] {
    best.enumerated().map { rank, found in
      [user(place), .integer(rank + 1)] + item(Int(found.index))
        + [Cell(score: found.score, precision: model.precision)]
    }
  }

  func user(_ place: Int) -> Cell { Cell(users?[place] ?? model.users[place]) }

  func item(_ index: Int) -> [Cell] {
    let id = model.items[index]
    return [Cell(id)] + (titles.map { [Cell(title: id, in: $0)] } ?? [])
  }
}
