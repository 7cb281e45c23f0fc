extension ExplicitLoss {
  /// λ over the standard deviation of the ratings, and that of the biases, at ν = ½, unless any λ is given.
  ///
  /// Both are in units in which they fit ratings of any scale: with ratings c times as large, factors are √c and biases c
  /// times as large. At ν = ½, noise is as large beside λ whatever the number of ratings. They come from three data sets,
  /// each of which was judged with what is best on the others (`docs/defaults.md`).
  static var regularizationShares: (factors: Double, biases: Double) { (1.15, 0.7) }

  package func resolved(
    _ configuration: ModelConfiguration, for data: DataStatistics, times multiples: RuleMultiples
  ) throws -> ModelConfiguration {
    var (loss, resolved) = (self, configuration)
    resolved.factors = configuration.factors ?? defaults.factors
    if configuration.regularization != nil { return resolved }
    let (spread, degrees) = (try data.spread(), try data.degrees())
    // At another ν, the row of a mean rating is regularised as at ν = ½.
    func shift(_ side: Side, _ degrees: DegreeCounts) -> Double {
      power(
        max(degrees.meanOverEntries { $0 }, 1), (0.5 - configuration.regularizationExponent(of: side)) / 2)
    }
    let unit = spread.meanWeight * shift(.users, degrees.users) * shift(.items, degrees.items)
    resolved.regularization =
      multiples.regularization * Self.regularizationShares.factors * unit * spread.deviation
    let isGiven = configuration.userRegularization != nil || configuration.itemRegularization != nil
    if biases && biasRegularization == nil && !isGiven {
      loss.biasRegularization = Self.regularizationShares.biases * unit
    }
    resolved.loss = loss.any
    return resolved
  }
}

/// How ratings are spread, and what they weigh.
struct RatingSpread {
  /// The weighted standard deviation; 1 where all ratings are the same.
  let deviation: Double
  /// The mean weight of a rating.
  let meanWeight: Double

  /// The spread of `count` ratings with the sums of their weights, of weight times value, and of weight times its square;
  /// values may be counted from any number.
  init(sums: [Double], count: Int) {
    let (weight, mean) = (sums[0], sums[1] / sums[0])
    let variance = sums[2] / weight - mean * mean
    // Less is what rounding leaves of nothing.
    let isSpread = variance > 1e-12 * (sums[2] / weight)
    // The last digits depend on how the data are divided among ranks.
    deviation = isSpread ? Double(Float(variance.squareRoot())) : 1
    meanWeight = weight > 0 ? Double(Float(weight / Double(count))) : 1
  }
}
