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
  let sizes = Double.syevdWorkSizes(order: order)
  let work = Buffer<Double>(uninitialized: sizes.elements)
  let integers = Buffer<Int32>(uninitialized: sizes.integers)
  let eigenvalues = Buffer<Double>(uninitialized: order)
  let (padded, b) = (system.matrix(0), system.vector(0))
  let a = Buffer<Double>(uninitialized: order * order)
  for i in 0..<order { (a.pointer + i * order).initialize(from: padded + i * system.width, count: order) }
  let info = Double.syevd(
    order: order, a.pointer, eigenvalues: eigenvalues.pointer,
    work: UnsafeMutableBufferPointer(start: work.pointer, count: work.count),
    integerWork: UnsafeMutableBufferPointer(start: integers.pointer, count: integers.count))
  guard info == 0 else { return nil }
  let cutOff = Double(order) * Double.ulpOfOne * max(eigenvalues.pointer[order - 1], 0)
  var solution = [Double](repeating: 0, count: order)
  for j in 0..<order where eigenvalues.pointer[j] > cutOff {
    let vector = a.pointer + j * order
    var coordinate = 0.0
    for i in 0..<order { coordinate += vector[i] * b[i] }
    coordinate /= eigenvalues.pointer[j]
    for i in 0..<order { solution[i] += coordinate * vector[i] }
  }
  return solution.allSatisfy(\.isFinite) ? solution : nil
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
