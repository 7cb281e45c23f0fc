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
  /// - Parameters:
  ///   - item: The item whose score is explained.
  ///   - history: All items of the user, with the values that training would have been given.
  /// - Returns: The parts; they add up to the score that folding the history in gives, to rounding.
  /// - Throws: `ALSError` when the model does not know the item, or a value is out of the objective's range.
  /// - Complexity: O(n·k² + k³) for n items of the history.
  @inlinable
  public func explain(item: some IdentifierKey, history: History) throws -> Explanation {
    try explain(itemAt: index(item: item), history)
  }

  /// How much each of these items of a user, once each, contributes to the score of an item; see
  /// ``explain(item:history:)``.
  @inlinable
  public func explain(
    item: some IdentifierKey, history items: some Sequence<some IdentifierKey>
  ) throws -> Explanation {
    try explain(item: item, history: History(items))
  }

  @usableFromInline
  func explain(itemAt index: Int, _ history: History) throws -> Explanation {
    try tables.open({ try explain(index, history, $0) }, { try explain(index, history, $0) })
  }

  /// How much each interaction of a user of `interactions` contributes to the score of an item; see
  /// ``explain(item:history:)``.
  ///
  /// - Throws: `ALSError` when `interactions` has no such user.
  @inlinable
  public func explain(
    item: some IdentifierKey, user: some IdentifierKey, in interactions: Interactions
  ) throws -> Explanation {
    try explain(itemAt: index(item: item), user.identifier, interactions)
  }

  @usableFromInline
  func explain(itemAt item: Int, _ user: Identifier, _ interactions: Interactions) throws -> Explanation {
    let interactions = try configuration.reading(interactions)
    guard let row = interactions.users.index(of: user) else {
      throw ALSError(.unknownIdentifier, "user \(user) has no interactions that could explain a recommendation.")
    }
    return try explain(itemAt: item, History(ofUserAt: row, in: interactions))
  }

  private func explain<Element: Scalar>(
    _ item: Int, _ history: History, _ tables: FactorTables<Element>
  ) throws -> Explanation {
    var unknown: [Identifier] = []
    let entries = try KnownEntries(history, names: items, reader(.users), unknown: &unknown)
    let problem = FoldInProblem(.users, against: tables[.items], objective: objective, threads: 1)
    let scratch = problem.makeScratch()
    // The user's bias is a term of its own, so that only the factors are asked for.
    let target = itemFactors(at: item) + (tables.items.hasBiases ? [0] : [])
    guard let x = problem.solution(for: entries, scratch: scratch),
      let z = entries.count == 0 ? target : problem.solution(for: entries, rightSide: target, scratch: scratch)
    else { throw ALSError(.data, "history: \(unsolvableReason)") }
    let parts = problem.contributions(of: entries, along: z, scratch: scratch)
    let contributions = parts.indices.map { entry in
      let index = Int(entries.columns[entry])
      return Explanation.Contribution(
        id: items[index], index: index, value: Float(entries.events[entry].value), contribution: parts[entry])
    }
    let (userBias, itemBias) = (x.count > factorCount ? x[factorCount] : 0, itemBias(at: item))
    return Explanation(
      score: parts.reduce(globalMean + userBias + itemBias, +), globalMean: globalMean, userBias: userBias,
      itemBias: itemBias,
      contributions: contributions.sorted { ($0.contribution, $1.index) > ($1.contribution, $0.index) },
      unknown: unknown)
  }
}
