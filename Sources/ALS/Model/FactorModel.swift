public import ALSSparse
import ALSDense
package import ALSPlatform

/// A trained model: factors, identifiers, configuration and history.
///
/// Immutable, and safe to use from many tasks at once. Copies share their storage, and so do models loaded from the same mapped file.
public struct FactorModel: Sendable {
  /// The users' identifiers; positions are the indices that other members take and return.
  public internal(set) var users: Identifiers
  /// The items' identifiers.
  public internal(set) var items: Identifiers
  /// What the model was trained with, with every default resolved.
  public let configuration: ModelConfiguration
  /// One record per iteration; with early stopping, also of those after the one whose factors these are.
  public internal(set) var history: [IterationRecord]
  /// What early stopping found, when it was used.
  public internal(set) var validation: ValidationRecord?
  /// How the parameters were chosen, if a race chose them.
  public internal(set) var choice: Choice?
  /// The mean rating that scores are counted from; 0 in implicit models.
  public let globalMean: Double
  /// A checksum of the interactions that the model was trained on.
  public let dataFingerprint: String
  /// The number of interactions of each item in training; `nil` in models from files without them.
  package internal(set) var itemCounts: Buffer<Int64>?
  /// Σ w·r of each user in training; `nil` where no confidence reads it.
  var userTotals: Buffer<Float>?
  /// What is known of features; `nil` in models without.
  package internal(set) var features: SideFeatures?
  /// What users have; `nil` in models that do not remember.
  package internal(set) var seen: SeenItems?
  package internal(set) var tables: Tables

  /// The factors, in the precision that they were trained in.
  package enum Tables: Sendable {
    case float(FactorTables<Float>)
    case double(FactorTables<Double>)

    static func of<Element>(_ tables: FactorTables<Element>) -> Tables {
      if let tables = tables as? FactorTables<Float> { return .float(tables) }
      guard let tables = tables as? FactorTables<Double> else { preconditionFailure("a model of \(Element.self)") }
      return .double(tables)
    }

    /// What is made of the tables by one of two functions, which are the same for either precision.
    @inline(__always)
    package func open<Result>(
      _ float: (FactorTables<Float>) throws -> Result, _ double: (FactorTables<Double>) throws -> Result
    ) rethrows -> Result {
      switch self {
      case .float(let tables): try float(tables)
      case .double(let tables): try double(tables)
      }
    }
  }

  package init(
    users: Identifiers, items: Identifiers, configuration: ModelConfiguration, history: [IterationRecord],
    validation: ValidationRecord? = nil, globalMean: Double, dataFingerprint: String, itemCounts: Buffer<Int64>?,
    userTotals: Buffer<Float>? = nil, seen: SeenItems? = nil, tables: Tables
  ) {
    self.users = users
    self.items = items
    self.configuration = configuration
    self.history = history
    self.validation = validation
    self.globalMean = globalMean
    self.dataFingerprint = dataFingerprint
    self.itemCounts = itemCounts
    (self.userTotals, self.seen) = (userTotals, seen)
    self.tables = tables
  }

  /// The number of factors of a user or an item.
  public var factorCount: Int {
    tables.open({ $0.users.columnCount }, { $0.users.columnCount })
  }

  /// The arithmetic that the model is stored with.
  public var precision: Precision { tables.open({ _ in .float }, { _ in .double }) }

  /// The identifiers of a side.
  package func identifiers(of side: Side) -> Identifiers { side == .users ? users : items }

  /// The factors of the user at `index`.
  ///
  /// - Complexity: O(k).
  public func userFactors(at index: Int) -> [Double] { factors(of: .users, at: index) }

  /// The factors of the item at `index`.
  ///
  /// - Complexity: O(k).
  public func itemFactors(at index: Int) -> [Double] { factors(of: .items, at: index) }

  package func factors(of side: Side, at index: Int) -> [Double] {
    requireIndex(index, in: side)
    return tables.open({ $0[side].rows.factors(index) }, { $0[side].rows.factors(index) })
  }

  private func requireIndex(_ index: Int, in side: Side) {
    let count = identifiers(of: side).count
    precondition(index >= 0 && index < count, "\(side.noun) \(index) is outside 0..<\(count)")
  }

  /// How many interactions the item at `index` had in training; `nil` when the model's file does not say.
  public func interactionCount(ofItemAt index: Int) -> Int? {
    requireIndex(index, in: .items)
    return itemCounts.map { Int($0.pointer[index]) }
  }

  /// The bias of the user at `index`; 0 in models without biases.
  public func userBias(at index: Int) -> Double { bias(of: .users, at: index) }

  /// The bias of the item at `index`; 0 in models without biases.
  public func itemBias(at index: Int) -> Double { bias(of: .items, at: index) }

  private func bias(of side: Side, at index: Int) -> Double {
    requireIndex(index, in: side)
    return tables.open({ Double($0[side].rows.bias(index)) }, { Double($0[side].rows.bias(index)) })
  }

  /// The score of a user and an item, by index: μ + b_u + b_i + x·y.
  ///
  /// - Complexity: O(k).
  public func score(userAt user: Int, itemAt item: Int) -> Double {
    requireIndex(user, in: .users)
    requireIndex(item, in: .items)
    return tables.open(
      { globalMean + $0.score(user: user, item: item) }, { globalMean + $0.score(user: user, item: item) })
  }

  /// The score of a user and an item: how much the user should like it, in an implicit model; the predicted rating, in
  /// an explicit one.
  ///
  /// - Throws: `ALSError` when the model does not know one of them.
  /// - Complexity: O(k + log users + log items).
  @inlinable
  public func score(user: some IdentifierKey, item: some IdentifierKey) throws -> Double {
    try score(userAt: index(user: user), itemAt: index(item: item))
  }

  /// What can be said of a pair of which the model does not know both: the mean and the bias of the one it knows.
  ///
  /// - Complexity: O(log users + log items).
  @inlinable
  public func baseline(user: some IdentifierKey, item: some IdentifierKey) -> Double {
    baseline(userAt: users.index(of: user), itemAt: items.index(of: item))
  }

  @usableFromInline
  func baseline(userAt user: Int?, itemAt item: Int?) -> Double {
    func biases<Element>(_ tables: FactorTables<Element>) -> Double {
      Double(user.map { tables.users.bias($0) } ?? 0) + Double(item.map { tables.items.bias($0) } ?? 0)
    }
    return tables.open({ globalMean + biases($0) }, { globalMean + biases($0) })
  }

  /// The position of a user.
  ///
  /// - Throws: `ALSError` of kind `unknownIdentifier`.
  @inlinable
  public func index(user: some IdentifierKey) throws -> Int { try index(of: user.identifier, in: .users) }

  /// The position of an item.
  ///
  /// - Throws: `ALSError` of kind `unknownIdentifier`.
  @inlinable
  public func index(item: some IdentifierKey) throws -> Int { try index(of: item.identifier, in: .items) }

  @usableFromInline
  func index(of identifier: Identifier, in side: Side) throws -> Int {
    guard let index = identifiers(of: side).index(of: identifier) else { throw unknown(identifier, in: side) }
    return index
  }

  func unknown(_ identifier: Identifier, in side: Side) -> ALSError {
    ALSError(
      .unknownIdentifier,
      "\(side.noun) \(identifier) is not in the model: it had no interactions when the model was trained.")
  }
}
