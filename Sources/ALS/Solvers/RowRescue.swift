import ALSDense
import ALSPlatform

/// Solves one row again, in double precision, after the working precision has failed.
///
/// With λ = 0, or a λ too small for the data's scale, A is singular to working precision. The system is formed anew in
/// double precision; if Cholesky fails there too, the solution of least norm is taken over the eigenvalues that are
/// not zero to rounding.
func rescuedSolution<Element: Scalar>(
  ofRow row: Int, of sweep: HalfSweep<Element>, resolved: ResolvedFactors
) -> [Double]? {
  let (order, problem) = (sweep.width, sweep.problem(ofRow: row))
  let (leftOut, prior) = (resolved.leftOut(problem), sweep.priors?.row(row))
  let system = NormalEquations<Double>(order: order, capacity: 1, instructions: .best)
  let solution = system.leastNormSolution(factors: sweep.factors, storedAs: Element.self) {
    system.assemble(row: row, of: sweep, leavingOut: leftOut, with: resolved.scale(problem))
  }
  guard var solution else { return nil }
  for i in leftOut { solution[i] = prior.map { Double($0[i]) } ?? 0 }
  return solution
}

extension HalfSweep {
  /// Solves a row again, which the working precision could not, and writes it; says so, or that it has no finite solution.
  func rescue(_ row: Int, resolved: ResolvedFactors, reportingTo outcome: SolveOutcome) {
    guard let solution = rescuedSolution(ofRow: row, of: self, resolved: resolved),
      solution.allSatisfy({ Element($0).isFinite })
    else { return outcome.fail(row) }
    store(solution.map { Element($0) }, to: row)
    outcome.countRescue()
  }
}

extension NormalEquations where Element == Double {
  /// The solution of the system that `assemble` puts into the first slot, that of least norm when there are many; `nil`
  /// when it is not finite.
  ///
  /// Eigenvalues of A that are too small are taken for zero: those that are rounding, and those along which the solution
  /// is so long that the rounding of its numbers to `Stored` would change scores by more than a thousandth of what is
  /// aimed at, which is ε/(2√s) for a share s of the largest eigenvalue.
  func leastNormSolution<Stored: Scalar>(
    factors: Int, storedAs type: Stored.Type, assemble: () -> Void
  ) -> [Double]? {
    let rounding = 512 * Double(Stored.ulpOfOne)
    assemble()
    func solve() -> Bool { factorAndSolve(0, factors: factors, resolution: rounding * rounding) }
    // Larger systems go to LAPACK, which must not start threads of its own.
    if order <= Self.largestKernelOrder ? solve() : withSingleThreadedBLAS(solve) {
      return Array(UnsafeBufferPointer(start: vector(0), count: order))
    }
    assemble()
    let padded = matrix(0)
    let upper = (0..<order).flatMap { i in (0..<order).map { padded[i * width + $0] } }
    let solution = withSingleThreadedBLAS {
      Eigenbasis(of: upper, order: order)?
        .leastNormSolution(vector(0), leastShare: max(rounding * rounding, Double(order) * Double.ulpOfOne))
    }
    return solution.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
  }

  /// Puts the system of a row of a sweep of any precision into the first slot; see
  /// ``begin(_:weightedGram:_:leavingOut:with:)``.
  func assemble<Source: Scalar>(
    row: Int, of sweep: HalfSweep<Source>, leavingOut leftOut: Range<Int> = 0..<0, with weight: Double = 0
  ) {
    let problem = sweep.problem(ofRow: row)
    begin(
      0, weightedGram: sweep.fixed.paddedGram(Double.self), problem, leavingOut: leftOut, with: weight)
    if let prior = sweep.priors?.row(row) {
      for i in 0..<order { vector(0)[i] = problem.priorWeight(i, of: order) * Double(prior[i]) }
    }
    addSlowly(sweep.rows.entries(ofRow: row), problem, of: sweep)
  }

  /// Adds entries of a sweep of any precision, one at a time; correctness is all that matters here.
  private func addSlowly<Source: Scalar>(
    _ positions: Range<Int>, _ problem: RowProblem, of sweep: HalfSweep<Source>
  ) {
    let (a, b) = (matrix(0), vector(0))
    var (weight, target) = (0.0, 0.0)
    for position in positions {
      let entry = sweep.entries(position..<position + 1)
      problem.terms.write(entry, weights: &weight, targets: &target)
      let row = sweep.fixed.table.row(Int(entry.columns[0]))
      for i in 0..<order {
        let value = Double(row[i])
        b[i] += target * value
        for j in i..<order { a[i * width + j] += weight * value * Double(row[j]) }
      }
    }
  }
}
