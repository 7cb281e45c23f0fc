import ALSDense
public import ALSSparse

extension FactorModel {
  /// How much each interaction of a user contributes to the score of an item.
  ///
  /// With the items fixed, a user's factors are linear in what the user did: x = A⁻¹ Σ w t v. So the score x·y is the sum
  /// of w t (vᵀA⁻¹y) over the user's items, the similarity of y and v as this user sees them, times the weight that the
  /// user has given to v. Global mean and biases are terms of their own. Source: Hu, Koren and Volinsky, *Collaborative
  /// filtering for implicit feedback datasets*, ICDM 2008, section 5.
  ///
  ///     let why = try model.explain(item: "85123A", history: ["22423": 3, "84879": 1])
  ///     for part in why.contributions.prefix(3) { print(part.id, part.contribution) }
  ///
  /// Features move the user's factors by A⁻¹λWᵀf, so that theirs are terms of the sum, too. Where no factor is negative, or
  /// there is an L1 norm, the same holds for the factors that are not zero.
  ///
  /// - Parameters:
  ///   - item: The item whose score is explained.
  ///   - history: All items of the user, with the values that training would have been given; may be empty with features.
  ///   - features: What is known of the user besides, by the name of the attribute.
  /// - Returns: The parts; they add up to the score that folding the history in gives, to rounding.
  /// - Throws: `ALSError` when the model does not know the item, or a value is out of the objective's range.
  /// - Complexity: O(n·k² + k³) for n items of the history.
  @inlinable
  public func explain(
    item: some IdentifierKey, history: History, features: [String: FeatureValue] = [:]
  ) throws -> Explanation {
    try explain(itemAt: index(item: item), history, features)
  }

  /// How much each of these items of a user, once each, contributes to the score of an item; see
  /// ``explain(item:history:features:)``.
  @inlinable
  public func explain(
    item: some IdentifierKey, history items: some Sequence<some IdentifierKey>, features: [String: FeatureValue] = [:]
  ) throws -> Explanation {
    try explain(item: item, history: History(items), features: features)
  }

  @usableFromInline
  func explain(itemAt index: Int, _ history: History, _ features: [String: FeatureValue]) throws -> Explanation {
    try explain(itemAt: index, history, GivenFeatures(features, .users, of: self).row)
  }

  private func explain(itemAt index: Int, _ history: History, _ row: LearnedFeatures.Row) throws -> Explanation {
    try tables.open({ try explain(index, history, row, $0) }, { try explain(index, history, row, $0) })
  }

  /// How much each interaction of a user of `interactions` contributes to the score of an item; see
  /// ``explain(item:history:features:)``.
  ///
  /// What the model knows of the user's features has its part.
  ///
  /// - Throws: `ALSError` when neither `interactions` nor the model's features have such a user.
  @inlinable
  public func explain(
    item: some IdentifierKey, user: some IdentifierKey, in interactions: Interactions
  ) throws -> Explanation {
    try explain(itemAt: index(item: item), user.identifier, interactions)
  }

  @usableFromInline
  func explain(itemAt item: Int, _ user: Identifier, _ interactions: Interactions) throws -> Explanation {
    let interactions = try configuration.reading(interactions)
    let features = userFeatures?.row(of: user) ?? []
    guard let row = interactions.users.index(of: user) else {
      if !features.isEmpty { return try explain(itemAt: item, [], features) }
      throw ALSError(.unknownIdentifier, "user \(user) has no interactions that could explain a recommendation.")
    }
    return try explain(itemAt: item, History(ofUserAt: row, in: interactions), features)
  }

  private func explain<Element: Scalar>(
    _ item: Int, _ history: History, _ features: LearnedFeatures.Row, _ tables: FactorTables<Element>
  ) throws -> Explanation {
    var unknown: [Identifier] = []
    let entries = try KnownEntries(history, names: items, reader(.users), unknown: &unknown)
    let problem = FoldInProblem(.users, against: tables[.items], objective: objective, threads: 1)
    let scratch = problem.makeScratch()
    // The user's bias is a term of its own, so that only the factors are asked for.
    let target = itemFactors(at: item) + (tables.items.hasBiases ? [0] : [])
    let prior = features.isEmpty ? nil : userFeatures?.prior(features)
    guard let x = problem.solution(for: entries, prior: prior, times: configuration.featureShare, scratch: scratch),
      let z =
        entries.count == 0 ? target : problem.solution(for: entries, rightSide: target, at: x, scratch: scratch)
    else { throw ALSError(.data, "history: \(unsolvableReason)") }
    let parts = problem.contributions(of: entries, along: z, scratch: scratch)
    let contributions = parts.indices.map { entry in
      let index = Int(entries.columns[entry])
      return Explanation.Contribution(
        id: items[index], index: index, value: Float(entries.events[entry].value), contribution: parts[entry])
    }
    // What a coordinate of the prior adds.
    let (row, share) = (problem.problem(entryCount: entries.likedCount), configuration.featureShare)
    let weight =
      entries.likedCount == 0 ? target : z.indices.map { share * row.priorWeight($0, of: z.count) * z[$0] }
    let userFeatures = self.userFeatures?.contributions(features, along: weight) ?? []
    var itemFeatures: [Explanation.FeatureContribution] = []
    if tables.items.isAbsent(item), let learned = self.itemFeatures {
      itemFeatures = learned.contributions(
        learned.row(of: items[item]), along: x.count > factorCount ? x.dropLast() + [1] : x)
    }
    let (userBias, itemBias) = (x.count > factorCount ? x[factorCount] : 0, itemBias(at: item))
    return Explanation(
      score: (parts + userFeatures.map(\.contribution)).reduce(globalMean + userBias + itemBias, +),
      globalMean: globalMean, userBias: userBias,
      itemBias: itemBias,
      contributions: contributions.sorted { ($0.contribution, $1.index) > ($1.contribution, $0.index) },
      userFeatures: userFeatures, itemFeatures: itemFeatures, unknown: unknown)
  }
}

extension LearnedFeatures {
  /// What each feature of a row adds to the product of Wᵀf and `vector`, the largest first, ties by index.
  fileprivate func contributions(_ row: Row, along vector: [Double]) -> [Explanation.FeatureContribution] {
    row.map { feature, value in
      Explanation.FeatureContribution(
        name: space.names[feature], index: feature, value: value,
        contribution: value * dot(weights.row(feature), vector, vector.count))
    }.sorted { ($0.contribution, $1.index) > ($1.contribution, $0.index) }
  }
}
