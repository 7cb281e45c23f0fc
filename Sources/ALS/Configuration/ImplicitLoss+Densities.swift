import ALSSparse

extension ImplicitLoss {
  /// What the exponents weigh; `nil` when all are 0.
  var densityScope: DensityScope? {
    if unobservedPopularityExponent ?? 0 > 0 { return .unobserved }
    return userDegreeExponent ?? 0 > 0 || itemDegreeExponent ?? 0 > 0 ? .all : nil
  }

  /// What cells weigh whose user or item, of `side`, has so many interactions.
  func density(of side: Side) -> Density {
    let unit = side == .users ? userDegreeUnit : itemDegreeUnit
    return Density(exponent: densityExponent(of: side), unit: unit ?? 1)
  }

  private func densityExponent(of side: Side) -> Double {
    switch (side, densityScope) {
    case (_, nil): 0
    case (.users, .all): -(userDegreeExponent ?? 0)
    case (.items, .all): -(itemDegreeExponent ?? 0)
    case (.users, .unobserved): 0
    case (.items, .unobserved): unobservedPopularityExponent ?? 0
    }
  }

  /// The same with units that follow from how many interactions users and items have.
  func withDegreeUnits(_ degrees: Sides<DegreeCounts>) -> ImplicitLoss {
    if densityScope == nil { return self }
    var loss = self
    func unit(_ side: Side) -> Double {
      let exponent = densityExponent(of: side)
      if exponent == 0 { return 1 }
      let mean = degrees[side].meanOverEntries { power($0, exponent) }
      return mean > 0 ? power(mean, 1 / exponent) : 1
    }
    loss.userDegreeUnit = userDegreeUnit ?? unit(.users)
    loss.itemDegreeUnit = itemDegreeUnit ?? unit(.items)
    return loss
  }
}

/// What a cell weighs by the degree d of its row: (d/D)^e.
struct Density {
  let exponent: Double
  let unit: Double

  /// Rows without entries weigh as much as those with one.
  func callAsFunction(_ degree: Int) -> Double {
    exponent == 0 ? 1 : power(Double(max(degree, 1)) / unit, exponent)
  }
}
