import ALSPlatform
package import ALSSparse

/// What a model is fitted to: the part of a configuration in which kinds of feedback differ.
///
/// ``ImplicitLoss`` and ``ExplicitLoss`` are there.
public protocol ALSLoss: Hashable, Sendable {
  /// The loss with its defaults.
  init()
  /// A loss of any kind, if it is of this one.
  init?(_ loss: AnyLoss)
  /// The same as one of any kind.
  var any: AnyLoss { get }
}

/// What the engine asks of a loss; a new one is a type that answers, and a case of ``AnyLoss``.
package protocol LossDefinition: ALSLoss {
  /// The loss of the same form with its defaults.
  var withDefaults: Self { get }
  /// Its parameters.
  static var parameters: [Parameter<Self>] { get }
  /// What ``ALSConfiguration`` has for this loss where nothing is said.
  var defaults: LossDefaults { get }
  /// What messages call models of it, such as "implicit feedback".
  var name: String { get }
  /// Whether scores are predicted ratings, so that errors can be measured.
  var predictsRatings: Bool { get }
  /// Whether scores are counted from the mean of all ratings.
  var subtractsMean: Bool { get }
  /// Whether users and items have biases.
  var hasBiases: Bool { get }
  /// What becomes of repeated pairs, unless somebody has decided that.
  var repeats: Duplicates { get }
  /// Whether a value of zero says something, rather than being as good as absent, and negative ones do too.
  var readsZeros: Bool { get }
  /// Whether cells without an observation have a weight.
  var weighsUnobserved: Bool { get }
  /// What is done with the values.
  var valueUse: ValueUse { get }
  /// Whether nothing is left open that follows from the data.
  var isResolved: Bool { get }

  /// Throws when parameters do not fit together.
  func validate() throws

  /// What the objective reads of an observed value, which is not negative unless ``readsZeros``.
  func term(of value: Float) -> Float

  /// The configuration, whose loss this is, with every default that depends on the data.
  func resolved(_ configuration: ModelConfiguration, for data: DataStatistics) throws -> ModelConfiguration

  /// The rows' problem, for a resolved configuration.
  func objective(_ configuration: ModelConfiguration, globalMean: Double) -> any Objective
}

/// What a configuration has where nothing is said, as far as it depends on the loss.
package struct LossDefaults {
  /// λ; `nil` from the data.
  var regularization: Double?
  /// ν.
  var regularizationExponent: Double
  /// σ.
  var initialScale: Double
}

/// What an objective does with the values of interactions.
package enum ValueUse {
  /// Nothing: every pair counts alike.
  case none
  /// It reads them as they are.
  case asTheyAre
  /// It reads others that are computed from them.
  case transformed
}

extension CSRMatrix where Value == Float {
  /// The sums over all values of a function of them, and of its square; without `values` each counts as 1.
  func sums(withValues: Bool, _ function: (Float) -> Double) -> (sum: Double, squareSum: Double) {
    guard withValues, let values, entryCount > 0 else {
      let (term, count) = (function(1), Double(entryCount))
      return (term * count, term * term * count)
    }
    var sums = (0.0, 0.0)
    values.forEachPart { part in
      for value in part {
        let term = function(value)
        sums.0 += term
        sums.1 += term * term
      }
    }
    return sums
  }
}

/// What defaults are found from; only what is needed is asked for.
package struct DataStatistics {
  let users, items, interactions: Int
  /// The sums over all observed values of a function of them, and of its square; without `values` each counts as 1.
  let sums: (_ values: Bool, _ function: (Float) -> Double) throws -> (sum: Double, squareSum: Double)
  /// How many users and items have how many entries.
  let degrees: () throws -> Sides<DegreeCounts>
}

extension LossDefinition {
  package func validate() throws {}
  package var subtractsMean: Bool { false }
  package var withDefaults: Self { Self() }

  /// Throws unless this is a finite number that the loss can read; `nil` when it is as good as absent.
  func checkedTerm(of value: Float) throws(InvalidValue) -> Float? {
    guard value.isFinite else { throw InvalidValue(reason: "value \(value) is not a finite number. Correct it.") }
    if readsZeros { return term(of: value) }
    if value < 0 {
      throw InvalidValue(
        reason: "value \(value) is negative, but implicit feedback has weights of 0 or more. Remove it.")
    }
    return value == 0 ? nil : term(of: value)
  }

  /// The matrix without entries that are as good as absent.
  package func observed(_ matrix: CSRMatrix<Float>) -> CSRMatrix<Float> {
    readsZeros ? matrix : matrix.withoutZeros()
  }

  /// The matrix with the values that the objective reads.
  func terms(of matrix: CSRMatrix<Float>) -> CSRMatrix<Float> {
    switch valueUse {
    case .none: matrix.replacingValues(with: nil)
    case .asTheyAre: matrix
    case .transformed:
      matrix.replacingValues(with: Buffer(mapping: matrix.values, count: matrix.entryCount) { term(of: $0 ?? 1) })
    }
  }
}

/// A value that an objective cannot read.
package struct InvalidValue: Error {
  let reason: String
}
