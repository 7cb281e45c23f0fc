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
  @Option(name: .customLong("bm25-k1"), help: "K of the confidence bm25. Default: \(ImplicitALS().bm25K1).")
  var bm25K1: Double?
  @Option(name: .customLong("bm25-b"), help: "B of the confidence bm25. Default: \(ImplicitALS().bm25B).")
  var bm25B: Double?
  @Flag(
    name: .customLong("no-bias"),
    help: "Explicit feedback without biases of users and items.")
  var noBias = false
  @Option(
    help:
      "Implicit feedback: negative values are an error, left out (ignore), or dislikes (zero): pulled to 0 with the weight of their size. Default: \(ImplicitALS().dislikes.rawValue)."
  )
  var dislikes: ImplicitLoss.Dislikes?
  @Flag(
    name: .customLong("no-mean"),
    help:
      "Explicit feedback counted from 0 and not from the mean; with --no-bias and --regularization-exponent 1, ALS-WR as published."
  )
  var noMean = false
  @Option(
    help:
      "ρ: what is not observed weighs α0·(popularity of the item)^ρ (eALS), with --objective ials. Default: from the data, with hkv 0."
  )
  var unobservedPopularityExponent: Double?
  @OptionGroup var regularization: RegularizationOptions
  @Flag(help: "No factor is negative; biases and the mean of explicit feedback may be.")
  var nonnegative = false
  @Option(
    help:
      "μ: the L1 norm of factors, which makes many of them exactly zero, in the units of --regularization (elastic net). Default: 0."
  )
  var l1: Double?
  @Option(
    help:
      "How rows are solved: by conjugateGradient, cholesky or subspace (iALS++), and with --nonnegative or --l1 by coordinateDescent. Default: \(ImplicitALS().solver), and with these coordinateDescent."
  )
  var solver: Solver?
  @Option(help: "Arithmetic.")
  var precision: Precision = ImplicitALS().precision
  @Option(help: "Seed of what is random.", transform: Seed.parse)
  var seed: UInt64 = 0

  func validate() throws {
    for (name, isGiven) in [
      ("--no-bias", noBias), ("--no-mean", noMean),
      ("--regularization-biases", regularization.regularizationBiases != nil),
      ("--first-factor-share", regularization.firstFactorShare != nil),
    ] where isGiven && feedback == .implicit {
      throw ValidationError("\(name) is for --feedback explicit.")
    }
    try refuseForExplicit(
      ("--objective", objective != nil), ("--confidence-scale", confidenceScale != nil),
      ("--bm25-k1", bm25K1 != nil), ("--bm25-b", bm25B != nil),
      ("--dislikes", dislikes != nil), ("--regularization-basis", regularization.regularizationBasis != nil),
      ("--unobserved-popularity-exponent", unobservedPopularityExponent != nil))
  }

  /// Refuses options for implicit feedback that were given with explicit feedback.
  func refuseForExplicit(_ options: (name: String, isGiven: Bool)...) throws {
    if feedback == .explicit, let option = options.first(where: \.isGiven) {
      throw ValidationError("\(option.name) is for --feedback implicit.")
    }
  }

  /// A configuration with these; what is not given has the library's default.
  var configuration: ModelConfiguration {
    let loss: AnyLoss =
      switch feedback {
      case .implicit: .implicit(ImplicitLoss(objective: objective ?? ImplicitLoss().objective))
      case .explicit:
        .explicit(
          ExplicitLoss(
            biases: !noBias, mean: !noMean, biasRegularization: regularization.regularizationBiases,
            firstFactorShare: regularization.firstFactorShare ?? ExplicitLoss().firstFactorShare))
      }
    var configuration = ModelConfiguration(
      loss, nonnegative: nonnegative, l1Regularization: l1 ?? 0, solver: solver, precision: precision, seed: seed)
    configuration.take(implicit: \.confidenceScale, confidenceScale)
    configuration.take(implicit: \.bm25K1, bm25K1)
    configuration.take(implicit: \.bm25B, bm25B)
    configuration.take(implicit: \.dislikes, dislikes)
    configuration.take(implicit: \.unobservedPopularityExponent, unobservedPopularityExponent)
    regularization.apply(to: &configuration)
    return configuration
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

  /// The same for a parameter of implicit feedback; nothing, where it is another kind.
  mutating func take<Value>(implicit path: WritableKeyPath<ImplicitLoss, Value>, _ given: Value?) {
    guard let given, var loss = ImplicitLoss(loss) else { return }
    loss[keyPath: path] = given
    self.loss = .implicit(loss)
  }

  /// The same for one that may be left open.
  mutating func take<Value>(implicit path: WritableKeyPath<ImplicitLoss, Value?>, _ given: Value?) {
    guard let given, var loss = ImplicitLoss(loss) else { return }
    loss[keyPath: path] = given
    self.loss = .implicit(loss)
  }
}
