/// How parameters that a configuration leaves open are chosen from the data.
///
/// Those are the number of factors, λ, α0, the shape of the confidence, ρ and the degree exponents. What a configuration
/// says itself stays as it is.
public enum Choosing: Hashable, Sendable {
  /// A rule, and then a race: a few short trainings on nine tenths of the interactions, of which the one that ranks the rest
  /// best wins.
  ///
  /// The number of factors is doubled while that helps, up to `mostFactors`. The same seed, data and configuration choose the
  /// same for every number of threads. Where a tenth of the data is too little to tell, or there is no memory for it, and
  /// for ratings, it is the rule alone.
  case race(mostFactors: Int = Choosing.mostFactors)
  /// A rule alone: λ in units of the largest singular value of noise, α0 by the density and by how unevenly interactions are
  /// spread, 64 factors, and all cells alike.
  case formula
  /// Nothing: what is left open is an error.
  case none

  /// The most factors that a race chooses, unless it is told otherwise.
  public static var mostFactors: Int { 512 }
}
