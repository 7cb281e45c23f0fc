package import ALSSparse

/// How cells weigh, besides α0: what a race chooses of a loss of implicit feedback.
package struct CellWeights: Equatable, Sendable {
  package var confidence = ImplicitLoss.Confidence.binary
  /// ρ.
  package var unobservedPopularityExponent = 0.0
  /// η_u and η_i.
  package var degreeExponents = Sides { _ in 0.0 }

  /// All alike.
  package init() {}
}

extension ImplicitLoss {
  /// The same with `weights` where it leaves them open; ρ and degree exponents exclude each other.
  package func filling(_ weights: CellWeights = CellWeights()) -> ImplicitLoss {
    var loss = self
    loss.confidence = confidence ?? weights.confidence
    let exponents = unobservedPopularityExponent ?? 0 > 0 ? Sides { _ in 0 } : weights.degreeExponents
    loss.userDegreeExponent = userDegreeExponent ?? exponents.users
    loss.itemDegreeExponent = itemDegreeExponent ?? exponents.items
    loss.unobservedPopularityExponent =
      unobservedPopularityExponent ?? (loss.densityScope == nil ? weights.unobservedPopularityExponent : 0)
    return loss
  }
}
