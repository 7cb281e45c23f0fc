import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// The factors of a new user from features, and from a history if there is one.
  ///
  /// With features f alone they are Wᵀf; a history moves them from there, as far as it weighs more than λ.
  ///
  ///     let user = try model.foldIn(user: ["85123A"], features: ["country": "France", "age": 31])
  ///
  /// - Parameters:
  ///   - history: All items of the user; may be empty.
  ///   - features: What the user has, by the name of the attribute.
  /// - Returns: The factors, and the items and the features that the model does not know.
  /// - Throws: What ``foldIn(user:)`` throws, and `ALSError` when the model was trained without features of users.
  public func foldIn(user history: History = [], features: [String: FeatureValue]) throws -> FoldedRow {
    try foldIn(history, features, .users)
  }

  /// The factors of a user who has interacted with these items, once each; see ``foldIn(user:features:)``.
  @inlinable
  public func foldIn(
    user items: some Sequence<some IdentifierKey>, features: [String: FeatureValue]
  ) throws -> FoldedRow {
    try foldIn(user: History(items), features: features)
  }

  /// The factors of a new item from features, and from a history if there is one; see ``foldIn(user:features:)``.
  public func foldIn(item history: History = [], features: [String: FeatureValue]) throws -> FoldedRow {
    try foldIn(history, features, .items)
  }

  /// The factors of an item that these users have interacted with, once each; see ``foldIn(user:features:)``.
  @inlinable
  public func foldIn(
    item users: some Sequence<some IdentifierKey>, features: [String: FeatureValue]
  ) throws -> FoldedRow {
    try foldIn(item: History(users), features: features)
  }

  /// The factors of all users of `features`, known or new, and of those of `interactions`; see ``foldIn(user:features:)``.
  ///
  /// - Parameters:
  ///   - features: What each has, read as the model has read its own: with ``LearnedFeatures/space``.
  ///   - interactions: All items of each of the users that have some; `nil` where nobody has.
  ///   - threads: All processors when `nil`.
  /// - Returns: A row for each user of `interactions`, and then for each other one of `features`.
  /// - Throws: What ``foldIn(users:threads:)`` throws, and `ALSError` when the features are not those of this model.
  public func foldIn(
    userFeatures features: Features, interactions: Interactions? = nil, threads: Int? = nil
  ) throws -> FoldedRows {
    try foldIn(features, .users, interactions, threads)
  }

  /// The factors of all items of `features`, and of those of `interactions`; see
  /// ``foldIn(userFeatures:interactions:threads:)``.
  public func foldIn(
    itemFeatures features: Features, interactions: Interactions? = nil, threads: Int? = nil
  ) throws -> FoldedRows {
    try foldIn(features, .items, interactions, threads)
  }

  private func foldIn(
    _ features: Features, _ side: Side, _ interactions: Interactions?, _ threads: Int?
  ) throws -> FoldedRows {
    let learned = try requireFeatures(of: side)
    guard learned.space.names.isSame(as: features.space.names) else {
      throw ALSError(
        .configuration,
        "the features of \(side) are not those that the model was trained with. Read them with its own: in: "
          + "model.\(side.noun)Features.space.")
    }
    return try foldIn(
      side, of: interactions ?? .none(identifiers(of: side.other), side.other), features, threads: threads)
  }

  /// What the model knows of the features of a side.
  ///
  /// - Throws: `ALSError` when it was trained without.
  func requireFeatures(of side: Side) throws -> LearnedFeatures {
    if let learned = features?.sides[side] { return learned }
    throw ALSError(
      .configuration,
      "the model knows no features of \(side). Train it with \(side.noun)Features (--\(side.noun)-features).")
  }

  /// What the model knows of features, and those that came with folded-in rows.
  func features(with rows: FoldedRows) -> SideFeatures? {
    guard let features, let learned = features.sides[rows.side], let new = rows.features else { return features }
    return features.replacing(
      rows.side, with: LearnedFeatures(learned.features.replacing(with: new), weights: learned.weights))
  }
}

/// The features of a row that is folded in, as its model reads them.
struct GivenFeatures {
  /// Those that the model knows.
  let row: LearnedFeatures.Row
  /// Wᵀf; `nil` where the model knows none of the features.
  let prior: [Double]?
  /// The names of the others, ascending.
  let unknown: [String]

  init(_ features: [String: FeatureValue], _ side: Side, of model: FactorModel) throws {
    guard !features.isEmpty else {
      (row, prior, unknown) = ([], nil, [])
      return
    }
    let learned = try model.requireFeatures(of: side)
    let read = Features([0: features], in: learned.space)
    row = LearnedFeatures.row(0, of: read)
    prior = row.isEmpty ? nil : learned.prior(row)
    unknown = read.unknown.keys.sorted()
  }
}

extension Interactions {
  /// No interactions, of nobody with the `names` of a side.
  fileprivate static func none(_ names: Identifiers, _ side: Side) -> Interactions {
    let nobody = Identifiers(positions: 0)
    func empty(_ rows: Int, _ columns: Int) -> CSRMatrix<Float> {
      CSRMatrix(
        rowCount: rows, columnCount: columns, rowStarts: Buffer(repeating: 0, count: rows + 1), columns: Buffer([]),
        values: nil)
    }
    return side == .items
      ? Interactions(users: nobody, items: names, byUser: empty(0, names.count), byItem: empty(names.count, 0))
      : Interactions(users: names, items: nobody, byUser: empty(names.count, 0), byItem: empty(0, names.count))
  }
}
