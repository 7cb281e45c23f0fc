public import ALSSparse

/// The factors of a user or an item, found from its interactions against a trained model.
public struct FoldedRow: Hashable, Sendable {
  /// k numbers.
  public let factors: [Double]
  /// The row's bias; 0 in models without biases.
  public let bias: Double
  /// The items of a user, or the users of an item, that the factors come from: positions in the model, ascending.
  ///
  /// Interactions of value zero are as good as absent in implicit models, and are not among them.
  public let entries: [Int]
  /// Identifiers of the history that the model does not know, once each; they had no part in the factors.
  public let unknown: [Identifier]
  /// Whether the row has features that the model knows, which then have a part in the factors.
  public let hasFeatures: Bool
  /// Features that the model does not know, ascending; they had no part in the factors.
  public let unknownFeatures: [String]

  /// The model's that the factors were solved with; see ``FactorModel/origin(fixing:)``.
  let origin: UInt64

  /// Whether nothing is known of the row, so that its factors are zeros.
  public var isEmpty: Bool { entries.isEmpty && !hasFeatures }

  /// The solution of a row with or without a bias as its last coordinate.
  init(
    solution: [Double], factorCount: Int, entries: [Int32], unknown: [Identifier], hasFeatures: Bool = false,
    unknownFeatures: [String] = [], origin: UInt64
  ) {
    factors = Array(solution.prefix(factorCount))
    bias = solution.count > factorCount ? solution[factorCount] : 0
    self.entries = entries.map(Int.init)
    self.unknown = unknown
    (self.hasFeatures, self.unknownFeatures) = (hasFeatures, unknownFeatures)
    self.origin = origin
  }
}
