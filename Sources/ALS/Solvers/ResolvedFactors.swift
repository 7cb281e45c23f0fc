import ALSDense
import ALSPlatform

/// How many factors of a row the working precision can tell from nothing.
///
/// In the eigenbasis of G = QΛQᵀ the matrix of a row with n entries of mean weight w out of N is expected to have the
/// diagonal
///
///     P_j = (a0 + n·w/N)·Λ_j + λ_row
///
/// which falls with j. What rounding does to the row's equations is in proportion to P_0, so a factor whose P_j is no more
/// than rounding beside it would be made of nothing else: with more factors than the fixed side has rank, and a λ of zero or
/// nearly so, that grows from one half-sweep to the next without end. Those factors are left out: they are zero, as in the
/// solution of least norm.
struct ResolvedFactors {
  /// Falling, without a bias's.
  private let spectrum: [Double]
  private let gramWeight: Double
  /// w/N.
  private let entryWeight: Double
  private let resolution: Double

  /// The share of the largest eigenvalue below which others are rounding: a few ε, growing like √k.
  static func resolution<Element: Scalar>(factors: Int, _ type: Element.Type) -> Double {
    max(4, 0.5 * Double(factors).squareRoot()) * Double(Element.ulpOfOne)
  }

  init<Element: Scalar>(
    spectrum: [Double], gramWeight: Double, meanWeight: Double, fixedCount: Int, _ type: Element.Type
  ) {
    self.spectrum = spectrum
    self.gramWeight = gramWeight
    entryWeight = meanWeight / Double(max(fixedCount, 1))
    resolution = Self.resolution(factors: spectrum.count, type)
  }

  init<Element: Scalar>(_ sweep: HalfSweep<Element>) {
    let spectrum = sweep.fixed.spectrum ?? []
    self.init(
      spectrum: Array(spectrum.prefix(sweep.factors)), gramWeight: sweep.objective.gramWeight,
      meanWeight: sweep.meanWeight(), fixedCount: sweep.fixed.count, Element.self)
  }

  /// The largest of P.
  func scale(_ problem: RowProblem) -> Double {
    (gramWeight + problem.weightedCount * entryWeight) * (spectrum.first ?? 0) + problem.regularization
  }

  /// The number of factors, from the first, that a row with this problem has.
  func count(_ problem: RowProblem) -> Int {
    let least = resolution * scale(problem)
    if problem.regularization > least { return spectrum.count }
    let weight = gramWeight + problem.weightedCount * entryWeight
    return spectrum.partitioningIndex { !(weight * $0 + problem.regularization > least) }
  }

  /// Whether λ is nothing beside the rest even in double precision, so that factors which are left out are undetermined
  /// rather than zero.
  func isSingular(_ problem: RowProblem) -> Bool {
    problem.regularization <= Self.resolution(factors: spectrum.count, Double.self) * scale(problem)
  }

  /// The factors that a row with this problem does not have.
  func leftOut(_ problem: RowProblem) -> Range<Int> { count(problem)..<spectrum.count }
}

extension HalfSweep {
  /// The unknowns that are factors, and not a bias.
  var factors: Int { width - (objective.hasBiases ? 1 : 0) }

  /// The mean weight of an entry, near enough to choose a preconditioner by.
  func meanWeight() -> Double {
    if let meanValue { return terms.weight.constant + terms.weight.slope * meanValue }
    guard let values = rows.weights ?? rows.values, rows.entryCount > 0 else {
      return terms.weight.constant + terms.weight.slope
    }
    let step = max(1, rows.entryCount >> 12)
    let sample = stride(from: 0, to: rows.entryCount, by: step).map { Double(values.pointer[$0]) }
    return terms.weight.constant + terms.weight.slope * sample.reduce(0, +) / Double(sample.count)
  }
}
