public import ALS
import ALSPlatform

/// What a search may choose: a range for each parameter, of one value where there is nothing to choose.
///
/// ``init(around:for:)`` gives ranges that fit the data; narrow them, or fix a parameter with `0.05...0.05`.
public struct SearchSpace: Hashable, Codable, Sendable {
  /// A shape of confidence to try.
  public struct Confidence: Hashable, Codable, Sendable {
    /// The shape.
    public var shape: ImplicitLoss.Confidence
    /// What ``SearchSpace/alpha`` is divided by to give α: the mean of g(r)/α over the data makes shapes comparable.
    public var scale: Double

    /// A shape, and what α is divided by.
    public init(_ shape: ImplicitLoss.Confidence, scale: Double = 1) {
      self.shape = shape
      self.scale = scale
    }

    /// A shape, and the mean that makes it comparable.
    ///
    /// - Complexity: O(interactions).
    package init(
      _ shape: ImplicitLoss.Confidence, of configuration: ModelConfiguration, for interactions: Interactions
    ) throws {
      var configuration = configuration
      if var loss = configuration.implicitLoss {
        loss.confidence = shape
        configuration.loss = .implicit(loss)
      }
      self.init(shape, scale: max(try configuration.meanGain(on: interactions), .leastNonzeroMagnitude))
    }
  }

  /// How many rows, columns and entries there are, from which the scale of the regularisation follows.
  struct Counts: Hashable, Codable, Sendable {
    let users: Int
    let items: Int
    let interactions: Int
  }

  /// Every parameter that is not searched; its iterations are the most a trial may have.
  public var base: ModelConfiguration
  /// The search begins with the fewest factors and doubles them late, up to the most.
  public var factors: ClosedRange<Int>
  /// λ, on a logarithmic scale.
  ///
  /// When ν is searched too, this is λ at ν = 1. At another ν, λ is multiplied by s^(1 − ν) with s the mean of n + α0·N,
  /// which leaves a typical row's regularisation as it was: the "shifted scale" of Rendle et al., RecSys 2022.
  public var regularization: ClosedRange<Double>
  /// ν.
  public var regularizationExponent: ClosedRange<Double>
  /// α0, on a logarithmic scale; for implicit feedback.
  public var unobservedWeight: ClosedRange<Double>
  /// α times the scale of the shape, on a logarithmic scale; for implicit feedback.
  public var alpha: ClosedRange<Double>
  /// η_u, the degree exponent of users; for implicit feedback.
  public var userDegreeExponent: ClosedRange<Double>
  /// η_i, the degree exponent of items; for implicit feedback.
  public var itemDegreeExponent: ClosedRange<Double>
  /// The shapes of confidence; for implicit feedback.
  public var confidences: [Confidence]
  /// With biases, without, or both; for explicit feedback.
  public var biases: [Bool]
  /// λ of the biases, on a logarithmic scale as ``regularization`` is; that of the base when `nil`.
  public var biasRegularization: ClosedRange<Double>?
  /// φ, what λ of the first factor is multiplied by, on a logarithmic scale; that of the base when `nil`.
  public var firstFactorShare: ClosedRange<Double>?
  let counts: Counts
}

extension SearchSpace {
  /// Reads what logs of this and of earlier versions have.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys) throws -> Value { try container.decode(Value.self, forKey: key) }
    (base, counts) = (try value(.base), try value(.counts))
    (factors, regularization) = (try value(.factors), try value(.regularization))
    (regularizationExponent, unobservedWeight) = (try value(.regularizationExponent), try value(.unobservedWeight))
    (alpha, confidences, biases) = (try value(.alpha), try value(.confidences), try value(.biases))
    func exponent(_ key: CodingKeys) throws -> ClosedRange<Double> { container.contains(key) ? try value(key) : 0...0 }
    userDegreeExponent = try exponent(.userDegreeExponent)
    itemDegreeExponent = try exponent(.itemDegreeExponent)
    biasRegularization = try container.decodeIfPresent(ClosedRange<Double>.self, forKey: .biasRegularization)
    firstFactorShare = try container.decodeIfPresent(ClosedRange<Double>.self, forKey: .firstFactorShare)
  }

  /// Ranges around a configuration.
  ///
  /// α0 goes from a tenth of the configuration's to ten times as much, at most 1; λ from a thirtieth of the
  /// configuration's to thirty times as much (for `hkv`, a thousand times), ν from 0 to 1. Of
  /// ratings, λ goes from a tenth of the default to three times it, that of biases from half to twice, and φ from 0.3 to 1;
  /// ν stays as it is. Without a range of its own, α
  /// is searched for `hkv` only: in `ials` it does nothing that α0 and λ do not. Shapes of confidence other than
  /// `binary` are tried when the data have values.
  ///
  /// - Parameters:
  ///   - configuration: The defaults to begin with, such as ``ALSConfiguration/chosen(for:by:threads:progress:)`` has found; its iterations, 16 when open, are the most a trial may have.
  ///   - interactions: What is going to be trained on.
  /// - Throws: `ALSError` when a parameter or a value is out of its range.
  /// - Complexity: O(interactions).
  public init(around configuration: ModelConfiguration, for interactions: Interactions) throws {
    var resolved = try configuration.resolved(by: nil, for: interactions)
    resolved.iterations = configuration.iterations ?? Self.usualIterations
    base = resolved
    counts = Counts(
      users: interactions.users.count, items: interactions.items.count, interactions: interactions.count)
    regularizationExponent = 0...1
    (factors, unobservedWeight, alpha, confidences, biases) = (16...128, 0...0, 1...1, [], [])
    (userDegreeExponent, itemDegreeExponent) = (0...0, 0...0)
    if let implicit = base.implicitLoss {
      factors = 32...512
      func exponent(_ value: Double?) -> ClosedRange<Double> { (value ?? 0)...(value ?? 0) }
      userDegreeExponent = exponent(implicit.userDegreeExponent)
      itemDegreeExponent = exponent(implicit.itemDegreeExponent)
      let weight = implicit.unobservedWeight ?? 1
      unobservedWeight =
        implicit.objective == .hkv || weight == 0 ? weight...weight : weight / 10...max(weight, min(1, weight * 10))
      confidences = try Self.confidences(for: base, interactions)
      let scale = confidences.first { $0.shape == implicit.confidence }?.scale ?? 1
      let mean = implicit.alpha * scale
      alpha = implicit.objective == .hkv ? mean / 10...mean * 10 : mean...mean
    } else if ExplicitLoss(base.loss) != nil {
      biases = [base.hasBiases]
      // Where factors are not to be rotated, none is the strongest direction.
      if base.isPlain { firstFactorShare = 0.3...1 }
      regularizationExponent = base.regularizationExponent...base.regularizationExponent
    }
    regularization = 1...1
    centerRegularization()
  }

  /// The ranges of λ around the base, for the range of ν as it is.
  package mutating func centerRegularization() {
    let center = atReference(baseRegularization)
    let (less, more): (Double, Double) =
      base.predictsRatings ? (10, 3) : (30, base.implicitLoss?.objective == .hkv ? 1000 : 30)
    regularization = center > 0 ? center / less...center * more : 1e-3...1
    let centerOfBiases = atReference(baseBiasRegularization)
    if base.hasBiases && centerOfBiases > 0 { biasRegularization = centerOfBiases / 2...centerOfBiases * 2 }
  }

  /// The most iterations of a trial, unless the configuration has a number.
  package static var usualIterations: Int { 16 }

  /// The most iterations of a trial.
  package var iterations: Int { base.iterations ?? Self.usualIterations }

  private static func confidences(
    for configuration: ModelConfiguration, _ interactions: Interactions
  ) throws -> [Confidence] {
    guard let loss = configuration.implicitLoss else { return [] }
    let confidence = loss.confidence ?? .binary
    guard let range = interactions.valueRange(), range.lowerBound != range.upperBound else {
      return [Confidence(confidence)]
    }
    let usual: [ImplicitLoss.Confidence] = [.binary, .log, .linear]
    return try (usual.contains(confidence) ? usual : usual + [confidence]).map {
      try Confidence($0, of: configuration, for: interactions)
    }
  }

  /// A λ of the base, or where ν is searched the λ at ν = 1 that regularises a typical row as that does at the base's ν.
  func atReference(_ regularization: Double) -> Double {
    regularizationExponent.isSingle
      ? regularization
      : regularization * rowWeightPower(base.regularizationExponent - 1, base.unobservedWeight ?? 0)
  }

  /// s^`exponent`, where s is what a row of either side weighs on average, n + α0·N.
  func rowWeightPower(_ exponent: Double, _ unobservedWeight: Double) -> Double {
    if exponent == 0 { return 1 }
    let (users, items, count) = (Double(counts.users), Double(counts.items), Double(counts.interactions))
    let perUser = count / max(users, 1) + unobservedWeight * items
    let perItem = count / max(items, 1) + unobservedWeight * users
    return power((perUser * perItem).squareRoot(), exponent)
  }
}
