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
  ///   rows or repeat, or when `configuration` has biases or leaves the unobserved weight open.
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

  private init(
    _ users: NumPyArray, _ items: NumPyArray, users userNames: [Identifier]?, items itemNames: [Identifier]?,
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
    let configuration = try configuration.forImport(factors: users.shape[1])
    let tables: Tables = try configuration.precision.open(
      .float(Self.tables(users, items)), .double(Self.tables(users, items)))
    self.init(
      users: try Self.identifiers(userNames, for: users), items: try Self.identifiers(itemNames, for: items),
      configuration: configuration, history: [], globalMean: globalMean, dataFingerprint: "", itemCounts: nil,
      tables: tables)
  }

  private static func tables<Element: Scalar>(_ users: NumPyArray, _ items: NumPyArray) throws -> FactorTables<Element>
  {
    func matrix(_ array: NumPyArray) throws -> Matrix<Element> {
      let table = Matrix(
        rowCount: array.shape[0], columnCount: array.shape[1], buffer: try array.numbers(as: Element.self))
      if let (row, _, number) = table.firstUnusable() {
        throw ALSError(
          .data,
          "row \(row) has the number \(number), which is not finite or too large for scores. Correct it.",
          at: array.place)
      }
      return table
    }
    return FactorTables(
      users: FactorRows(try matrix(users), biases: nil), items: FactorRows(try matrix(items), biases: nil))
  }

  private static func identifiers(_ names: [Identifier]?, for array: NumPyArray) throws -> Identifiers {
    let rows = array.shape[0]
    guard let names else { return Identifiers(positions: rows) }
    guard names.count == rows else {
      throw ALSError(.data, "has \(rows) rows for \(names.count) identifiers. Give one for each.", at: array.place)
    }
    let (table, positions) = Identifiers(positions: 0).appending(names)
    guard positions == Array(0..<rows) else {
      throw ALSError(.data, "an identifier is there twice. Make them distinct.", at: array.place)
    }
    return table
  }
}

extension ModelConfiguration {
  /// This configuration for `factors` factors without biases.
  fileprivate func forImport(factors: Int) throws -> ModelConfiguration {
    var configuration = closed
    configuration.factors = factors
    try configuration.validate()
    guard configuration.isResolved else {
      throw ALSError(
        .configuration,
        "the unobserved weight and the regularization of imported factors cannot be found from data. Give numbers.")
    }
    guard !configuration.hasBiases else {
      throw ALSError(.configuration, "imported factors have no biases, but the configuration has. Switch them off.")
    }
    return configuration
  }
}
