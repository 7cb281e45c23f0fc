import ALS
import ArgumentParser

/// What regularization is besides one λ and one ν for all rows.
struct RegularizationOptions: ParsableArguments {
  @Option(help: "λ of the users. Default: --regularization.")
  var regularizationUsers: Double?
  @Option(help: "λ of the items. Default: --regularization.")
  var regularizationItems: Double?
  @Option(help: "ν of the users. Default: --regularization-exponent.")
  var regularizationExponentUsers: Double?
  @Option(help: "ν of the items. Default: --regularization-exponent.")
  var regularizationExponentItems: Double?
  @Option(
    help: "λ of the biases of explicit feedback. Default: from the data, or --regularization where that is given.")
  var regularizationBiases: Double?
  @Option(
    help:
      "φ of explicit feedback: what λ of the first factor, the strongest direction, is multiplied by. Default: 1; tune searches it."
  )
  var firstFactorShare: Double?
  @Option(
    help:
      "Implicit feedback: what λ grows with, cells (n + α0·N of a row with n entries of N) or entries (n). Default: \(ImplicitALS().regularizationBasis.rawValue)."
  )
  var regularizationBasis: ImplicitLoss.RegularizationBasis?

  func apply(to configuration: inout ModelConfiguration) {
    configuration.take(\.userRegularization, regularizationUsers)
    configuration.take(\.itemRegularization, regularizationItems)
    configuration.take(\.userRegularizationExponent, regularizationExponentUsers)
    configuration.take(\.itemRegularizationExponent, regularizationExponentItems)
    configuration.take(implicit: \.regularizationBasis, regularizationBasis)
  }
}
