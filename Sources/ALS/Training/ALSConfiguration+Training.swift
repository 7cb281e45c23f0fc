package import ALSSparse
import ALSPlatform

extension ALSConfiguration {
  /// The training with every default resolved; `mean` is what ratings are less, theirs when `nil`.
  package func training(
    on interactions: Interactions, mean: Double? = nil, times multiples: RuleMultiples = RuleMultiples()
  ) throws -> Training {
    try any.started(on: interactions, mean: mean, times: multiples)
  }
}

extension ModelConfiguration {
  /// The mean of g(r)/α over what is liked.
  ///
  /// - Complexity: O(interactions).
  package func meanGain(on interactions: Interactions) throws -> Double {
    let training = try training(on: interactions)
    let liked = definition.liked(training.interactions.byUser).entryCount
    return training.rows.users.sums(ofWeights: { Double($0) }).sum / Double(max(liked, 1))
  }

  fileprivate func started(
    on interactions: Interactions, mean given: Double?, times multiples: RuleMultiples
  ) throws -> Training {
    try validate()
    let interactions = try reading(interactions)
    let observed = try interactions.observed(definition)
    let mean = given ?? (definition.subtractsMean ? observed.byUser.weightedMean() : 0)
    // Where dislikes are no entries, they are gone.
    let liked = definition.countsLikedOnly ? observed.liked(definition) : observed
    let saysNothing =
      liked.count == 0
      || definition.predictsRatings && mean == 0 && observed.valueRange() == 0...0
    if interactions.count > 0, saysNothing { throw ALSError.onlyZeros }
    var counted = self
    let loss = definition.counting(users: observed.users.count, total: liked.byUser.weightedSum().values)
    counted.loss = loss.any
    let counts =
      loss.readsContexts
      ? ContextCounts(
        of: liked.byUser, loss,
        itemCounts: Buffer((0..<liked.items.count).map { Int64(liked.byItem.degree(ofRow: $0)) }))
      : ContextCounts()
    let rows = Sides { loss.entries(of: observed.rows(of: $0), $0, mean: mean, counts) }
    let resolved = try loss.resolved(counted, for: DataStatistics(of: liked, rows.users), times: multiples)
    // What is found from the data can be out of range too.
    try resolved.validate()
    return Training(
      interactions: interactions, configuration: resolved,
      objective: resolved.objective(globalMean: mean), globalMean: mean,
      rows: rows, contextCounts: counts)
  }

  /// The interactions as this kind of feedback reads repeated pairs.
  func reading(_ interactions: Interactions) throws -> Interactions {
    definition.repeats == .last ? try interactions.ratings() : interactions
  }

  /// The objective that a model with this configuration was trained for.
  ///
  /// - Precondition: Every default is resolved, as it is in models.
  func objective(globalMean: Double) -> any Objective { definition.objective(self, globalMean: globalMean) }
}

extension DataStatistics {
  /// Those of the entries that count as n, and of what the objective reads.
  init(of observed: Interactions, _ entries: CSRMatrix<Float>) {
    self.init(
      users: observed.users.count, items: observed.items.count, interactions: observed.count,
      sums: { entries.sums(ofWeights: $0) },
      spread: { RatingSpread(sums: entries.ratingSums(), count: observed.count) },
      degrees: { Sides { DegreeCounts(of: observed.rows(of: $0)) } })
  }
}
