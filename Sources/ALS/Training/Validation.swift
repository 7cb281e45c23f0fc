import ALSSparse

extension ImplicitALS {
  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    try requireCommonRanges(
      factors: factors, iterations: iterations, regularization: regularization, exponent: regularizationExponent,
      conjugateGradientSteps: conjugateGradientSteps, relaxation: relaxation, initialScale: initialScale)
    try require(alpha > 0 && alpha.isFinite, "alpha", alpha, "a positive number")
    try require(
      confidenceScale > 0 && confidenceScale.isFinite, "confidenceScale", confidenceScale, "a positive number")
    if let unobservedWeight {
      try require(
        unobservedWeight >= 0 && unobservedWeight.isFinite, "unobservedWeight", unobservedWeight, "0 or more")
      if objective == .hkv {
        // More would make an observed cell with a small value weigh less than an unobserved one.
        try require(unobservedWeight <= 1, "unobservedWeight", unobservedWeight, "at most 1 with the hkv objective")
      }
    }
  }
}

extension ExplicitALS {
  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    try requireCommonRanges(
      factors: factors, iterations: iterations, regularization: regularization, exponent: regularizationExponent,
      conjugateGradientSteps: conjugateGradientSteps, relaxation: relaxation, initialScale: initialScale)
  }
}

/// The most factors that a model may have: a square of that side still has 32-bit indices, as LAPACK asks.
private let mostFactors = 16384

private func requireCommonRanges(
  factors: Int, iterations: Int?, regularization: Double?, exponent: Double,
  conjugateGradientSteps: Int, relaxation: Double, initialScale: Double
) throws {
  try require((1...mostFactors).contains(factors), "factors", factors, "between 1 and \(mostFactors)")
  if let iterations { try require(iterations >= 1, "iterations", iterations, "1 or more") }
  if let regularization {
    try require(regularization >= 0 && regularization.isFinite, "regularization", regularization, "0 or more")
  }
  try require(exponent >= 0 && exponent.isFinite, "regularizationExponent", exponent, "0 or more")
  try require(conjugateGradientSteps >= 1, "conjugateGradientSteps", conjugateGradientSteps, "1 or more")
  try require((1..<2).contains(relaxation), "relaxation", relaxation, "at least 1 and below 2")
  try require(initialScale > 0 && initialScale.isFinite, "initialScale", initialScale, "a positive number")
}

private func require(_ holds: Bool, _ name: String, _ value: some CustomStringConvertible, _ range: String) throws {
  if !holds { throw ALSError(.configuration, "\(name) is \(value), but it must be \(range).") }
}
