import ALS
import ArgumentParser

/// The parameters of a model; what is left out has the library's default.
struct TrainingOptions: ParsableArguments {
  @OptionGroup(title: "Model") var kind: FeedbackOptions
  @Option(help: "Number of factors, or auto, which lets --choose find it. Default: auto.")
  var factors: FactorCount?
  @Option(help: "Number of iterations. Default: until the scores settle.")
  var iterations: Int?
  @Option(help: "λ. Default: from the data, with hkv 0.05.")
  var regularization: Double?
  @Option(
    help: "ν: how λ grows with a row's weight, 0 not at all, 1 in proportion. Default: 1, with hkv 0, explicit 0.5.")
  var regularizationExponent: Double?
  @Option(help: "α0, the weight of what was not observed. Default: from the density of the data, with hkv 1.")
  var unobservedWeight: Double?
  @Option(help: "α, the weight of what was observed. Default: 1, with hkv 10.")
  var alpha: Double?
  @Option(
    help:
      "How weight grows with the value: linear (α·r), log (α·log(1 + r/ε)), binary (α), bm25 or tf-idf, by which rare items count more. Default: binary or log, from the data; with hkv binary."
  )
  var confidence: ImplicitLoss.Confidence?
  @Option(
    help:
      "η_u: cells of a user with d interactions weigh in proportion to d^(−η_u). Default: from the data, with hkv 0.")
  var userDegreeExponent: Double?
  @Option(
    help:
      "η_i: cells of an item with d interactions weigh in proportion to d^(−η_i). Default: from the data, with hkv 0.")
  var itemDegreeExponent: Double?
  @Option(
    help:
      "Most steps of --solver conjugateGradient for a row in an iteration. Default: \(ImplicitALS().conjugateGradientSteps)."
  )
  var cgSteps: Int?
  @Option(
    help:
      "Factors that --solver subspace solves at a time; as many as there are, at most. Default: \(ImplicitALS().blockSize)."
  )
  var block: Int?
  @Option(
    help:
      "ω: how far a row goes towards its solution from the third iteration on; 1 is plain ALS. Default: \(ImplicitALS().relaxation)."
  )
  var relaxation: Double?

  var feedback: Feedback { kind.feedback }
  var precision: Precision { kind.precision }

  func validate() throws {
    try kind.refuseForExplicit(
      ("--unobserved-weight", unobservedWeight != nil), ("--alpha", alpha != nil), ("--confidence", confidence != nil),
      ("--user-degree-exponent", userDegreeExponent != nil), ("--item-degree-exponent", itemDegreeExponent != nil))
  }

  var configuration: ModelConfiguration {
    var configuration = kind.configuration
    configuration.take(implicit: \.unobservedWeight, unobservedWeight)
    configuration.take(implicit: \.alpha, alpha)
    configuration.take(implicit: \.confidence, confidence)
    configuration.take(implicit: \.userDegreeExponent, userDegreeExponent)
    configuration.take(implicit: \.itemDegreeExponent, itemDegreeExponent)
    configuration.take(\.factors, factors?.count)
    configuration.take(\.iterations, iterations)
    configuration.take(\.regularization, regularization)
    configuration.take(\.regularizationExponent, regularizationExponent)
    configuration.take(\.conjugateGradientSteps, cgSteps)
    configuration.take(\.blockSize, block)
    configuration.take(\.relaxation, relaxation)
    return configuration
  }
}
