import ALSSparse

extension ModelConfiguration {
  /// The objective that a model with this configuration was trained for.
  ///
  /// - Precondition: Every default is resolved, as it is in models.
  func objective(globalMean: Double) -> any Objective {
    switch self {
    case .implicit(let implicit): return implicit.rowObjective
    case .explicit(let explicit): return explicit.rowObjective(mean: globalMean)
    }
  }

  /// The interactions as this kind of feedback reads repeated pairs.
  func reading(_ interactions: Interactions) throws -> Interactions {
    isExplicit ? try interactions.ratings() : interactions
  }

  /// What the objective reads of a value; `nil` when it is as good as absent.
  func term(of value: Float) throws(InvalidValue) -> Float? {
    guard value.isFinite else { throw InvalidValue(reason: "value \(value) is not a finite number. Correct it.") }
    switch self {
    case .explicit: return value
    case .implicit(let implicit):
      if value < 0 {
        throw InvalidValue(
          reason: "value \(value) is negative, but implicit feedback has weights of 0 or more. Remove it.")
      }
      return value == 0 ? nil : implicit.term(of: value)
    }
  }
}

/// A value that an objective cannot read.
struct InvalidValue: Error {
  let reason: String
}

extension ImplicitALS {
  /// What the objective multiplies by α for an observed value: g(r)/α.
  func term(of value: Float) -> Float {
    switch confidence {
    case .linear: value
    case .binary: 1
    case .log: Float(naturalLogarithm1p(Double(value) / confidenceScale))
    }
  }

  /// - Precondition: Every default is resolved.
  var rowObjective: ImplicitObjective {
    guard let unobservedWeight, let regularization else { preconditionFailure("a model with parameters left open") }
    return ImplicitObjective(
      form: objective, alpha: alpha, unobservedWeight: unobservedWeight, regularization: regularization,
      exponent: regularizationExponent)
  }
}

extension ExplicitALS {
  func rowObjective(mean: Double) -> ExplicitObjective {
    ExplicitObjective(
      mean: mean, hasBiases: biases, regularization: regularization, exponent: regularizationExponent)
  }
}
