import ALS
import ALSPlatform

extension SearchSpace {
  /// Throws an error that names the first range that cannot be searched.
  public func validate() throws {
    func require(_ holds: Bool, _ message: String) throws {
      if !holds { throw ALSError(.configuration, message) }
    }
    try require(
      factors.lowerBound >= 1, "factors go from \(factors.lowerBound), but there must be 1 or more.")
    var positive = [("regularization", regularization)]
    if let biasRegularization { positive.append(("biasRegularization", biasRegularization)) }
    if let firstFactorShare { positive.append(("firstFactorShare", firstFactorShare)) }
    if base.implicitLoss != nil { positive += [("unobservedWeight", unobservedWeight), ("alpha", alpha)] }
    for (name, range) in positive where !range.isSingle {
      try require(
        range.lowerBound > 0,
        "\(name) goes from \(range.lowerBound), but a range that is searched must begin above 0.")
    }
    try require(base.implicitLoss == nil || !confidences.isEmpty, "there is no shape of confidence to try.")
    try require(!base.predictsRatings || !biases.isEmpty, "there is no choice of biases to try.")
    // What the corners of the space allow, everything between them does.
    for corner in [0.0, 1] {
      let point = dimensions.map { _ in corner }
      try configuration(at: point, factors: factors.upperBound, iterations: iterations).validate()
    }
  }
}

extension SearchSpace {
  /// λ of the base, which is resolved.
  var baseRegularization: Double { base.regularization ?? 0 }

  /// λ of the base's biases.
  var baseBiasRegularization: Double { ExplicitLoss(base.loss)?.biasRegularization ?? baseRegularization }
}

extension ModelConfiguration {
  /// The loss of implicit feedback, if it is that.
  var implicitLoss: ImplicitLoss? { ImplicitLoss(loss) }

  /// α0, once it is resolved; `nil` for explicit ratings.
  var unobservedWeight: Double? { implicitLoss?.unobservedWeight }
}
