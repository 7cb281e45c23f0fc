import ALS
import Foundation
import Testing

/// What files say of a configuration.
@Suite struct ConfigurationCodingTests {
  private static let configurations: [ModelConfiguration] = [
    .implicit(
      ImplicitALS(
        .hkv(unobservedWeight: 0.5, alpha: 3, confidence: .log, confidenceScale: 2), factors: 7, iterations: 5,
        regularization: 0.2, regularizationExponent: 0.75, solver: .cholesky, conjugateGradientSteps: 4,
        blockSize: 5, relaxation: 1.1,
        precision: .double, seed: 9, initialScale: 0.3)),
    .explicit(
      ExplicitALS(
        ExplicitLoss(biases: false), factors: 7, iterations: 5, regularization: 0.2, regularizationExponent: 0.75,
        solver: .subspace, conjugateGradientSteps: 4, blockSize: 5, relaxation: 1.1, precision: .double, seed: 9,
        initialScale: 0.3)),
    .implicit(ImplicitALS()), .explicit(ExplicitALS()),
    .explicit(ExplicitALS(ExplicitLoss(biasRegularization: 0.3, firstFactorShare: 0.5))),
  ]

  private func object(_ configuration: ModelConfiguration) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration))
    return try #require(json as? [String: Any])
  }

  private func read(_ object: [String: Any]) throws -> ModelConfiguration {
    try JSONDecoder().decode(ModelConfiguration.self, from: JSONSerialization.data(withJSONObject: object))
  }

  @Test(arguments: configurations) func bothFormsAreRead(configuration: ModelConfiguration) throws {
    let flat = try object(configuration)
    #expect(try read(flat) == configuration)
    var parameters = flat
    let kind = try #require(parameters.removeValue(forKey: "feedback") as? String)
    #expect(try read([kind: ["_0": parameters]]) == configuration)
    // What a later version adds is passed over.
    #expect(try read(flat.merging(["shrinkage": 3]) { own, _ in own }) == configuration)
  }

  @Test(arguments: configurations) func whatIsMissingHasItsDefault(configuration: ModelConfiguration) throws {
    let flat = try object(configuration)
    let form = ImplicitLoss(configuration.loss)?.objective
    // Every version wrote the weights, whose defaults differ with the form.
    let always = form == .hkv ? ["feedback", "objective", "unobservedWeight", "alpha"] : ["feedback", "objective"]
    let defaults = try object(
      form.map { .implicit(ImplicitALS(ImplicitLoss(objective: $0).filling())) }
        ?? .explicit(ExplicitALS()))
    for key in flat.keys where !always.contains(key) {
      var (shorter, expected) = (flat, flat)
      shorter[key] = nil
      expected[key] = defaults[key]
      #expect(try read(shorter) == read(expected), "without \(key)")
    }
    #expect(throws: (any Error).self) { try read(flat.merging(["feedback": "other"]) { $1 }) }
  }
}
