import ALS
import ArgumentParser

/// The parameters of a model; what is left out has the library's default.
struct TrainingOptions: ParsableArguments {
  @Option(help: "What the values mean: counts and plays, or ratings on a scale.")
  var feedback: Feedback = .implicit
  @Option(help: "Implicit loss: Rendle et al. 2022, or Hu, Koren and Volinsky 2008. Default: ials.")
  var objective: ImplicitALS.Objective?
  @Option(help: "Number of factors. Default: \(ImplicitALS().factors).")
  var factors: Int?
  @Option(help: "Number of iterations. Default: until the scores settle.")
  var iterations: Int?
  @Option(
    help:
      "λ. Default: from the data, with hkv 0.05, explicit \(ExplicitALS().regularization)."
  )
  var regularization: Double?
  @Option(help: "ν: how λ grows with a row's weight, 0 not at all, 1 in proportion. Default: 1, with hkv 0.")
  var regularizationExponent: Double?
  @Option(help: "α0, the weight of what was not observed. Default: from the density of the data, with hkv 1.")
  var unobservedWeight: Double?
  @Option(help: "α, the weight of what was observed. Default: 1, with hkv 10.")
  var alpha: Double?
  @Option(
    help: "How weight grows with the value: α·r, α·log(1 + r/ε), or α. Default: \(ImplicitALS().confidence.rawValue).")
  var confidence: ImplicitALS.Confidence?
  @Option(help: "ε of the logarithmic confidence. Default: 1.")
  var confidenceScale: Double?
  @Flag(name: .customLong("no-bias"), help: "Explicit feedback without biases of users and items.")
  var noBias = false
  @Option(help: "How rows are solved.")
  var solver: Solver = ImplicitALS().solver
  @Option(
    help:
      "Most steps of --solver conjugateGradient for a row in an iteration. Default: \(ImplicitALS().conjugateGradientSteps)."
  )
  var cgSteps: Int?
  @Option(
    help:
      "ω: how far a row goes towards its solution from the third iteration on; 1 is plain ALS. Default: \(ImplicitALS().relaxation)."
  )
  var relaxation: Double?
  @Option(help: "Arithmetic.")
  var precision: Precision = ImplicitALS().precision
  @Option(help: "Seed of the random start.")
  var seed: UInt64 = 0

  func validate() throws {
    guard feedback == .explicit else {
      if noBias { throw ValidationError("--no-bias is for --feedback explicit; implicit models have no biases.") }
      return
    }
    let implicitOnly: [(String, Bool)] = [
      ("--objective", objective != nil), ("--unobserved-weight", unobservedWeight != nil), ("--alpha", alpha != nil),
      ("--confidence", confidence != nil), ("--confidence-scale", confidenceScale != nil),
    ]
    if let (name, _) = implicitOnly.first(where: \.1) {
      throw ValidationError("\(name) is for --feedback implicit.")
    }
  }

  var configuration: ModelConfiguration {
    switch feedback {
    case .implicit:
      let defaults = ImplicitALS()
      return .implicit(
        ImplicitALS(
          objective: objective ?? defaults.objective, factors: factors ?? defaults.factors,
          iterations: iterations, regularization: regularization,
          regularizationExponent: regularizationExponent, unobservedWeight: unobservedWeight, alpha: alpha,
          confidence: confidence ?? defaults.confidence, confidenceScale: confidenceScale ?? defaults.confidenceScale,
          solver: solver, conjugateGradientSteps: cgSteps ?? defaults.conjugateGradientSteps,
          relaxation: relaxation ?? defaults.relaxation, precision: precision,
          seed: seed))
    case .explicit:
      let defaults = ExplicitALS()
      return .explicit(
        ExplicitALS(
          factors: factors ?? defaults.factors, iterations: iterations,
          regularization: regularization ?? defaults.regularization,
          regularizationExponent: regularizationExponent ?? defaults.regularizationExponent, biases: !noBias,
          solver: solver, conjugateGradientSteps: cgSteps ?? defaults.conjugateGradientSteps,
          relaxation: relaxation ?? defaults.relaxation, precision: precision,
          seed: seed))
    }
  }
}
