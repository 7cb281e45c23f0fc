import ALSDense
import ALSPlatform

/// Solves one row again, in double precision, after the working precision has failed.
///
/// With λ = 0, or a λ too small for the data's scale, A is singular to working precision. The system is formed anew in
/// double precision; if Cholesky fails there too, the solution of least norm is taken over the eigenvalues that are
/// not zero to rounding.
func rescuedSolution<Element: Scalar>(
  ofRow row: Int, of sweep: HalfSweep<Element>
) -> [Double]? {
  let order = sweep.width
  func assembled() -> NormalEquations<Double> {
    let system = NormalEquations<Double>(order: order, capacity: 1, instructions: .best)
    system.begin(
      0, weightedGram: sweep.fixed.paddedGram(Double.self), regularization: sweep.regularization(ofRow: row))
    system.addSlowly(sweep.rows.entries(ofRow: row), of: sweep)
    return system
  }

  let direct = assembled()
  if direct.factorAndSolve(0) {
    return Array(UnsafeBufferPointer(start: direct.vector(0), count: order))
  }

  let system = assembled()
  let padded = system.matrix(0)
  let matrix = (0..<order).flatMap { i in (0..<order).map { padded[i * system.width + $0] } }
  let solution = Eigenbasis(of: matrix, order: order)?.leastNormSolution(system.vector(0))
  return solution.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
}

extension NormalEquations where Element == Double {
  /// Adds entries of a sweep of any precision, one at a time; correctness is all that matters here.
  fileprivate func addSlowly<Source: Scalar>(_ positions: Range<Int>, of sweep: HalfSweep<Source>) {
    let (a, b) = (matrix(0), vector(0))
    var (weight, target) = (0.0, 0.0)
    for position in positions {
      let entry = sweep.entries(position..<position + 1)
      sweep.terms.write(entry, weights: &weight, targets: &target)
      let row = sweep.fixed.table.row(Int(entry.columns[0]))
      for i in 0..<order {
        let value = Double(row[i])
        b[i] += target * value
        for j in i..<order { a[i * width + j] += weight * value * Double(row[j]) }
      }
    }
  }
}
