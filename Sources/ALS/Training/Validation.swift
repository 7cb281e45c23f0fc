import ALSSparse

extension ImplicitALS {
  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    try requireCommonRanges(
      factors: factors, iterations: iterations, regularization: regularization, exponent: regularizationExponent,
      conjugateGradientSteps: conjugateGradientSteps, relaxation: relaxation, initialScale: initialScale,
      precision: precision)
    let range = precision.range
    try require(alpha > 0 && precision.holds(alpha), "alpha", alpha, "a positive number\(range)")
    try require(
      confidenceScale > 0 && (1 / confidenceScale).isFinite && confidenceScale.isFinite, "confidenceScale",
      confidenceScale, "a positive number")
    if let unobservedWeight {
      try require(
        unobservedWeight >= 0 && precision.holds(unobservedWeight), "unobservedWeight", unobservedWeight,
        "0 or more\(range)")
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
      conjugateGradientSteps: conjugateGradientSteps, relaxation: relaxation, initialScale: initialScale,
      precision: precision)
  }
}

/// The most factors that a model may have: a square of that side still has 32-bit indices, as LAPACK asks.
private let mostFactors = 16384

private func requireCommonRanges(
  factors: Int, iterations: Int?, regularization: Double?, exponent: Double,
  conjugateGradientSteps: Int, relaxation: Double, initialScale: Double, precision: Precision
) throws {
  try require((1...mostFactors).contains(factors), "factors", factors, "between 1 and \(mostFactors)")
  if let iterations { try require(iterations >= 1, "iterations", iterations, "1 or more") }
  if let regularization {
    try require(
      regularization >= 0 && precision.holds(regularization), "regularization", regularization,
      "0 or more\(precision.range)")
  }
  try require(exponent >= 0 && exponent.isFinite, "regularizationExponent", exponent, "0 or more")
  try require(conjugateGradientSteps >= 1, "conjugateGradientSteps", conjugateGradientSteps, "1 or more")
  try require((1..<2).contains(relaxation), "relaxation", relaxation, "at least 1 and below 2")
  // Twelve standard deviations are never drawn.
  try require(
    initialScale > 0 && precision.holds(initialScale) && precision.holds(12 * initialScale), "initialScale",
    initialScale,
    "a positive number\(precision.range)")
}

private func require(_ holds: Bool, _ name: String, _ value: some CustomStringConvertible, _ range: String) throws {
  if !holds { throw ALSError(.configuration, "\(name) is \(value), but it must be \(range).") }
}

extension Training {
  /// Throws when the regularization of some row is beyond the arithmetic.
  ///
  /// - Complexity: O(users + items).
  func requireRegularizationInRange() throws {
    for (rows, name) in [(byUser, "user"), (byItem, "item")] {
      guard let row = (0..<rows.rowCount).max(by: { rows.degree(ofRow: $0) < rows.degree(ofRow: $1) }) else { continue }
      let names = name == "user" ? interactions.users : interactions.items
      try objective.requireRegularizationInRange(
        of: "\(name) \(names[row])", entryCount: rows.degree(ofRow: row), fixedCount: rows.columnCount, precision)
    }
  }
}

extension Objective {
  /// Throws when the regularization of a row is beyond the arithmetic; rows with fewer entries have no more.
  func requireRegularizationInRange(
    of name: @autoclosure () -> String, entryCount: Int, fixedCount: Int, _ precision: Precision
  ) throws {
    let value = regularization(entryCount: entryCount, fixedCount: fixedCount)
    try require(
      value < 1 || precision.holds(value), "the regularization of \(name()) with its \(entryCount) entries", value,
      "a finite number\(precision.range). Choose a smaller regularization or exponent")
  }
}

extension Precision {
  /// Whether `value` is a number in this arithmetic: neither infinite nor lost to zero.
  func holds(_ value: Double) -> Bool {
    switch self {
    case .float: Float(value).isFinite && (Float(value) == 0) == (value == 0)
    case .double: value.isFinite
    }
  }

  /// What messages add where a number must be one in this arithmetic.
  var range: String {
    switch self {
    case .float: " in the range of single precision"
    case .double: ""
    }
  }
}
