import ALSArrays
import ALSDense
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// A model of factors that another program has made, from the `.npz` file that Python's implicit saves.
  ///
  /// The archive's `user_factors` and `item_factors` are read, and, unless there is a configuration, its
  /// `regularization` and `alpha`, where it has them.
  ///
  /// Scores and everything that comes of factors alone are those of the other program. Folding in solves what
  /// `configuration` says: mind that implicit's confidence is α·r where the `hkv` objective has 1 + α·r.
  ///
  /// - Parameters:
  ///   - path: The archive.
  ///   - users: The identifier of each row of the users' factors; 0, 1, 2, … when `nil`.
  ///   - items: The identifier of each row of the items' factors.
  ///   - configuration: The objective, for folding in, and the precision to keep the factors in; the `hkv` objective
  ///     with linear confidence when `nil`.
  ///   - globalMean: The mean that is taken off ratings, for explicit feedback.
  /// - Throws: `ALSError` when the archive cannot be read or has not what is needed, when identifiers are not as many as
  ///   rows or repeat, or when `configuration` has biases, leaves λ or the unobserved weight open, or weighs by what only
  ///   the data tell.
  public init(
    importing path: String, users: [Identifier]? = nil, items: [Identifier]? = nil,
    configuration: ModelConfiguration? = nil, globalMean: Double = 0
  ) throws {
    let archive = try NumPyArchive(contentsOf: path)
    func table(_ name: String) throws -> NumPyArray {
      guard let array = try archive.array(name) else {
        throw ALSError(
          .data, "has no array \(name), only \(archive.names.joined(separator: ", ")). Name a saved model.", at: path)
      }
      return array
    }
    func number(_ name: String) throws -> Double? {
      guard let array = try archive.array(name), array.count == 1 else { return nil }
      return try array.numbers(as: Double.self)[0]
    }
    let found = ImplicitALS(
      .hkv(alpha: try number("alpha"), confidence: .linear), regularization: try number("regularization"))
    try self.init(
      table("user_factors"), table("item_factors"), users: users, items: items,
      configuration: configuration ?? .implicit(found), globalMean: globalMean)
  }

  /// A model of factors that another program has made, from two `.npy` files; see
  /// ``init(importing:users:items:configuration:globalMean:)``.
  ///
  /// - Parameters:
  ///   - userFactors: An array of users × k.
  ///   - itemFactors: An array of items × k.
  ///   - users: The identifier of each row of the users' factors; 0, 1, 2, … when `nil`.
  ///   - items: The identifier of each row of the items' factors.
  ///   - configuration: The objective, for folding in, and the precision to keep the factors in.
  ///   - globalMean: The mean that is taken off ratings, for explicit feedback.
  /// - Throws: `ALSError` as for an archive.
  public init(
    userFactors: String, itemFactors: String, users: [Identifier]? = nil, items: [Identifier]? = nil,
    configuration: ModelConfiguration = .implicit(ImplicitALS(.hkv(confidence: .linear))),
    globalMean: Double = 0
  ) throws {
    try self.init(
      NumPyArray(contentsOf: userFactors), NumPyArray(contentsOf: itemFactors), users: users, items: items,
      configuration: configuration, globalMean: globalMean)
  }

  /// A model of factors in memory, one row per user and per item; it recommends, finds what is similar, folds in and is
  /// written like any other.
  ///
  ///     let model = try FactorModel(
  ///       userFactors: [[0.1, 0.7], [0.4, 0.2]], itemFactors: [[0.9, 0.1], [0.3, 0.8], [0.5, 0.5]],
  ///       users: ["ann", "bob"], items: [11, 12, 13], configuration: .implicit(ImplicitALS(.hkv(alpha: 40))))
  ///
  /// Scores are x·y, and with biases μ + b_u + b_i + x·y. Folding in solves what `configuration` says.
  ///
  /// - Parameters:
  ///   - userFactors: users × k.
  ///   - itemFactors: items × k.
  ///   - users: The identifier of each row of the users' factors, in their order.
  ///   - items: The identifier of each row of the items' factors, in their order.
  ///   - userBiases: A bias for each user; where there are some, items have biases too and `configuration` is one of ratings with
  ///     biases.
  ///   - itemBiases: A bias for each item.
  ///   - configuration: The objective, for folding in, with λ, and the precision to keep the factors in.
  ///   - globalMean: The mean that is taken off ratings, for explicit feedback.
  /// - Throws: `ALSError` when rows differ in length, numbers are not finite or too large for scores, identifiers or biases are
  ///   not as many as rows, identifiers repeat, or the configuration does not fit, as for an archive.
  /// - Complexity: O((users + items)·k).
  @inlinable
  public init<Number: BinaryFloatingPoint>(
    userFactors: [[Number]], itemFactors: [[Number]],
    users: some Sequence<some IdentifierKey>, items: some Sequence<some IdentifierKey>,
    userBiases: [Number]? = nil, itemBiases: [Number]? = nil,
    configuration: ModelConfiguration = .implicit(ImplicitALS(.hkv(confidence: .linear))), globalMean: Double = 0
  ) throws {
    try self.init(
      GivenRows("userFactors", rows: userFactors), GivenRows("itemFactors", rows: itemFactors),
      names: (users.map { $0.identifier }, items.map { $0.identifier }),
      biases: (userBiases.map { $0.map { Double($0) } }, itemBiases.map { $0.map { Double($0) } }),
      configuration, globalMean)
  }

  /// The same of rows that follow one another: k is the number of factors of users divided by that of users.
  @inlinable
  public init<Number: BinaryFloatingPoint>(
    userFactors: [Number], itemFactors: [Number],
    users: some Sequence<some IdentifierKey>, items: some Sequence<some IdentifierKey>,
    userBiases: [Number]? = nil, itemBiases: [Number]? = nil,
    configuration: ModelConfiguration = .implicit(ImplicitALS(.hkv(confidence: .linear))), globalMean: Double = 0
  ) throws {
    let names = (users.map { $0.identifier }, items.map { $0.identifier })
    try self.init(
      GivenRows("userFactors", flat: userFactors, rowCount: names.0.count),
      GivenRows("itemFactors", flat: itemFactors, rowCount: names.1.count), names: names,
      biases: (userBiases.map { $0.map { Double($0) } }, itemBiases.map { $0.map { Double($0) } }),
      configuration, globalMean)
  }

  @usableFromInline
  init(
    _ users: GivenRows, _ items: GivenRows, names: (users: [Identifier], items: [Identifier]),
    biases: (users: [Double]?, items: [Double]?), _ configuration: ModelConfiguration, _ globalMean: Double
  ) throws {
    try self.init(
      users, items, users: names.users, items: names.items, biases: Sides(users: biases.users, items: biases.items),
      configuration: configuration, globalMean: globalMean)
  }

  private init(
    _ users: some FactorSource, _ items: some FactorSource, users userNames: [Identifier]?,
    items itemNames: [Identifier]?, biases: Sides<[Double]?> = Sides { _ in nil },
    configuration: ModelConfiguration, globalMean: Double
  ) throws {
    guard users.shape.count == 2, items.shape.count == 2, users.shape[1] == items.shape[1], users.shape[1] > 0 else {
      throw ALSError(
        .data,
        "users of shape \(users.shape) and items of shape \(items.shape) do not fit together. "
          + "Both must have two dimensions, of which the second is the number of factors.", at: users.place)
    }
    guard abs(globalMean) <= Double(Float.largestFactor), configuration.predictsRatings || globalMean == 0 else {
      throw ALSError(
        .configuration,
        "the mean rating is \(globalMean), but it must be a number in the units of ratings, and 0 for implicit feedback."
      )
    }
    let configuration = try configuration.forImport(
      factors: users.shape[1], hasBiases: Sides { biases[$0] != nil })
    let names = (try Self.identifiers(userNames, for: users), try Self.identifiers(itemNames, for: items))
    func tables<Element: Scalar>() throws -> FactorTables<Element> {
      FactorTables(
        users: try Self.rows(users, biases.users, names.0), items: try Self.rows(items, biases.items, names.1))
    }
    self.init(
      users: names.0, items: names.1, configuration: configuration, history: [], globalMean: globalMean,
      dataFingerprint: "", itemCounts: nil,
      tables: try configuration.precision.open(.float(tables()), .double(tables())))
  }

  private static func rows<Element: Scalar>(
    _ source: some FactorSource, _ biases: [Double]?, _ names: Identifiers
  ) throws -> FactorRows<Element> {
    let count = names.count
    if let biases, biases.count != count {
      throw ALSError(.data, "has \(count) rows for \(biases.count) biases. Give one for each.", at: source.place)
    }
    let table = Matrix(
      rowCount: count, columnCount: source.shape[1], buffer: try source.numbers(as: Element.self))
    let bias = biases.map { Matrix(rowCount: count, columnCount: 1, buffer: Buffer($0.map { Element($0) })) }
    let found =
      table.firstUnusable().map { ($0.row, "number", $0.number) }
      ?? bias?.firstUnusable().map { ($0.row, "bias", $0.number) }
    if let (row, what, number) = found {
      let name = "\(names[row])"
      throw ALSError(
        .data,
        "row \(row)\(name == "\(row)" ? "" : ", of \(name),") has the \(what) \(number), which is not finite or too large for scores. "
          + "Correct it.", at: source.place)
    }
    return FactorRows(table, biases: bias?.buffer)
  }

  private static func identifiers(_ names: [Identifier]?, for source: some FactorSource) throws -> Identifiers {
    let rows = source.shape[0]
    guard let names else { return Identifiers(positions: rows) }
    guard names.count == rows else {
      throw ALSError(.data, "has \(rows) rows for \(names.count) identifiers. Give one for each.", at: source.place)
    }
    let (table, positions) = Identifiers(positions: 0).appending(names)
    if let repeated = positions.indices.first(where: { positions[$0] != $0 }) {
      throw ALSError(
        .data,
        "the identifier \(names[repeated]) is there twice, at rows \(positions[repeated]) and \(repeated). "
          + "Make them distinct.", at: source.place)
    }
    return table
  }
}

extension ModelConfiguration {
  /// This configuration for `factors` factors with or without biases.
  fileprivate func forImport(factors: Int, hasBiases given: Sides<Bool>) throws -> ModelConfiguration {
    var configuration = closed
    configuration.factors = factors
    try configuration.validate()
    guard given.users == given.items else {
      throw ALSError(
        .configuration,
        "there are biases of \(given.users ? "users but none of items" : "items but none of users"). Give both, or neither."
      )
    }
    guard configuration.hasBiases == given.users else {
      throw ALSError(
        .configuration,
        given.users
          ? "the factors have biases, but the configuration has none. Take an ExplicitALS with biases."
          : "the imported factors have no biases, but the configuration has. Switch them off.")
    }
    guard !configuration.definition.readsContexts, ImplicitLoss(configuration.loss)?.densityScope == nil else {
      throw ALSError(
        .configuration,
        "the configuration weighs by the popularity of items or the sums of users, which imported factors do not tell. "
          + "Take a confidence other than bm25 and tf-idf, and leave exponents of degree and popularity out.")
    }
    guard configuration.isResolved else {
      throw ALSError(
        .configuration,
        "the unobserved weight and the regularization of imported factors cannot be found from data. Give numbers.")
    }
    return configuration
  }
}
