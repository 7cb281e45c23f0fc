package import ALSDense
import ALSPlatform

/// Σ w v vᵀ and Σ w t v over the entries of one row, kept so that entries can come and go; in rows of the padded width, of
/// which the upper triangle counts.
package struct EntrySums: Sendable {
  /// The number of unknowns.
  let order: Int
  private let width: Int
  private var matrix: [Double]
  private var vector: [Double]

  /// The sums of a row without entries.
  package init<Element: Scalar>(_ problem: FoldInProblem<Element>) {
    (order, width) = (problem.fixed.order, problem.fixed.width)
    matrix = Array(repeating: 0, count: width * width)
    vector = Array(repeating: 0, count: width)
  }

  /// Replaces entries and solves the problem of `count` of them; `nil` when there is no finite solution.
  package mutating func update<Element: Scalar>(
    _ problem: FoldInProblem<Element>, removing removed: [KnownEntries], adding added: [KnownEntries], count: Int
  ) -> [Double]? {
    let scratch = problem.makeScratch()
    for (entries, sign) in removed.map({ ($0, -1.0) }) + added.map({ ($0, 1.0) }) where entries.count > 0 {
      scratch.equations.begin(0, weightedGram: nil, nil)
      problem.add(
        entries, problem.objective.terms(hasWeights: entries.weights != nil), scratch: scratch)
      let (a, b) = (scratch.equations.matrix(0), scratch.equations.vector(0))
      for i in matrix.indices { matrix[i] += sign * a[i] }
      for i in vector.indices { vector[i] += sign * b[i] }
    }
    if count == 0 { return Array(repeating: 0, count: order) }
    let row = problem.problem(entryCount: count)
    return problem.solution(of: row, scratch: scratch) { add(to: scratch.equations, share: row.entryShare) }
  }

  private func add(to equations: NormalEquations<Double>, share: Double) {
    let (a, b) = (equations.matrix(0), equations.vector(0))
    for i in matrix.indices { a[i] += share * matrix[i] }
    for i in vector.indices { b[i] += share * vector[i] }
  }

  /// The Cholesky factor of the matrix of `count` entries; `nil` when that is not positive definite to working precision.
  ///
  /// - Complexity: O(k³).
  func factor<Element: Scalar>(_ problem: FoldInProblem<Element>, count: Int) -> CholeskyFactor? {
    let (row, scratch) = (problem.problem(entryCount: count), problem.makeScratch())
    scratch.equations.begin(0, weightedGram: problem.weightedGram, row)
    add(to: scratch.equations, share: row.entryShare)
    let a = scratch.equations.matrix(0)
    return CholeskyFactor(
      upperTriangle: (0..<order).map { i in (0..<order).map { a[i * width + $0] } }, scale: row.share)
  }
}

/// R of A = RᵀR, of an A that is given times a scale.
struct CholeskyFactor {
  private var rows: [[Double]]
  private let scale: Double

  init?(upperTriangle rows: [[Double]], scale: Double) {
    (self.rows, self.scale) = (rows, scale)
    let order = rows.count
    let tolerance = 2 * Double(order).squareRoot() * Double.ulpOfOne
    for i in 0..<order {
      let pivot = self.rows[i][i]
      guard pivot > tolerance * rows[i][i], pivot.isFinite else { return nil }
      let root = pivot.squareRoot()
      for j in i..<order { self.rows[i][j] /= root }
      let factor = self.rows[i]
      for below in i + 1..<max(order, i + 1) {
        for j in below..<order { self.rows[below][j] -= factor[below] * factor[j] }
      }
    }
  }

  /// yᵀA⁻¹y = ‖R⁻ᵀy‖².
  ///
  /// - Complexity: O(k²).
  func inverseForm(_ y: [Double]) -> Double {
    var (rest, sum) = (y, 0.0)
    for i in rows.indices {
      let value = rest[i] / rows[i][i]
      sum += value * value
      for j in i..<rows.count { rest[j] -= value * rows[i][j] }
    }
    return scale * sum
  }
}
