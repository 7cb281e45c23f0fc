import ALSDense
import ALSPlatform

/// The scratch of one worker for rows with few entries, which are solved in their dual form.
///
/// In the eigenbasis of the Gram matrix a row's system is D + Σ w v vᵀ with a diagonal D = a0·Λ + λ, every row with its
/// own λ. By the Woodbury identity it needs one system with as many unknowns as the row has entries:
///
///     B = rows √w v D^(−1/2)        (I + BBᵀ) y = √w t        x = D^(−1/2) Bᵀ y
final class DualSystem<Element: Scalar> {
  private let sweep: HalfSweep<Element>
  private let table: GatherTable<Element>
  private let instructions: InstructionSet
  private let largestCount: Int
  private let weights, targets, diagonal, scratch: Buffer<Element>
  /// The solution of the row that was solved last.
  let solution: Buffer<Element>

  /// The most entries of a row that is solved this way.
  ///
  /// Measured on Zen 4 in single precision, dual against direct, microseconds: k = 64, n = 16: 2.6 and 4.7, n = 32: 5.7
  /// and 6.1; k = 128, n = 32: 12 and 21, n = 64: 28 and 30; k = 256, n = 64: 51 and 121, n = 128: 176 and 199.
  static func largestCount(factors: Int) -> Int { 3 * factors / 8 }

  init(_ sweep: HalfSweep<Element>, table: GatherTable<Element>, instructions: InstructionSet) {
    self.sweep = sweep
    self.table = table
    self.instructions = instructions
    largestCount = Self.largestCount(factors: sweep.width)
    weights = Buffer(uninitialized: largestCount)
    targets = Buffer(uninitialized: largestCount)
    diagonal = Buffer(repeating: 1, count: table.width)
    solution = Buffer(repeating: 0, count: table.width)
    scratch = Buffer(uninitialized: dualScratch(width: table.width, count: largestCount))
  }

  /// Solves row `row`, or returns false when this is not the way to solve it: too many entries, a prior, a weight of zero, or a
  /// diagonal or a pivot that is zero to working precision.
  func solve(_ row: Int) -> Bool {
    let positions = sweep.rows.entries(ofRow: row)
    guard positions.count <= largestCount, sweep.priors == nil else { return false }
    let problem = sweep.problem(ofRow: row)
    guard setDiagonal(problem) else { return false }
    let entries = sweep.entries(positions)
    problem.terms.write(entries, weights: weights.pointer, targets: targets.pointer)
    guard (0..<entries.count).allSatisfy({ weights.pointer[$0] > 0 }) else { return false }
    let isSolved = Element.solveDual(
      table.gathered(entries.columns, count: entries.count, ahead: 0), order: sweep.width, weights: weights.pointer,
      targets: targets.pointer, diagonal: diagonal.pointer, solution: solution.pointer, scratch: scratch.pointer,
      tolerance: 2 * Element(sweep.width).squareRoot() * Element.ulpOfOne, instructions: instructions)
    return isSolved && (0..<sweep.width).allSatisfy { solution.pointer[$0].isFinite }
  }

  /// D, or false when some of it is nothing beside the rest.
  private func setDiagonal(_ problem: RowProblem) -> Bool {
    let weight = sweep.objective.gramWeight
    var (least, largest) = (Double.infinity, 0.0)
    for i in 0..<sweep.width {
      let value =
        problem.regularization + (weight == 0 ? 0 : weight * (sweep.fixed.spectrum?[i] ?? 0))
        + problem.own(i, of: sweep.width)
      diagonal.pointer[i] = Element(value)
      (least, largest) = (min(least, value), max(largest, value))
    }
    return least > 64 * Double(Element.ulpOfOne) * largest
  }
}
