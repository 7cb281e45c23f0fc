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
  /// The loss of the same form with what files have in mind that do not name a parameter.
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

  /// Whether a negative value, of a loss that does not read zeros, is an entry; throws where it may not be there.
  func readsNegative(_ value: Float) throws(InvalidValue) -> Bool

  /// Whether the objective reads two numbers of an entry rather than one, of data with weights or without.
  func separatesWeights(_ hasWeights: Bool) -> Bool

  /// Whether n counts only entries with a target other than 0.
  var countsLikedOnly: Bool { get }

  /// What the objective reads of an observed value with its weight, above 0; both numbers are the same unless
  /// ``separatesWeights(_:)``.
  func entry(_ value: Float, weight: Float, mean: Double, hasWeights: Bool, _ context: EntryContext) -> ObservedEntry

  /// Whether entries are read in a context other than their own value and weight.
  var readsContexts: Bool { get }
  /// The sum of a user's values over that of a mean one.
  func length(ofTotal total: Double) -> Double
  /// What it says to have an item with n users.
  func rarity(ofCount count: Int) -> Double
  /// The same with what contexts are relative to: the number of users, and the sum of all values.
  func counting(users: Int, total: @autoclosure () throws -> Double) rethrows -> Self

  /// The configuration, whose loss this is, with every default that depends on the data, those of rules times `multiples`.
  func resolved(
    _ configuration: ModelConfiguration, for data: DataStatistics, times multiples: RuleMultiples
  ) throws -> ModelConfiguration

  /// The rows' problem, for a resolved configuration.
  func objective(_ configuration: ModelConfiguration, globalMean: Double) -> any Objective
}

/// What a configuration has where nothing is said, as far as it depends on the loss.
package struct LossDefaults {
  /// k where no race chooses it.
  package var factors = 64
  /// λ; `nil` from the data.
  var regularization: Double?
  /// ν.
  var regularizationExponent: Double
  /// σ.
  var initialScale: Double
}

/// What defaults that follow from a rule are multiplied by.
package struct RuleMultiples: Hashable, Sendable {
  /// That of λ.
  var regularization = 1.0
  /// That of α0, before λ follows from it.
  var unobservedWeight = 1.0
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

/// What an objective reads of an entry; see ``EntryTerms``.
package struct ObservedEntry: BitwiseCopyable {
  /// q.
  let weight: Float
  /// r.
  let value: Float

  /// Two numbers, or one that is both.
  init(weight: Float? = nil, value: Float) { (self.weight, self.value) = (weight ?? value, value) }
}

extension CSRMatrix where Value == Float {
  /// The sums over what an objective reads, of entries with a value other than 0, of a function of q, and of its square.
  func sums(ofWeights function: (Float) -> Double) -> (sum: Double, squareSum: Double) {
    guard let values, entryCount > 0 else {
      let (term, count) = (function(1), Double(entryCount))
      return (term * count, term * term * count)
    }
    var sums = (0.0, 0.0)
    func add(_ weight: Float) {
      let term = function(weight)
      sums.0 += term
      sums.1 += term * term
    }
    if let weights {
      for entry in 0..<entryCount where values.pointer[entry] != 0 { add(weights.pointer[entry]) }
    } else {
      values.forEachPart { part in for value in part where value != 0 { add(value) } }
    }
    return sums
  }
}

extension CSRMatrix where Value == Float {
  /// The sums over what an objective of ratings reads of w, w·r and w·r².
  func ratingSums() -> [Double] {
    var sums = [0.0, 0.0, 0.0]
    func add(_ weight: Double, _ value: Double) {
      sums[0] += weight
      sums[1] += value
      sums[2] += value * value / weight
    }
    guard let values else { return [1, 1, 1].map { $0 * Double(entryCount) } }
    if let weights {
      for entry in 0..<entryCount where weights.pointer[entry] > 0 {
        add(Double(weights.pointer[entry]), Double(values.pointer[entry]))
      }
    } else {
      values.forEachPart { part in for value in part { add(1, Double(value)) } }
    }
    return sums
  }
}

/// What defaults are found from; only what is needed is asked for.
package struct DataStatistics {
  let users, items, interactions: Int
  /// The sums over all entries that count as n of a function of q, and of its square.
  let sums: (_ function: (_ weight: Float) -> Double) throws -> (sum: Double, squareSum: Double)
  /// How ratings are spread.
  let spread: () throws -> RatingSpread
  /// How many users and items have how many entries.
  let degrees: () throws -> Sides<DegreeCounts>
}

extension LossDefinition {
  package func validate() throws {}
  package var subtractsMean: Bool { false }
  package var withDefaults: Self { Self() }

  package func readsNegative(_ value: Float) throws(InvalidValue) -> Bool { true }
  package func separatesWeights(_ hasWeights: Bool) -> Bool { hasWeights }
  package var countsLikedOnly: Bool { false }
  package var readsContexts: Bool { false }
  package func length(ofTotal total: Double) -> Double { 1 }
  package func rarity(ofCount count: Int) -> Double { 1 }
  package func counting(users: Int, total: @autoclosure () throws -> Double) rethrows -> Self { self }

  /// Whether a value is an entry, or as good as absent; throws when it is not finite, or negative where that may not be.
  func reads(_ value: Float) throws(InvalidValue) -> Bool {
    guard value.isFinite else { throw InvalidValue(reason: "value \(value) is not a finite number. Correct it.") }
    return value < 0 ? try readsNegative(value) : value > 0 || readsZeros
  }

  /// The matrix without entries that are as good as absent.
  package func observed(_ matrix: CSRMatrix<Float>) -> CSRMatrix<Float> {
    readsZeros ? matrix : matrix.withoutZeros()
  }

  /// The entries that count as n: of implicit feedback, those above 0.
  package func liked(_ matrix: CSRMatrix<Float>) -> CSRMatrix<Float> {
    readsZeros ? matrix : matrix.filtered { $0 > 0 }
  }

  /// The matrix of a side with the numbers that the objective reads: r as values and, where it is another one, q as weights.
  func entries(
    of matrix: CSRMatrix<Float>, _ side: Side, mean: Double, _ counts: ContextCounts
  ) -> CSRMatrix<Float> {
    let (values, weights, hasWeights) = (matrix.values, matrix.weights, matrix.weights != nil)
    let isSeparate = separatesWeights(hasWeights)
    if !isSeparate {
      switch valueUse {
      case .none: return matrix.structure.replacingValues(with: weights)
      case .asTheyAre where !hasWeights: return matrix
      default: break
      }
    }
    let readValues = Buffer<Float>(uninitialized: matrix.entryCount)
    let readWeights = isSeparate ? Buffer<Float>(uninitialized: matrix.entryCount) : nil
    let (rows, columns) = (contexts(of: side, counts), contexts(of: side.other, counts))
    @Sendable func read(_ entry: Int, _ context: EntryContext) {
      let found = self.entry(
        values?.pointer[entry] ?? 1, weight: weights?.pointer[entry] ?? 1, mean: mean, hasWeights: hasWeights, context)
      readValues.pointer[entry] = found.value
      readWeights?.pointer[entry] = found.weight
    }
    parallelForEachChunk(of: matrix.rowCount, size: 256, workers: availableProcessors) { chunk, _ in
      for row in chunk {
        let own = rows?.pointer[row] ?? EntryContext()
        for entry in matrix.entries(ofRow: row) {
          guard let columns else {
            read(entry, own)
            continue
          }
          read(entry, context(own, columns.pointer[Int(matrix.columns.pointer[entry])], solving: side))
        }
      }
    }
    return matrix.replacing(values: readValues, weights: readWeights)
  }
}

/// A value that an objective cannot read.
package struct InvalidValue: Error {
  let reason: String
}
