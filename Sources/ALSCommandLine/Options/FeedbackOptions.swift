import ALS
import ArgumentParser

/// What kind of model it is: what training and searching have in common.
struct FeedbackOptions: ParsableArguments {
  @Option(help: "What the values mean: counts and plays, or ratings on a scale.")
  var feedback: Feedback = .implicit
  @Option(help: "Implicit loss: Rendle et al. 2022, or Hu, Koren and Volinsky 2008. Default: ials.")
  var objective: ImplicitLoss.Objective?
  @Option(help: "ε of the logarithmic confidence. Default: 1.")
  var confidenceScale: Double?
  @Flag(
    name: .customLong("no-bias"),
    help: "Explicit feedback without biases of users and items, which tune tries both with and without.")
  var noBias = false
  @Option(help: "How rows are solved.")
  var solver: Solver = ImplicitALS().solver
  @Option(help: "Arithmetic.")
  var precision: Precision = ImplicitALS().precision
  @Option(help: "Seed of what is random.", transform: Seed.parse)
  var seed: UInt64 = 0

  func validate() throws {
    if feedback == .implicit, noBias {
      throw ValidationError("--no-bias is for --feedback explicit; implicit models have no biases.")
    }
    try refuseForExplicit(("--objective", objective != nil), ("--confidence-scale", confidenceScale != nil))
  }

  /// Refuses options for implicit feedback that were given with explicit feedback.
  func refuseForExplicit(_ options: (name: String, isGiven: Bool)...) throws {
    if feedback == .explicit, let option = options.first(where: \.isGiven) {
      throw ValidationError("\(option.name) is for --feedback implicit.")
    }
  }

  /// A configuration with these; what is `nil` has the library's default.
  func configuration(
    unobservedWeight: Double?, alpha: Double?, confidence: ImplicitLoss.Confidence?
  ) -> ModelConfiguration {
    ModelConfiguration(loss(unobservedWeight, alpha, confidence), solver: solver, precision: precision, seed: seed)
  }

  private func loss(
    _ unobservedWeight: Double?, _ alpha: Double?, _ confidence: ImplicitLoss.Confidence?
  ) -> AnyLoss {
    let defaults = ImplicitLoss()
    return switch feedback {
    case .implicit:
      .implicit(
        ImplicitLoss(
          objective: objective ?? defaults.objective, unobservedWeight: unobservedWeight, alpha: alpha,
          confidence: confidence ?? defaults.confidence, confidenceScale: confidenceScale ?? defaults.confidenceScale))
    case .explicit: .explicit(ExplicitLoss(biases: !noBias))
    }
  }
}

extension ModelConfiguration {
  /// Takes what was given; what was not stays as it is.
  mutating func take<Value>(_ path: WritableKeyPath<ModelConfiguration, Value>, _ given: Value?) {
    if let given { self[keyPath: path] = given }
  }

  /// The same for what may be left open.
  mutating func take<Value>(_ path: WritableKeyPath<ModelConfiguration, Value?>, _ given: Value?) {
    if let given { self[keyPath: path] = given }
  }
}
