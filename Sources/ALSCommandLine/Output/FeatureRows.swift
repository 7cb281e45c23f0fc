import ALS

/// What rows about the features of a model hold: the side, the name, how long its row of W is, and how many have it.
struct FeatureRows {
  static let columns = ["side", "feature", "norm", "entities"]

  /// The features of both sides, those that say most first.
  static func rows(of model: FactorModel) -> [[Cell]] {
    Side.allCases.flatMap { side -> [[Cell]] in
      guard let learned = side == .users ? model.userFeatures : model.itemFeatures else { return [] }
      let (counts, norms) = (
        learned.features.entityCounts(), learned.space.names.indices.map(learned.norm(ofFeatureAt:))
      )
      return norms.indices.sorted { (norms[$0], $1) > (norms[$1], $0) }.map { feature in
        [
          .text(side.noun), .identifier(learned.space.names[feature]), .number(norms[feature], digits: 4),
          .integer(counts[feature]),
        ]
      }
    }
  }
}
