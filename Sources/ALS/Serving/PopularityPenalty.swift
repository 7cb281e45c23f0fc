import ALSDense
import ALSPlatform

/// What is taken off the scores of popular items: β·log(1 + n) / log(1 + N) for an item with n interactions in training,
/// where the most popular one has N.
///
/// So β is what the most popular item loses, in units of the score. Made once for a model and used for any number of
/// requests, which are then as fast as without: the penalty is one more bias of an item.
public struct PopularityPenalty: Sendable {
  /// β.
  public let strength: Double
  /// The model's tables with lowered item biases.
  private let tables: FactorModel.Tables

  /// A penalty of `strength` for `model`.
  ///
  /// - Throws: `ALSError` when `strength` is not a finite number or is larger than scores can be, or the model does not know how popular its items are.
  /// - Complexity: O(items); the first request with it also ranks the items, which takes memory for one more copy of
  ///   their factors.
  public init(strength: Double, for model: FactorModel) throws {
    guard abs(strength) <= Double(Float.largestFactor) else {
      throw ALSError(
        .configuration, "the popularity penalty is \(strength), but it must be a number in units of the score.")
    }
    self.strength = strength
    let counts = try model.requireItemCounts()
    let most = naturalLogarithm1p(Double(counts.elements.max() ?? 0))
    let penalties = counts.elements.map { most == 0 ? 0 : strength * naturalLogarithm1p(Double($0)) / most }
    tables = model.tables.open(
      { .float(Self.lowering($0, by: penalties)) }, { .double(Self.lowering($0, by: penalties)) })
  }

  /// The tables to search in for a user of `model`; `nil` when this was made for a model with other items.
  func tables(for model: FactorModel) -> FactorModel.Tables? {
    switch (model.tables, tables) {
    case (.float(let own), .float(let lowered)) where lowered.items.hasFactors(of: own.items):
      .float(lowered.replacing(.users, with: own.users))
    case (.double(let own), .double(let lowered)) where lowered.items.hasFactors(of: own.items):
      .double(lowered.replacing(.users, with: own.users))
    default: nil
    }
  }

  private static func lowering<Element: Scalar>(
    _ tables: FactorTables<Element>, by penalties: [Double]
  ) -> FactorTables<Element> {
    let biases = penalties.enumerated().map { item, penalty in
      Element(Double(tables.items.bias(item)) - penalty)
    }
    return tables.replacing(.items, with: tables.items.replacingBiases(with: Buffer(biases)))
  }
}
