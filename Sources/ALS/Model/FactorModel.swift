public import ALSSparse
import ALSDense
package import ALSPlatform

/// A trained model: factors, identifiers, configuration and history.
///
/// Immutable, and safe to use from many tasks at once. Copies share their storage, and so do models loaded from the same mapped file.
public struct FactorModel: Sendable {
  /// The users' identifiers; positions are the indices that other members take and return.
  public let users: Identifiers
  /// The items' identifiers.
  public let items: Identifiers
  /// What the model was trained with, with every default resolved.
  public let configuration: ModelConfiguration
  /// One record per iteration; with early stopping, also of those after the one whose factors these are.
  public let history: [IterationRecord]
  /// What early stopping found, when it was used.
  public let validation: ValidationRecord?
  /// The mean rating that scores are counted from; 0 in implicit models.
  public let globalMean: Double
  /// A checksum of the interactions that the model was trained on.
  public let dataFingerprint: String
  /// The number of interactions of each item in training; `nil` in models from files without them.
  package let itemCounts: Buffer<Int64>?
  /// What users have; `nil` in models that do not remember.
  package let seen: SeenItems?
  package let tables: Tables

  /// The factors, in the precision that they were trained in.
  package enum Tables: Sendable {
    case float(FactorTables<Float>)
    case double(FactorTables<Double>)
  }

  package init(
    users: Identifiers, items: Identifiers, configuration: ModelConfiguration, history: [IterationRecord],
    validation: ValidationRecord? = nil, globalMean: Double, dataFingerprint: String, itemCounts: Buffer<Int64>?,
    seen: SeenItems? = nil, tables: Tables
  ) {
    self.users = users
    self.items = items
    self.configuration = configuration
    self.history = history
    self.validation = validation
    self.globalMean = globalMean
    self.dataFingerprint = dataFingerprint
    self.itemCounts = itemCounts
    self.seen = seen
    self.tables = tables
  }

  /// The number of factors of a user or an item.
  public var factorCount: Int {
    switch tables {
    case .float(let tables): tables.users.columnCount
    case .double(let tables): tables.users.columnCount
    }
  }

  /// The arithmetic that the model is stored with.
  public var precision: Precision {
    switch tables {
    case .float: .float
    case .double: .double
    }
  }

  /// The factors of the user at `index`.
  ///
  /// - Complexity: O(k).
  public func userFactors(at index: Int) -> [Double] {
    precondition(index >= 0 && index < users.count, "user \(index) is outside 0..<\(users.count)")
    return switch tables {
    case .float(let tables): (0..<factorCount).map { Double(tables.users[index, $0]) }
    case .double(let tables): (0..<factorCount).map { tables.users[index, $0] }
    }
  }

  /// The factors of the item at `index`.
  ///
  /// - Complexity: O(k).
  public func itemFactors(at index: Int) -> [Double] {
    precondition(index >= 0 && index < items.count, "item \(index) is outside 0..<\(items.count)")
    return switch tables {
    case .float(let tables): (0..<factorCount).map { Double(tables.items[index, $0]) }
    case .double(let tables): (0..<factorCount).map { tables.items[index, $0] }
    }
  }

  /// How many interactions the item at `index` had in training; `nil` when the model's file does not say.
  public func interactionCount(ofItemAt index: Int) -> Int? {
    precondition(index >= 0 && index < items.count, "item \(index) is outside 0..<\(items.count)")
    return itemCounts.map { Int($0.pointer[index]) }
  }

  /// The bias of the user at `index`; 0 in models without biases.
  public func userBias(at index: Int) -> Double {
    precondition(index >= 0 && index < users.count, "user \(index) is outside 0..<\(users.count)")
    return switch tables {
    case .float(let tables): Double(tables.users.bias(index))
    case .double(let tables): tables.users.bias(index)
    }
  }

  /// The bias of the item at `index`; 0 in models without biases.
  public func itemBias(at index: Int) -> Double {
    precondition(index >= 0 && index < items.count, "item \(index) is outside 0..<\(items.count)")
    return switch tables {
    case .float(let tables): Double(tables.itemBiases?.pointer[index] ?? 0)
    case .double(let tables): tables.itemBiases?.pointer[index] ?? 0
    }
  }

  /// The score of a user and an item, by index: μ + b_u + b_i + x·y.
  ///
  /// - Complexity: O(k).
  public func score(userAt user: Int, itemAt item: Int) -> Double {
    precondition(user >= 0 && user < users.count, "user \(user) is outside 0..<\(users.count)")
    precondition(item >= 0 && item < items.count, "item \(item) is outside 0..<\(items.count)")
    return switch tables {
    case .float(let tables): globalMean + tables.score(user: user, item: item)
    case .double(let tables): globalMean + tables.score(user: user, item: item)
    }
  }

  /// The score of a user and an item: how much the user should like it, in an implicit model; the predicted rating, in
  /// an explicit one.
  ///
  /// - Throws: `ALSError` when the model does not know one of them.
  /// - Complexity: O(k + log users + log items).
  public func score(user: Identifier, item: Identifier) throws -> Double {
    try score(userAt: index(ofUser: user), itemAt: index(ofItem: item))
  }

  /// What can be said of a pair of which the model does not know both: the mean and the bias of the one it knows.
  ///
  /// - Complexity: O(log users + log items).
  public func baseline(user: Identifier, item: Identifier) -> Double {
    func biases<Element>(_ tables: FactorTables<Element>) -> Double {
      Double(users.index(of: user).map { tables.users.bias($0) } ?? 0)
        + Double(items.index(of: item).flatMap { tables.itemBiases?.pointer[$0] } ?? 0)
    }
    return switch tables {
    case .float(let tables): globalMean + biases(tables)
    case .double(let tables): globalMean + biases(tables)
    }
  }

  /// The position of a user.
  ///
  /// - Throws: `ALSError` of kind `unknownIdentifier`.
  public func index(ofUser user: Identifier) throws -> Int {
    guard let index = users.index(of: user) else { throw unknownUser(user) }
    return index
  }

  func unknownUser(_ user: Identifier) -> ALSError {
    ALSError(.unknownIdentifier, "user \(user) is not in the model: it had no interactions when the model was trained.")
  }

  /// The position of an item.
  ///
  /// - Throws: `ALSError` of kind `unknownIdentifier`.
  public func index(ofItem item: Identifier) throws -> Int {
    guard let index = items.index(of: item) else {
      throw ALSError(
        .unknownIdentifier, "item \(item) is not in the model: it had no interactions when the model was trained.")
    }
    return index
  }
}

/// The configuration that a model was trained with.
public enum ModelConfiguration: Hashable, Codable, Sendable {
  /// Implicit feedback.
  case implicit(ImplicitALS)
  /// Explicit ratings.
  case explicit(ExplicitALS)

  /// Whether the model predicts ratings rather than rankings.
  public var isExplicit: Bool {
    if case .explicit = self { true } else { false }
  }
}
