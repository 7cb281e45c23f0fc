package import ALS
import ALSPlatform

/// A coordinate of the unit cube that a search moves in.
package enum Dimension: String, CaseIterable, Sendable {
  case regularization, regularizationExponent, unobservedWeight, alpha, confidence, biases
  case userDegreeExponent, itemDegreeExponent, biasRegularization, firstFactorShare
}

extension Dimension {
  /// Whether equal steps are equal differences, rather than equal ratios.
  var isLinear: Bool { [.regularizationExponent, .userDegreeExponent, .itemDegreeExponent].contains(self) }
}

extension SearchSpace {
  /// The parameters that there is something to choose of, in the order of a point's coordinates.
  package var dimensions: [Dimension] {
    Dimension.allCases.filter { dimension in
      switch dimension {
      case .regularization: !regularization.isSingle
      case .regularizationExponent: !regularizationExponent.isSingle
      case .unobservedWeight: base.implicitLoss != nil && !unobservedWeight.isSingle
      case .alpha: base.implicitLoss != nil && !alpha.isSingle
      case .confidence: base.implicitLoss != nil && confidences.count > 1
      case .biases: base.predictsRatings && biases.count > 1
      case .userDegreeExponent: base.implicitLoss != nil && !userDegreeExponent.isSingle
      case .itemDegreeExponent: base.implicitLoss != nil && !itemDegreeExponent.isSingle
      case .biasRegularization: biases.contains(true) && biasRegularization.map { !$0.isSingle } ?? false
      case .firstFactorShare: firstFactorShare.map { !$0.isSingle } ?? false
      }
    }
  }

  /// The configuration at a point of the unit cube, with numbers of four significant digits.
  package func configuration(at point: [Double], factors: Int, iterations: Int) -> ModelConfiguration {
    let coordinates = Dictionary(uniqueKeysWithValues: zip(dimensions, point))
    func value(_ dimension: Dimension, _ range: ClosedRange<Double>) -> Double {
      guard let t = coordinates[dimension] else { return range.lowerBound }
      return dimension.isLinear ? range.linear(t) : range.logarithmic(t)
    }
    func choice<Value>(_ dimension: Dimension, _ values: [Value]) -> Value {
      values[min(Int((coordinates[dimension] ?? 0) * Double(values.count)), values.count - 1)]
    }
    let exponent = rounded(value(.regularizationExponent, regularizationExponent))
    func lambda(
      _ unobservedWeight: Double, _ dimension: Dimension = .regularization, _ range: ClosedRange<Double>? = nil
    ) -> Double {
      let shift = regularizationExponent.isSingle ? 0 : 1 - exponent
      return rounded(value(dimension, range ?? regularization) * rowWeightPower(shift, unobservedWeight))
    }
    var configuration = base
    (configuration.factors, configuration.iterations) = (factors, iterations)
    configuration.regularizationExponent = exponent
    configuration.regularization = lambda(0)
    if var loss = base.implicitLoss {
      let weight = rounded(value(.unobservedWeight, unobservedWeight))
      let confidence = choice(.confidence, confidences)
      loss.unobservedWeight = weight
      loss.confidence = confidence.shape
      loss.alpha = rounded(value(.alpha, alpha) / confidence.scale)
      loss.userDegreeExponent = rounded(value(.userDegreeExponent, userDegreeExponent))
      loss.itemDegreeExponent = rounded(value(.itemDegreeExponent, itemDegreeExponent))
      // They follow from the exponents.
      (loss.userDegreeUnit, loss.itemDegreeUnit) = (nil, nil)
      configuration.loss = .implicit(loss)
      configuration.regularization = lambda(weight)
    } else if var loss = ExplicitLoss(base.loss) {
      loss.biases = choice(.biases, biases)
      if let biasRegularization { loss.biasRegularization = lambda(0, .biasRegularization, biasRegularization) }
      if let firstFactorShare { loss.firstFactorShare = rounded(value(.firstFactorShare, firstFactorShare)) }
      if !loss.biases { loss.biasRegularization = nil }
      configuration.loss = .explicit(loss)
    }
    return configuration
  }

  /// The point nearest to the base.
  package var basePoint: [Double] {
    dimensions.map { dimension in
      switch dimension {
      case .regularization: return position(of: baseRegularization, in: regularization)
      case .biasRegularization: return position(of: baseBiasRegularization, in: biasRegularization ?? regularization)
      case .firstFactorShare:
        return firstFactorShare?.logarithmicPosition(of: ExplicitLoss(base.loss)?.firstFactorShare ?? 1) ?? 0
      case .regularizationExponent: return regularizationExponent.linearPosition(of: base.regularizationExponent)
      case .unobservedWeight: return unobservedWeight.logarithmicPosition(of: base.unobservedWeight ?? 1)
      case .alpha:
        guard let implicit = base.implicitLoss else { return 0 }
        let scale = confidences.first { $0.shape == implicit.confidence }?.scale ?? 1
        return alpha.logarithmicPosition(of: implicit.alpha * scale)
      case .confidence:
        guard let implicit = base.implicitLoss else { return 0 }
        return middle(of: confidences.firstIndex { $0.shape == implicit.confidence }, among: confidences.count)
      case .userDegreeExponent:
        return userDegreeExponent.linearPosition(of: base.implicitLoss?.userDegreeExponent ?? 0)
      case .itemDegreeExponent:
        return itemDegreeExponent.linearPosition(of: base.implicitLoss?.itemDegreeExponent ?? 0)
      case .biases:
        return middle(of: biases.firstIndex(of: base.hasBiases), among: biases.count)
      }
    }
  }

  /// Where a λ of the base lies in a range.
  private func position(of value: Double, in range: ClosedRange<Double>) -> Double {
    range.logarithmicPosition(of: atReference(value))
  }

  /// The base's factors, if there is a choice as near as possible.
  var baseFactors: Int { min(max(base.factorCount, factors.lowerBound), factors.upperBound) }

  private func middle(of index: Int?, among count: Int) -> Double { (Double(index ?? 0) + 0.5) / Double(count) }
}

/// To four significant digits, so that a command line can hold it.
package func rounded(_ x: Double) -> Double {
  guard x != 0, x.isFinite else { return x }
  let digits = 3 - Int(logarithm10(abs(x)).rounded(.down))
  // Dividing by a power of ten gives the double nearest to the decimal number; multiplying by its inverse would not.
  let scale = power(10, Double(abs(digits)))
  return digits >= 0 ? (x * scale).rounded() / scale : (x / scale).rounded() * scale
}

extension ClosedRange<Double> {
  var isSingle: Bool { lowerBound == upperBound }

  func linear(_ t: Double) -> Double { lowerBound + t * (upperBound - lowerBound) }
  func logarithmic(_ t: Double) -> Double { lowerBound * power(upperBound / lowerBound, t) }

  func linearPosition(of value: Double) -> Double {
    Swift.min(Swift.max((value - lowerBound) / (upperBound - lowerBound), 0), 1)
  }
  func logarithmicPosition(of value: Double) -> Double {
    guard value > 0 else { return 0 }
    return Swift.min(Swift.max(logarithm10(value / lowerBound) / logarithm10(upperBound / lowerBound), 0), 1)
  }
}
