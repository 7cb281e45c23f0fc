package import ALSDense
import ALSPlatform
import ALSSparse

/// What makes the priors m_r = τ·Wᵀf_r of a side in a training, and W, which is refitted after each solve of the side.
///
/// Both steps, and the solves of rows, lower the same objective, which is that of the model without features with these terms in
/// place of Σ_r λ_r ‖x_r‖²:
///
///     Σ_r λ_r ((1 − τ) ‖x_r‖² + τ ‖x_r − Wᵀf_r‖²)  +  λ_W ‖W‖²  =  Σ_r λ_r (‖x_r − m_r‖² + (1 − τ)/τ ‖m_r‖²)  +  λ_W ‖W‖²
///
/// of which W minimises the same for every τ, because λ_W is in units of τλ. With biases, m has one for each row. A column of W that makes a coordinate with a λ of its own
/// weighs as many times as much as the others as that λ, in both terms.
package struct FeaturePriors<Element: Scalar>: Sendable {
  /// W: features × width; changed in place.
  package let weights: Matrix<Element>
  package let regression: FeatureRegression<Element>
  /// λ of single coordinates, in units of λ.
  private let own: OwnRegularization
  /// τ.
  private let share: Double
  /// λ of each row.
  private let rowWeights: Buffer<Double>

  /// Steps of conjugate gradients in a refit, and the relative residual at which they end: of one between the solves of
  /// rows, which the next goes on from, and of the last.
  private static var steps: (most: Int, tolerance: Double) { (3, 1e-3) }
  private static var lastSteps: (most: Int, tolerance: Double) { (1000, max(1e-8, 800 * Double(Element.ulpOfOne))) }

  /// Those of `features`, rows × features, of the same rows as those of the interactions; W is 0.
  init(
    _ features: CSRMatrix<Float>, _ side: Side, of rows: CSRMatrix<Float>, counts: Buffer<Int32>?,
    roots: Buffer<Double>?, _ objective: any Objective, _ configuration: ModelConfiguration, threads: Int
  ) {
    let parameters = (0..<rows.rowCount).map {
      objective.parameters(of: side, entryCount: rows.entryCount(ofRow: $0, counts), fixedCount: rows.columnCount)
    }
    regression = FeatureRegression(
      features, weights: parameters.map(\.regularization), roots: roots,
      share: configuration.featureRegularization ?? ModelConfiguration.defaultFeatureRegularization, threads: threads)
    share = configuration.featureShare
    rowWeights = Buffer(parameters.map(\.regularization))
    own = parameters.first.map { $0.own.scaled(by: 1 / $0.regularization) } ?? OwnRegularization()
    weights = Matrix(zeros: features.columnCount, configuration.factorCount + (objective.hasBiases ? 1 : 0))
  }

  /// The same with a W of its own.
  func copy() -> FeaturePriors { FeaturePriors(copying: self) }

  private init(copying other: FeaturePriors) {
    (weights, regression, own) = (Matrix(copying: other.weights), other.regression, other.own)
    (share, rowWeights) = (other.share, other.rowWeights)
  }

  /// m of each row.
  func priors() -> Matrix<Element> { regression.priors(weights, times: share) }

  /// Moves W towards the minimum for these factors, or to it.
  func refit(to factors: Matrix<Element>, exactly: Bool) {
    let steps = exactly ? Self.lastSteps : Self.steps
    regression.refit(weights, to: factors, steps: steps.most, tolerance: steps.tolerance)
  }

  /// What the objective has besides Σ λ_r ‖x_r − m_r‖², given all m_r.
  func penalty(_ priors: Matrix<Element>) -> Double {
    let width = weights.columnCount
    func square(_ row: UnsafePointer<Element>) -> Double {
      var square = dot(row, row, width)
      own.forEach(of: width) { square += $1 * Double(row[$0]) * Double(row[$0]) }
      return square
    }
    let ridge = (0..<weights.rowCount).reduce(0) { $0 + square(weights.row($1)) }
    let rest = (0..<priors.rowCount).reduce(0) { $0 + rowWeights.pointer[$1] * square(priors.row($1)) }
    return share * regression.regularization * ridge + (1 - share) / share * rest
  }
}
