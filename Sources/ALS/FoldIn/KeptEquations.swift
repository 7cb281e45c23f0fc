import ALSDense
import ALSPlatform

/// A and b of one row without its λ, in rows of the padded width of which the upper triangle counts.
struct KeptEquations: Sendable {
  /// The number of unknowns.
  let order: Int
  private let width: Int
  private var matrix: [Double]
  private var vector: [Double]

  /// The equations of a row without entries.
  init<Element: Scalar>(_ problem: FoldInProblem<Element>) {
    (order, width) = (problem.fixed.order, problem.fixed.width)
    matrix = problem.weightedGram.map { Array($0.elements) } ?? Array(repeating: 0, count: width * width)
    vector = Array(repeating: 0, count: width)
  }

  /// Replaces entries and solves with the λ of `count` entries; `nil` when there is no finite solution.
  mutating func update<Element: Scalar>(
    _ problem: FoldInProblem<Element>, removing removed: KnownEntries, adding added: KnownEntries, count: Int
  ) -> [Double]? {
    let scratch = problem.makeScratch()
    for (entries, sign) in [(removed, -1.0), (added, 1.0)] where entries.count > 0 {
      scratch.equations.begin(0, weightedGram: nil, regularization: 0)
      problem.add(entries, scratch: scratch)
      let (a, b) = (scratch.equations.matrix(0), scratch.equations.vector(0))
      for i in matrix.indices { matrix[i] += sign * a[i] }
      for i in vector.indices { vector[i] += sign * b[i] }
    }
    if count == 0 { return Array(repeating: 0, count: order) }
    let regularization = problem.regularization(entryCount: count)
    return problem.solution(entryCount: count, regularization: regularization, scratch: scratch) {
      let (a, b) = (scratch.equations.matrix(0), scratch.equations.vector(0))
      a.update(from: matrix, count: matrix.count)
      b.update(from: vector, count: vector.count)
      for i in 0..<order { a[i * width + i] += regularization }
    }
  }

  /// The Cholesky factor of A + λ; `nil` when that is not positive definite to working precision.
  ///
  /// - Complexity: O(k³).
  func factor(regularization: Double) -> CholeskyFactor? {
    var rows = (0..<order).map { i in Array(matrix[i * width..<i * width + order]) }
    for i in 0..<order { rows[i][i] += regularization }
    return CholeskyFactor(upperTriangle: rows)
  }
}

/// R of A = RᵀR.
struct CholeskyFactor {
  private var rows: [[Double]]

  init?(upperTriangle rows: [[Double]]) {
    self.rows = rows
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
    return sum
  }
}
