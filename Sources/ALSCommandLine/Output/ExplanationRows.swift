import ALS
import ALSFiles

/// What rows of an explanation hold: the parts of a score, each of a kind, and the score.
struct ExplanationRows {
  /// What a row is about.
  enum Kind: String {
    /// One of the user's interactions.
    case interaction
    /// All interactions that are not listed, together.
    case others
    /// One of the user's features, by its name in place of an item.
    case userFeature = "user-feature"
    /// All features of the user that are not listed, together.
    case otherFeatures = "other-features"
    case mean
    case userBias = "user-bias"
    case itemBias = "item-bias"
    /// The sum of all other rows.
    case score
    /// One of the features of an item without interactions: another way to add up the score, after which these come.
    case itemFeature = "item-feature"
  }

  let model: FactorModel
  let titles: Titles?

  static func columns(titles: Bool) -> [String] {
    ["kind", "item"] + (titles ? ["title"] : []) + ["value", "interactions", "contribution"]
  }

  /// The rows of `why`, of its interactions the `count` that contribute most one by one.
  func rows(of why: Explanation, listing count: Int) -> [[Cell]] {
    var rows = why.contributions.prefix(count).map { part in
      row(
        .interaction, item: .identifier(part.id), title: titles.map { Cell(title: part.id, in: $0) } ?? .missing,
        value: .number(Double(part.value), digits: 2), interactions: 1, part.contribution)
    }
    let rest = why.contributions.dropFirst(count)
    if !rest.isEmpty {
      rows.append(row(.others, interactions: rest.count, rest.reduce(0) { $0 + $1.contribution }))
    }
    rows += features(why.userFeatures, .userFeature, listing: count)
    if model.configuration.predictsRatings {
      rows += [row(.mean, why.globalMean), row(.userBias, why.userBias), row(.itemBias, why.itemBias)]
    }
    return rows + [row(.score, why.score)] + features(why.itemFeatures, .itemFeature, listing: count)
  }

  /// Rows of the `count` features that contribute most, and one of the others.
  private func features(_ parts: [Explanation.FeatureContribution], _ kind: Kind, listing count: Int) -> [[Cell]] {
    let rest = parts.dropFirst(count)
    return parts.prefix(count).map {
      row(kind, item: .identifier($0.name), value: .number($0.value, digits: 2), $0.contribution)
    } + (rest.isEmpty ? [] : [row(.otherFeatures, rest.reduce(0) { $0 + $1.contribution })])
  }

  private func row(
    _ kind: Kind, item: Cell = .missing, title: Cell = .missing, value: Cell = .missing, interactions: Int? = nil,
    _ contribution: Double
  ) -> [Cell] {
    [.text(kind.rawValue), item] + (titles == nil ? [] : [title])
      + [
        value, interactions.map { .integer($0) } ?? .missing, Cell(score: contribution, precision: model.precision),
      ]
  }
}
